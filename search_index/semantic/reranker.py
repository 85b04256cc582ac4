"""Scoring pairs of a question and a passage by an exported cross-encoder, without PyTorch.

It reads a folder that `export_reranker` wrote. Unlike an encoder, a cross-encoder sees both texts at once, so nothing
can be computed before the question is asked: it is for a handful of passages.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from search_index.errors import ModelNotFound
from search_index.semantic.export_folder import require_sizes
from search_index.semantic.pieces import PairPieces, PieceBatch
from search_index.semantic.ports import Vector
from search_index.semantic.query_encoder import GRAPH_FILE, TOKENIZER_FILE, batches_by_length, open_graph

#: Written last, so a folder that has it is whole.
RERANKER_CARD_FILE = "reranker.json"
#: The graph's output: one number for each pair, float32 of shape (pairs, 1).
LOGITS = "logits"
#: Pairs that go through the graph together, those of like length. Ten at once, padded to the longest, took twice as
#: long on one core.
_BATCH_PAIRS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RerankerCard:
    """What `reranker.json` says of an exported model.

    Attributes:
        max_pieces: Most word pieces of a pair, special ones included.
        file_bytes: Size of each file of the folder, to notice a damaged copy.
    """

    name: str
    fingerprint: str
    max_pieces: int
    file_bytes: dict[str, int]

    def to_json(self) -> str:
        """Write the card."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    @staticmethod
    def read(folder: Path) -> RerankerCard:
        """Read and check the card of a folder.

        Raises:
            ModelNotFound: If there is none, it is broken, or a file is missing or has another size.
        """
        try:
            data = json.loads((folder / RERANKER_CARD_FILE).read_text(encoding="utf-8"))
            card = RerankerCard(
                name=str(data["name"]),
                fingerprint=str(data["fingerprint"]),
                max_pieces=int(data["max_pieces"]),
                file_bytes={str(name): int(size) for name, size in data["file_bytes"].items()},
            )
            require_sizes(folder, card.file_bytes)
        except ModelNotFound as error:
            raise _unusable(folder, str(error)) from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise _unusable(folder, f"its {RERANKER_CARD_FILE} cannot be read ({error})") from error
        return card


class OnnxReranker:
    """A cross-encoder run by ONNX Runtime. May be shared by threads; create it after forking with several threads."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Load an exported model.

        Args:
            folder: What `export_reranker` wrote.
            threads: Threads for one run, at least 1. One is best where several workers share the machine.

        Raises:
            ModelNotFound: If the folder is missing, incomplete or damaged; the text says how to make it anew.
        """
        self._card = RerankerCard.read(folder)
        try:
            self._pieces = PairPieces(folder / TOKENIZER_FILE, max_pieces=self._card.max_pieces)
            self._session = open_graph(folder / GRAPH_FILE, threads)
        except ModelNotFound as error:
            raise _unusable(folder, str(error)) from error
        self._inputs = [str(node.name) for node in self._session.get_inputs()]

    @property
    def name(self) -> str:
        """Name for people."""
        return self._card.name

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the model that the graph was exported from."""
        return self._card.fingerprint

    def score(self, question: str, passages: Sequence[str]) -> Vector:
        """Score passages: float32 of shape (len(passages),), in (0, 1), the logistic of the model's logits.

        Args:
            passages: At least one; what does not fit beside the question is cut.
        """
        # Beyond 40 the logistic is 0 or 1 whatever follows.
        logits = np.clip(self.logits(question, passages), -40, 40)
        scores: Vector = (1 / (1 + np.exp(-logits))).astype(np.float32)
        return scores

    def logits(self, question: str, passages: Sequence[str]) -> Vector:
        """Give what the model itself says: float32 of shape (len(passages),), higher is better."""
        found = np.zeros(len(passages), dtype=np.float32)
        for rows in batches_by_length(passages, _BATCH_PAIRS):
            found[rows] = self._run(self._pieces.cut(question, [passages[row] for row in rows]))
        return found

    def _run(self, batch: PieceBatch) -> Vector:
        feeds = {"input_ids": batch.ids, "attention_mask": batch.mask, "token_type_ids": batch.types}
        outputs = self._session.run([LOGITS], {name: feeds[name] for name in self._inputs})
        return np.asarray(outputs[0], dtype=np.float32)[:, 0]


def _unusable(folder: Path, problem: str) -> ModelNotFound:
    return ModelNotFound(
        f"The exported reranker in {folder} cannot be used: {problem}. Delete the folder and run `portal index`, which "
        "exports it anew. Until then the search goes on without it."
    )
