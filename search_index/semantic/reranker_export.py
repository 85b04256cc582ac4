"""Exporting a cross-encoder for searches. PyTorch and transformers are loaded only while that is done."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from search_index.errors import IndexNotWritable, ModelNotFound, ModelUnsupported
from search_index.semantic.export_folder import fresh_folder, sizes_of
from search_index.semantic.graph_export import write_graph
from search_index.semantic.model_source import ModelSource
from search_index.semantic.ports import Vector
from search_index.semantic.query_encoder import GRAPH_FILE, TOKENIZER_FILE
from search_index.semantic.quiet import quiet_libraries
from search_index.semantic.reranker import LOGITS, RERANKER_CARD_FILE, OnnxReranker, RerankerCard

if TYPE_CHECKING:
    import torch

_WAY_OUT = "Name a cross-encoder with one output in PORTAL_RERANKER_MODEL, or leave it empty for none."
_ARCHITECTURE = "ForSequenceClassification"
#: Most word pieces of a pair, whatever the model could read: passages are short, and time grows with length.
_MOST_PIECES = 512
#: Positions that these families keep for themselves.
_KEPT_POSITIONS = {"roberta": 2, "xlm-roberta": 2, "camembert": 2}
#: An export whose logits differ further from the model's own is refused. Correct ones reach 0.00001.
_MOST_DIFFERENCE = 0.001
#: What the export is tried on: short, long beyond any limit, cased, accented, other scripts, nothing at all.
_TRIAL_QUESTION = "Wie kann ich MEIN Passwort zurücksetzen? 😀"
_TRIAL_PASSAGES = (
    "Reset your password\nOpen the sign-in page and choose “Forgot password”.",
    "The order was sent, but the parcel never arrived. " * 90,
    "我的包裹在哪里",
    "",
)


def export_reranker(source: ModelSource, folder: Path) -> None:
    """Write a cross-encoder's graph, tokenizer and card for `OnnxReranker`, once; about 15 seconds.

    Nothing is done when the folder already holds this model whole. The folder appears at once, complete and compared
    with the model itself, or not at all. One process at a time may export to the same folder.

    Args:
        source: A model that `resolve_reranker` found.
        folder: Made by this call; its parents too.

    Raises:
        ModelNotFound: If the model's files cannot be loaded.
        ModelUnsupported: If it is no cross-encoder with one output, or cannot be exported faithfully.
        IndexNotWritable: If the folder cannot be written.
    """
    if _is_exported(source, folder):
        return
    max_pieces = read_max_pieces(source.folder)
    try:
        with fresh_folder(folder) as fresh, quiet_libraries():
            _fill(fresh, source, max_pieces)
    except OSError as error:
        raise IndexNotWritable(f"The reranker could not be exported to {folder}: {error}.") from error


def read_max_pieces(folder: Path) -> int:
    """Read from a model's settings how many word pieces of a pair it takes, and make sure that it is a cross-encoder.

    Raises:
        ModelUnsupported: It is of another kind, has several outputs, or its settings cannot be read.
    """
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        tokenizer = folder / "tokenizer_config.json"
        stated = json.loads(tokenizer.read_text(encoding="utf-8")) if tokenizer.is_file() else {}
        _require_cross_encoder(folder, config)
        positions = int(config["max_position_embeddings"]) - _KEPT_POSITIONS.get(str(config.get("model_type")), 0)
        return min(positions, int(stated.get("model_max_length") or positions), _MOST_PIECES)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ModelUnsupported(
            f"The settings of the reranker in {folder} cannot be read: {error!r}. {_WAY_OUT}"
        ) from error


def _require_cross_encoder(folder: Path, config: Mapping[str, Any]) -> None:
    kinds = [str(each) for each in config.get("architectures") or ()]
    if not any(kind.endswith(_ARCHITECTURE) for kind in kinds):
        # Loaded all the same, its last layer would be random numbers.
        kind = ", ".join(kinds) or "not named"
        raise ModelUnsupported(f"The model in {folder} is no cross-encoder: its architecture is {kind}. {_WAY_OUT}")
    outputs = len(config.get("id2label") or {"0": "", "1": ""})
    if outputs != 1:
        raise ModelUnsupported(f"The cross-encoder in {folder} has {outputs} outputs instead of one. {_WAY_OUT}")


def _is_exported(source: ModelSource, folder: Path) -> bool:
    try:
        return RerankerCard.read(folder).fingerprint == source.fingerprint
    except ModelNotFound:
        return False


def _fill(folder: Path, source: ModelSource, max_pieces: int) -> None:
    original = _Original(source, max_pieces)
    original.write(folder)
    card = RerankerCard(
        name=source.name, fingerprint=source.fingerprint, max_pieces=max_pieces, file_bytes=sizes_of(folder)
    )
    (folder / RERANKER_CARD_FILE).write_text(card.to_json(), encoding="utf-8")
    exported = OnnxReranker(folder).logits(_TRIAL_QUESTION, _TRIAL_PASSAGES)
    difference = float(np.abs(exported - original.logits()).max())
    if not difference <= _MOST_DIFFERENCE:
        raise ModelUnsupported(
            f"The reranker {source.name} was exported, but its scores changed by up to {difference:.4f}, more than "
            f"{_MOST_DIFFERENCE}. {_WAY_OUT}"
        )


class _Original:
    """The model itself in PyTorch, with its own tokenizer."""

    def __init__(self, source: ModelSource, max_pieces: int) -> None:
        self._max_pieces = max_pieces
        try:
            from transformers import AutoModelForSequenceClassification, AutoTokenizer

            self._tokenizer: Any = AutoTokenizer.from_pretrained(str(source.folder), local_files_only=True)
            self._tokenizer_json = str(self._tokenizer.backend_tokenizer.to_str())
            loaded = AutoModelForSequenceClassification.from_pretrained(str(source.folder), local_files_only=True)
            self._model: torch.nn.Module = loaded.float().eval()
        except Exception as error:  # anything may be wrong with files that others made
            raise ModelNotFound(f"The reranker in {source.folder} cannot be loaded: {error}. {_WAY_OUT}") from error

    def write(self, folder: Path) -> None:
        """Write graph and tokenizer."""
        (folder / TOKENIZER_FILE).write_text(self._tokenizer_json, encoding="utf-8")
        write_graph(
            _with_logits_alone(self._model),
            self._inputs(),
            folder / GRAPH_FILE,
            output=LOGITS,
            max_pieces=self._max_pieces,
            way_out=_WAY_OUT,
        )

    def logits(self) -> Vector:
        """Score the trial pairs."""
        import torch

        with torch.no_grad():
            logits = self._model(**self._inputs()).logits
        return np.asarray(logits[:, 0].numpy(), dtype=np.float32)

    def _inputs(self) -> dict[str, torch.Tensor]:
        read = self._tokenizer(
            [_TRIAL_QUESTION] * len(_TRIAL_PASSAGES),
            list(_TRIAL_PASSAGES),
            padding=True,
            truncation="only_second",
            max_length=self._max_pieces,
            return_tensors="pt",
        )
        taken = inspect.signature(self._model.forward).parameters
        return {name: each for name, each in read.items() if name in taken}


def _with_logits_alone(model: torch.nn.Module) -> torch.nn.Module:
    import torch

    class Logits(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
            logits: torch.Tensor = self.model(**inputs).logits
            return logits

    return Logits()
