"""Embedding with ONNX Runtime: starts in a tenth of a second, needs no PyTorch; the only file that knows onnxruntime.

A web worker embeds queries with it, and the background worker the few passages of an edited article. It
reads a folder that `export_query_encoder` wrote from the model that embeds all other passages.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import onnxruntime

from search_index.errors import IndexNotWritable, ModelNotFound
from search_index.semantic.export_folder import fresh_folder, require_sizes, sizes_of
from search_index.semantic.model_layout import ModelLayout, Pooling
from search_index.semantic.pieces import PieceBatch, Pieces
from search_index.semantic.pooling import pool_texts, read_texts
from search_index.semantic.ports import Matrix, TextVectors, Vector
from search_index.semantic.quiet import quiet_libraries

GRAPH_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
#: Written last, so a folder that has it is whole.
CARD_FILE = "query_encoder.json"
#: The graph's output: a vector for each piece, float32 of shape (texts, pieces, dimensions).
GRAPH_OUTPUT = "token_vectors"
#: Texts that go through the graph together; more only helps machines with many cores.
_BATCH_TEXTS = 8
#: onnxruntime's number for "errors only".
_ERRORS_ONLY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderCard:
    """What `query_encoder.json` says of an exported model.

    Attributes:
        file_bytes: Size of each file of the folder, to notice a damaged copy without reading 90 MB.
    """

    name: str
    fingerprint: str
    layout: ModelLayout
    file_bytes: dict[str, int]

    def to_json(self) -> str:
        """Write the card."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    @staticmethod
    def read(folder: Path) -> EncoderCard:
        """Read and check the card of a folder.

        Raises:
            ModelNotFound: If there is none, it is broken, or a file is missing or has another size.
        """
        try:
            card = _parse_card((folder / CARD_FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelNotFound(_way_out(folder, f"its {CARD_FILE} cannot be read ({error})")) from error
        try:
            require_sizes(folder, card.file_bytes)
        except ModelNotFound as error:
            raise ModelNotFound(_way_out(folder, str(error))) from error
        return card


class OnnxQueryEncoder:
    """Queries, and passages too, to vectors by an exported graph. Both encoder ports.

    May be shared by threads. Create it after forking when `threads` is above 1.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Load an exported model.

        Args:
            folder: What `export_query_encoder` wrote.
            threads: Threads for one text, at least 1. One is best where several workers share the machine.

        Raises:
            ModelNotFound: If the folder is missing, incomplete or damaged; the text says how to make it anew.
        """
        self._card = EncoderCard.read(folder)
        layout = self._card.layout
        self._pieces = Pieces(folder / TOKENIZER_FILE, max_pieces=layout.max_pieces, lower_case=layout.lower_case)
        self._session = _open_session(folder, threads)
        self._inputs = [str(node.name) for node in self._session.get_inputs()]
        prompt = self._pieces.count(layout.passage_prompt) if layout.passage_prompt else 0
        self._max_tokens = max(1, self._pieces.max_own_pieces - prompt)

    @property
    def name(self) -> str:
        """Name for people."""
        return self._card.name

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the model that the graph was exported from."""
        return self._card.fingerprint

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._card.layout.dimensions

    @property
    def max_tokens(self) -> int:
        """Most word pieces of one passage that reach the model, special ones and the prompt excluded."""
        return self._max_tokens

    def count_tokens(self, text: str) -> int:
        """Count word pieces, special ones excluded."""
        return self._pieces.count(text)

    def encode_query(self, text: str) -> Vector:
        """Embed one query: float32 of shape (dimensions,), L2-normalised; zeros for a text without tokens."""
        vector: Vector = self._encode([text], self._card.layout.query_prompt)[0]
        return vector

    def encode_passages(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> Matrix:
        """Embed texts: float32 of shape (len(texts), dimensions), rows L2-normalised, zeros without tokens.

        Args:
            texts: May be empty: the result then has shape (0, dimensions).
            on_done: Called with the number of texts finished so far.
        """
        matrix = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        done = 0
        for rows in batches_by_length(texts, _BATCH_TEXTS):
            matrix[rows] = self._encode([texts[row] for row in rows], self._card.layout.passage_prompt)
            done += len(rows)
            if on_done is not None:
                on_done(done)
        return matrix

    def encode_question(self, text: str) -> TextVectors:
        """Embed one query with its pieces."""
        return self._read([text], self._card.layout.query_prompt)[0]

    def encode_pieces(self, texts: Sequence[str]) -> list[TextVectors]:
        """Embed texts with their pieces; several at a time go through the model together."""
        found: dict[int, TextVectors] = {}
        for rows in batches_by_length(texts, _BATCH_TEXTS):
            found.update(
                zip(rows, self._read([texts[row] for row in rows], self._card.layout.passage_prompt), strict=True)
            )
        return [found[row] for row in range(len(texts))]

    def _encode(self, texts: Sequence[str], prompt: str) -> Matrix:
        batch = self._pieces.cut([prompt + text for text in texts])
        return pool_texts(self._token_vectors(batch), batch, self._card.layout.pooling, len(prompt))

    def _read(self, texts: Sequence[str], prompt: str) -> list[TextVectors]:
        batch = self._pieces.cut([prompt + text for text in texts])
        return read_texts(self._token_vectors(batch), batch, self._card.layout.pooling, len(prompt))

    def _token_vectors(self, batch: PieceBatch) -> Matrix:
        feeds = {"input_ids": batch.ids, "attention_mask": batch.mask, "token_type_ids": batch.types}
        outputs = self._session.run([GRAPH_OUTPUT], {name: feeds[name] for name in self._inputs})
        return np.asarray(outputs[0], dtype=np.float32)


def quantise_export(folder: Path, target: Path) -> None:
    """Write a smaller, quicker copy of an exported model: weights and sums in int8, a quarter of the bytes.

    For queries alone; vectors turn a little (cosine .99), so passages are embedded by the model as it is. Takes
    some ten seconds and 400 MB. Nothing is done where the copy is there and whole; it appears at once or not at all.

    Args:
        folder: What `export_query_encoder` wrote.
        target: Made by this call.

    Raises:
        ModelNotFound: The exported model is missing or damaged.
        IndexNotWritable: The copy cannot be written.
    """
    card = EncoderCard.read(folder)
    if _is_copy(card, target):
        return
    try:
        with fresh_folder(target) as fresh:
            _quantise_graph(folder / GRAPH_FILE, fresh / GRAPH_FILE)
            shutil.copy2(folder / TOKENIZER_FILE, fresh / TOKENIZER_FILE)
            card = replace(card, file_bytes=sizes_of(fresh))
            (fresh / CARD_FILE).write_text(card.to_json(), encoding="utf-8")
    except OSError as error:
        raise IndexNotWritable(f"The int8 model could not be written to {target}: {error}.") from error


def batches_by_length(texts: Sequence[str], size: int) -> Iterator[list[int]]:
    """Yield the places of texts in batches of similar length, longest first, so that little is padding."""
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]), reverse=True)
    for start in range(0, len(order), size):
        yield order[start : start + size]


def _is_copy(card: EncoderCard, target: Path) -> bool:
    try:
        return EncoderCard.read(target).fingerprint == card.fingerprint
    except ModelNotFound:
        return False


def _quantise_graph(graph: Path, target: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with quiet_libraries():
        logging.disable(logging.WARNING)  # it advises on the root logger
        try:
            # One scale for each channel: with one for each matrix the cosine falls from .994 to .969.
            quantize_dynamic(graph, target, weight_type=QuantType.QInt8, per_channel=True)
        finally:
            logging.disable(logging.NOTSET)


def open_graph(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """Load a graph to be run on the processor by so many threads for one run.

    Raises:
        ModelNotFound: It is missing or damaged; the text is the reason alone.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    # Threads that spin while they wait would take the cores from the other workers.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no documented base
        raise ModelNotFound(f"{path.name} cannot be loaded ({error})") from error


def _open_session(folder: Path, threads: int) -> onnxruntime.InferenceSession:
    try:
        return open_graph(folder / GRAPH_FILE, threads)
    except ModelNotFound as error:
        raise ModelNotFound(_way_out(folder, str(error))) from error


def _parse_card(text: str) -> EncoderCard:
    data = json.loads(text)
    layout = dict(data["layout"])
    layout["pooling"] = Pooling(layout["pooling"])
    return EncoderCard(
        name=str(data["name"]),
        fingerprint=str(data["fingerprint"]),
        layout=ModelLayout(**layout),
        file_bytes={str(name): int(size) for name, size in data["file_bytes"].items()},
    )


def _way_out(folder: Path, problem: str) -> str:
    return (
        f"The exported embedding model in {folder} cannot be used: {problem}. Delete the folder and run "
        "`portal index`, which exports it anew. Until then only keywords are searched."
    )
