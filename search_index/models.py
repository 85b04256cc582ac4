"""Which encoder to use for what, and where its files lie: the door to the semantic side.

Articles are embedded by PyTorch in the index command; queries, and the few passages of an edited article, by
ONNX Runtime from a graph that was exported once into `<index root>/models/<fingerprint>/`. The heavy
libraries are loaded by these functions and by nothing else.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from search_index.errors import IndexNotWritable, ModelNotFound
from search_index.generations import GenerationStore
from search_index.semantic.model_source import ModelSource
from search_index.semantic.ports import PassageEncoder, QueryEncoder, Reranker
from search_index.small_files import replace_text

_log = logging.getLogger(__name__)

#: In `<index root>/models/`: which reranker was exported last, by the name that the settings give it.
_RERANKER_FILE = "reranker.json"

if TYPE_CHECKING:
    from search_index.semantic.query_encoder import OnnxQueryEncoder


class QueryPrecision(StrEnum):
    """How exactly queries are embedded; articles always are by float32."""

    FP32 = "fp32"
    INT8 = "int8"


def exported_model_folder(index_root: Path, fingerprint: str) -> Path:
    """Give the folder of a model's exported graph."""
    return index_root / "models" / fingerprint


def load_passage_encoder(source: ModelSource) -> PassageEncoder:
    """Make the encoder for indexing many articles; PyTorch is loaded when it embeds its first text.

    Raises:
        ModelUnsupported: Queries could not be embedded into the same space.
    """
    from search_index.semantic.encoder import SentenceTransformersEncoder

    return SentenceTransformersEncoder(source)


def export_model(source: ModelSource, index_root: Path, *, precision: QueryPrecision = QueryPrecision.FP32) -> Path:
    """Export a model's graph for queries unless that was done before; returns its folder.

    Args:
        precision: With `INT8` a smaller copy is written beside it.

    Raises:
        ModelError: The model cannot be loaded or reproduced.
        IndexNotWritable: The folder cannot be written.
    """
    from search_index.semantic.encoder import export_query_encoder

    folder = exported_model_folder(index_root, source.fingerprint)
    export_query_encoder(source, folder)
    if precision is QueryPrecision.INT8:
        from search_index.semantic.query_encoder import quantise_export

        quantise_export(folder, _int8_folder(folder))
    return folder


def load_exported_encoder(index_root: Path, fingerprint: str, *, threads: int = 1) -> OnnxQueryEncoder:
    """Load an exported model, for queries and for the passages of small changes. No PyTorch.

    Raises:
        ModelNotFound: It was never exported, or its files are damaged.
    """
    from search_index.semantic.query_encoder import OnnxQueryEncoder

    return OnnxQueryEncoder(exported_model_folder(index_root, fingerprint), threads=threads)


def live_query_encoder(
    index_root: Path, *, threads: int = 1, precision: QueryPrecision = QueryPrecision.FP32
) -> Callable[[], QueryEncoder]:
    """Make a loader of whatever model the live generation was built with, for `SearchEngine`.

    Args:
        precision: With `INT8` the smaller copy is loaded where `export_model` made one, else the model itself.

    The loader raises `IndexMissing`, `IndexCorrupt` or `ModelNotFound`; the engine then answers by keyword.
    """

    def load() -> QueryEncoder:
        store = GenerationStore(index_root)
        manifest = store.read_manifest(store.current())
        if not manifest.model_fingerprint:
            raise ModelNotFound("The index was built without an embedding model; index again with one.")
        return _load_for_queries(exported_model_folder(index_root, manifest.model_fingerprint), threads, precision)

    return load


def export_reranker(source: ModelSource, index_root: Path, *, name: str) -> Path:
    """Export a cross-encoder unless that was done before, and make it the one that searches find; returns its folder.

    Args:
        name: What the settings call it.

    Raises:
        ModelError: The model cannot be loaded or reproduced, or is no cross-encoder; an earlier one stays.
        IndexNotWritable: The folder cannot be written.
    """
    from search_index.semantic import reranker_export

    folder = exported_model_folder(index_root, source.fingerprint)
    reranker_export.export_reranker(source, folder)
    pointer = folder.with_name(_RERANKER_FILE)
    try:
        replace_text(pointer, json.dumps({"name": name, "fingerprint": source.fingerprint}))
    except OSError as error:
        raise IndexNotWritable(f"{pointer} cannot be written: {error}.") from error
    return folder


def live_reranker(index_root: Path, name: str, *, threads: int = 1) -> Callable[[], Reranker]:
    """Make a loader of the exported cross-encoder of a name, for `SearchEngine`. No PyTorch, and no look at the hub.

    The loader raises `ModelNotFound`; the engine then leaves the order as it is.
    """

    def load() -> Reranker:
        from search_index.semantic.reranker import OnnxReranker

        try:
            exported = json.loads((index_root / "models" / _RERANKER_FILE).read_text(encoding="utf-8"))
            is_meant, fingerprint = exported["name"] == name, str(exported["fingerprint"])
        except (OSError, ValueError, KeyError, TypeError):
            is_meant, fingerprint = False, ""
        if not is_meant:
            raise ModelNotFound(
                f"The reranker {name!r} was not exported yet: run `portal index`. Until then the search goes on "
                "without it."
            )
        return OnnxReranker(exported_model_folder(index_root, fingerprint), threads=threads)

    return load


def _load_for_queries(folder: Path, threads: int, precision: QueryPrecision) -> QueryEncoder:
    from search_index.semantic.query_encoder import OnnxQueryEncoder

    if precision is QueryPrecision.INT8:
        try:
            return OnnxQueryEncoder(_int8_folder(folder), threads=threads)
        except ModelNotFound:
            _log.warning("There is no int8 model in %s yet; `portal index` makes it. Using float32.", folder)
    return OnnxQueryEncoder(folder, threads=threads)


def _int8_folder(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}-int8")
