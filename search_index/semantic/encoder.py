"""Embedding passages with sentence-transformers, and exporting the model for queries.

The only file that knows PyTorch and sentence-transformers. Importing those takes five to fifteen seconds
and 400 MB, so it happens when the first text is embedded and never before.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from search_index.errors import IndexNotWritable, ModelNotFound, ModelUnsupported
from search_index.semantic.export_folder import fresh_folder, sizes_of
from search_index.semantic.graph_export import write_graph
from search_index.semantic.model_layout import ModelLayout, read_layout
from search_index.semantic.model_source import ModelSource
from search_index.semantic.pieces import Pieces
from search_index.semantic.pooling import read_texts
from search_index.semantic.ports import Matrix, TextVectors
from search_index.semantic.query_encoder import (
    CARD_FILE,
    GRAPH_FILE,
    GRAPH_OUTPUT,
    TOKENIZER_FILE,
    EncoderCard,
    OnnxQueryEncoder,
    batches_by_length,
)
from search_index.semantic.quiet import quiet_libraries

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

#: Texts that go through the model together. On two cores 32 was as quick as 64 and reports progress more often.
_BATCH_TEXTS = 32
#: An export whose vectors turn further than this from the model's own is refused. Correct ones reach 0.999999.
_LEAST_COSINE = 0.9999
#: What the export is tried on: short, long beyond any limit, cased, accented, other scripts, other signs.
_TRIAL_TEXTS = (
    "cannot log in",
    "Wie kann ich MEIN Passwort zurücksetzen?",
    "The order was sent, but the parcel never arrived. " * 60,
    "我的包裹在哪里",
    "refund 😀 — 49,90 € (order OS-12345678)",
    "x",
)


class SentenceTransformersEncoder:
    """Passages to vectors with the model itself."""

    def __init__(self, source: ModelSource, *, device: str = "cpu") -> None:
        """Read the model's settings; the weights are loaded when the first text is embedded.

        Args:
            source: A model that `resolve_model` found.
            device: Where PyTorch computes, such as ``cpu`` or ``cuda``.

        Raises:
            ModelUnsupported: If the query encoder could not reproduce such a model.
        """
        self._source = source
        self._layout = read_layout(source.folder)
        self._device = device
        self._lock = threading.Lock()
        self._loaded: SentenceTransformer | None = None
        self._pieces: Pieces | None = None

    @property
    def name(self) -> str:
        """Name for people."""
        return self._source.name

    @property
    def fingerprint(self) -> str:
        """Names the vector space."""
        return self._source.fingerprint

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._layout.dimensions

    @property
    def max_tokens(self) -> int:
        """Most word pieces of one passage that reach the model, special ones and the prompt excluded."""
        prompt = self._layout.passage_prompt
        return max(1, self._tokenizer().max_own_pieces - (self.count_tokens(prompt) if prompt else 0))

    def count_tokens(self, text: str) -> int:
        """Count word pieces, special ones excluded."""
        return self._tokenizer().count(text)

    def encode_passages(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> Matrix:
        """Embed texts: float32 of shape (len(texts), dimensions), rows L2-normalised, zeros without tokens.

        Args:
            texts: May be empty: the result then has shape (0, dimensions) and nothing is loaded.
            on_done: Called after each batch with the number of texts finished so far.

        Raises:
            ModelNotFound: If the model's files cannot be loaded.
        """
        matrix = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        done = 0
        for rows in batches_by_length(texts, _BATCH_TEXTS):
            matrix[rows] = self._encode([texts[row] for row in rows], self._layout.passage_prompt)
            done += len(rows)
            if on_done is not None:
                on_done(done)
        return matrix

    def export(self, folder: Path) -> None:
        """Write the model for `OnnxQueryEncoder`: see `export_query_encoder`."""
        try:
            with fresh_folder(folder) as fresh:
                with quiet_libraries():
                    _export_graph(self._model(), self._layout, fresh / GRAPH_FILE)
                (fresh / TOKENIZER_FILE).write_text(_tokenizer_json(self._model()), encoding="utf-8")
                self._write_card(fresh)
                self._compare(OnnxQueryEncoder(fresh))
        except OSError as error:
            raise IndexNotWritable(f"The embedding model could not be exported to {folder}: {error}.") from error

    def encode_pieces(self, texts: Sequence[str]) -> list[TextVectors]:
        """Embed texts with their pieces; several at a time go through the model together."""
        found: dict[int, TextVectors] = {}
        for rows in batches_by_length(texts, _BATCH_TEXTS):
            found.update(zip(rows, self._read([texts[row] for row in rows]), strict=True))
        return [found[row] for row in range(len(texts))]

    def _read(self, texts: Sequence[str]) -> list[TextVectors]:
        import torch

        prompt = self._layout.passage_prompt
        batch = self._tokenizer().cut([prompt + text for text in texts])
        model = self._model()
        transformer = cast("torch.nn.Module", model[0].auto_model)
        feeds = {"input_ids": batch.ids, "attention_mask": batch.mask, "token_type_ids": batch.types}
        taken = {name: feeds[name] for name in inspect.signature(transformer.forward).parameters if name in feeds}
        with quiet_libraries(), torch.no_grad():
            inputs = {name: torch.from_numpy(each).to(model.device) for name, each in taken.items()}
            output = transformer(**inputs).last_hidden_state
        token_vectors = output.to("cpu", torch.float32).numpy()
        return read_texts(token_vectors, batch, self._layout.pooling, len(prompt))

    def _encode(self, texts: Sequence[str], prompt: str) -> Matrix:
        # Half a surrogate pair cannot cross into the tokenizer's UTF-8.
        clean = [prompt + text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        with quiet_libraries():
            vectors = self._model().encode(
                clean,
                batch_size=_BATCH_TEXTS,
                show_progress_bar=False,
                convert_to_numpy=True,
                normalize_embeddings=True,
                prompt="",
            )
        rows = np.asarray(vectors, dtype=np.float32)
        rows[[not text.strip() or self.count_tokens(text) == 0 for text in texts]] = 0.0
        return rows

    def _model(self) -> SentenceTransformer:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._source, self._device)
                self._loaded.max_seq_length = self._layout.max_pieces
            return self._loaded

    def _tokenizer(self) -> Pieces:
        if self._pieces is None:
            path = self._source.folder / TOKENIZER_FILE
            lower_case = self._layout.lower_case
            self._pieces = Pieces(path, max_pieces=self._layout.max_pieces, lower_case=lower_case)
        return self._pieces

    def _write_card(self, folder: Path) -> None:
        card = EncoderCard(
            name=self.name,
            fingerprint=self.fingerprint,
            layout=self._layout,
            file_bytes=sizes_of(folder),
        )
        (folder / CARD_FILE).write_text(card.to_json(), encoding="utf-8")

    def _compare(self, exported: OnnxQueryEncoder) -> None:
        layout = self._layout
        queries = np.stack([exported.encode_query(text) for text in _TRIAL_TEXTS])
        passages = exported.encode_passages(_TRIAL_TEXTS)
        worst = min(
            _least_cosine(self._encode(_TRIAL_TEXTS, layout.query_prompt), queries),
            _least_cosine(self._encode(_TRIAL_TEXTS, layout.passage_prompt), passages),
        )
        if not worst >= _LEAST_COSINE:
            raise ModelUnsupported(
                f"The embedding model {self.name} was exported, but its vectors turned: the worst cosine to the "
                f"original is {worst:.6f}, less than {_LEAST_COSINE}. Name another model in PORTAL_EMBEDDING_MODEL."
            )


def export_query_encoder(source: ModelSource, folder: Path) -> None:
    """Write a model's graph, tokenizer and card for `OnnxQueryEncoder`, once; about 15 seconds.

    Nothing is done when the folder already holds this model whole. The folder appears at once, complete and
    checked against the model itself, or not at all. One process at a time may export to the same folder.

    Args:
        source: A model that `resolve_model` found.
        folder: Made by this call; its parents too.

    Raises:
        ModelNotFound: If the model's files cannot be loaded.
        ModelUnsupported: If the exported vectors are not the model's own (cosine below 0.9999).
        IndexNotWritable: If the folder cannot be written.
    """
    if not is_exported(source, folder):
        SentenceTransformersEncoder(source).export(folder)


def is_exported(source: ModelSource, folder: Path) -> bool:
    """Say whether a folder holds the whole export of a model; cheap, loads nothing."""
    try:
        return EncoderCard.read(folder).fingerprint == source.fingerprint
    except ModelNotFound:
        return False


def _load(source: ModelSource, device: str) -> SentenceTransformer:
    try:
        with quiet_libraries():
            from sentence_transformers import SentenceTransformer

            return SentenceTransformer(str(source.folder), device=device, local_files_only=True)
    except Exception as error:  # anything may be wrong with files that others made
        raise ModelNotFound(
            f"The embedding model in {source.folder} cannot be loaded: {error}. Reinstall it, or name another in "
            "PORTAL_EMBEDDING_MODEL."
        ) from error


def _export_graph(model: SentenceTransformer, layout: ModelLayout, path: Path) -> None:
    """Write the transformer alone, so that pooled vectors and token vectors come from one graph.

    Raises:
        ModelUnsupported: If PyTorch cannot turn the model into a graph.
    """
    # Two texts of different length, as `write_graph` asks for.
    example = model.tokenizer(["one two three", "one"], padding=True, return_tensors="pt")
    transformer = cast("torch.nn.Module", model[0].auto_model)
    names = [name for name in example if name in inspect.signature(transformer.forward).parameters]
    write_graph(
        _last_hidden_state(transformer),
        {name: example[name] for name in names},
        path,
        output=GRAPH_OUTPUT,
        max_pieces=layout.max_pieces,
        way_out="Name another in PORTAL_EMBEDDING_MODEL.",
    )


def _last_hidden_state(transformer: torch.nn.Module) -> torch.nn.Module:
    import torch

    class LastHiddenState(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
            vectors: torch.Tensor = self.transformer(**inputs).last_hidden_state
            return vectors

    return LastHiddenState()


def _least_cosine(rows: Matrix, others: Matrix) -> float:
    return float((rows * others).sum(axis=1).min())


def _tokenizer_json(model: SentenceTransformer) -> str:
    return str(model.tokenizer.backend_tokenizer.to_str())
