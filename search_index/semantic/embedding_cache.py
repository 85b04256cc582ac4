"""What a model said of passages in a run that has not finished, or in runs that measure something."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from search_index.semantic.passage_embedding import PassageEmbedding
from search_index.semantic.record_file import RecordFile


class EmbeddingCache:
    """Embeddings by passage hash, in a `RecordFile`.

    Args:
        path: The file; its name must change with the model's fingerprint.
        dimensions: Of the model.
        piece_dimensions: Numbers kept of a word piece.
    """

    def __init__(self, path: Path, dimensions: int, piece_dimensions: int) -> None:
        self._file = RecordFile(path)
        self._widths = (dimensions, piece_dimensions)

    def read(self) -> dict[str, PassageEmbedding]:
        """Give all whole records by passage hash; their arrays lie in the mapped file. Empty without a file."""
        return {key: PassageEmbedding.from_bytes(record, *self._widths) for key, record in self._file.read().items()}

    def append(self, embeddings: Mapping[str, PassageEmbedding]) -> None:
        """Add records.

        Raises:
            OSError: The file cannot be written.
        """
        self._file.append({key: each.to_bytes() for key, each in embeddings.items()})

    def clear(self) -> None:
        """Forget everything; the embeddings live in a promoted generation now."""
        self._file.clear()
