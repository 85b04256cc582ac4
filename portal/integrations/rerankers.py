"""The reranker that the settings name: exported when articles are indexed, loaded when the first search wants it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from search_index import Reranker, export_reranker, live_reranker, resolve_reranker

#: Remembers in the index folder which files of the reranker were found to be the right ones.
RERANKER_CHECKS_FILE = "reranker-files.json"


class LocalReranker:
    """A cross-encoder.

    Args:
        name: A local folder or hub name; empty for none.
        index_folder: Where its graph is kept.
    """

    def __init__(self, name: str, index_folder: Path) -> None:
        self._name = name
        self._index_folder = index_folder

    def export(self) -> None:
        """Export it by PyTorch unless that was done before; nothing is done where none is set.

        Raises:
            ModelError: The model is missing, is no cross-encoder, or cannot be reproduced.
            IndexNotWritable: The graph cannot be written.
        """
        if self._name:
            source = resolve_reranker(self._name, checks_file=self._index_folder / RERANKER_CHECKS_FILE)
            export_reranker(source, self._index_folder, name=self._name)

    def loader(self) -> Callable[[], Reranker] | None:
        """Return what loads the exported graph; None where none is set."""
        return live_reranker(self._index_folder, self._name) if self._name else None
