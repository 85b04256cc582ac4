"""The embedding model of this machine: found once, exported once, and loaded only when it is needed."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Protocol

from search_index import (
    ModelNotFound,
    ModelSource,
    PassageEncoder,
    QueryEncoder,
    QueryPrecision,
    export_model,
    load_exported_encoder,
    load_passage_encoder,
    resolve_model,
)

#: Remembers in the index folder which files of the model were found to be the right ones.
CHECKS_FILE = "model-files.json"
#: Stage that services report while the model is found, loaded and exported.
MODEL_STAGE = "model"


class EmbeddingModels(Protocol):
    """Where encoders for articles come from. Every method may raise `ModelError`, whose text says what to do."""

    def for_many(self) -> PassageEncoder:
        """Return what embeds a whole help centre; queries can be embedded into the same space from now on."""
        ...

    def for_few(self) -> PassageEncoder:
        """Return what embeds the changes of an edit, in a process that should stay small."""
        ...

    def for_queries(self) -> QueryEncoder:
        """Return what embeds queries, after `for_many` made that possible."""
        ...


class LocalModels:
    """The model that the settings name.

    Args:
        name: A local folder or hub id; empty for the default model.
        index_folder: Where graphs for queries are kept, and what is known of the model's files.
        precision: Which graph for queries is made besides the model's own.
    """

    def __init__(self, name: str, index_folder: Path, precision: QueryPrecision = QueryPrecision.FP32) -> None:
        self._name = name
        self._index_folder = index_folder
        self._precision = precision

    def for_many(self) -> PassageEncoder:
        """Return the model itself, run by PyTorch; its graph for queries is exported unless it was before.

        Raises:
            ModelError: The model is missing, not the one we know, or cannot be reproduced for queries.
            IndexNotWritable: The graph cannot be written.
        """
        export_model(self._source, self._index_folder, precision=self._precision)
        return load_passage_encoder(self._source)

    def for_few(self) -> PassageEncoder:
        """Return the exported graph, or the model itself where nothing was exported yet.

        Raises:
            ModelError: Neither can be had.
        """
        try:
            return load_exported_encoder(self._index_folder, self._source.fingerprint)
        except ModelNotFound:
            return self.for_many()

    def for_queries(self) -> QueryEncoder:
        """Return the exported graph.

        Raises:
            ModelError: The model is missing, or was never exported.
        """
        return load_exported_encoder(self._index_folder, self._source.fingerprint)

    @cached_property
    def _source(self) -> ModelSource:
        return resolve_model(self._name or None, checks_file=self._index_folder / CHECKS_FILE)
