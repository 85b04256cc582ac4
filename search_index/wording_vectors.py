"""The vectors of failed searches' wordings, kept beside the index so that a wording is embedded once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from search_index.history import text_hash
from search_index.semantic.ports import Matrix, QueryEncoder
from search_index.semantic.record_file import RecordFile
from search_index.text import normalise

_FOLDER = "wordings"
#: The file is written anew once it holds this many times the wordings in use: what customers asked is forgotten.
_SLACK = 2
#: Fewer than these are not worth it.
_FEWEST_DROPPED = 1_000
#: Vectors between two saves of a long run.
_SAVED_EVERY = 256


class WordingVectors:
    """Embeds wordings, each once for every model. One process writes at a time.

    Args:
        index_root: The index folder; a folder in it is made when first written to.
    """

    def __init__(self, index_root: Path) -> None:
        self._folder = index_root / _FOLDER

    def any_known(self) -> bool:
        """Whether any wording was ever embedded, so that a model that is missing now is no matter of course."""
        return any(self._folder.glob("*.vectors"))

    def encode(self, texts: Sequence[str], encoder: QueryEncoder | None) -> Matrix:
        """Give the vectors of wordings: float32 of shape (len(texts), d), L2-normalised.

        Args:
            texts: May be empty.
            encoder: Of the live generation's model; None for rows of zeros, wordings without meaning.

        Raises:
            ModelError: The encoder failed; what was embedded before is kept.
            OSError: The folder cannot be written.
        """
        if encoder is None or not texts:
            return np.zeros((len(texts), 1), dtype=np.float32)
        file = RecordFile(self._folder / f"{encoder.fingerprint}.vectors")
        known = {key: bytes(record) for key, record in file.read().items()}
        keys = [text_hash(text) for text in texts]
        self._add_missing(dict(zip(keys, texts, strict=True)), known, file, encoder)
        if len(known) > max(_FEWEST_DROPPED, _SLACK * len(texts)):
            file.clear()
            file.append({key: known[key] for key in dict.fromkeys(keys)})
        self._remove_others(encoder.fingerprint)
        return np.stack([np.frombuffer(known[key], dtype=np.float32) for key in keys])

    def _add_missing(
        self, texts: dict[str, str], known: dict[str, bytes], file: RecordFile, encoder: QueryEncoder
    ) -> None:
        batch: dict[str, bytes] = {}
        for key, text in texts.items():
            if key not in known:
                known[key] = batch[key] = encoder.encode_query(normalise(text)).astype(np.float32).tobytes()
            if len(batch) >= _SAVED_EVERY:
                file.append(batch)
                batch = {}
        if batch:
            file.append(batch)

    def _remove_others(self, fingerprint: str) -> None:
        """Remove the vectors of models that are no longer used."""
        for path in self._folder.glob("*.vectors"):
            if path.stem != fingerprint:
                path.unlink(missing_ok=True)
