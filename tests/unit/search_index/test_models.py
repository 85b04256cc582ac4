"""The door to the encoders; what lies behind it is tested with the real model elsewhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from search_index import (
    DegradedReason,
    HashingEncoder,
    Indexer,
    IndexMissing,
    ModelNotFound,
    QueryPrecision,
    SearchEngine,
    SearchMode,
    exported_model_folder,
    live_query_encoder,
    load_exported_encoder,
)
from search_index.semantic.query_encoder import GRAPH_FILE, quantise_export
from tests.unit.search_index.samples import SHOP, ask, index
from tests.unit.search_index.semantic.tiny_model import write_exported_model


def test_a_model_lies_below_its_index(tmp_path: Path) -> None:
    assert exported_model_folder(tmp_path, "name-1") == tmp_path / "models" / "name-1"


def test_a_model_that_was_never_exported_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        load_exported_encoder(tmp_path, "name-1")


def test_the_loader_follows_the_live_generation(tmp_path: Path) -> None:
    load = live_query_encoder(tmp_path)
    with pytest.raises(IndexMissing):
        load()
    Indexer(tmp_path, None).sync(SHOP)
    with pytest.raises(ModelNotFound, match="without"):
        load()
    Indexer(tmp_path, HashingEncoder()).sync(SHOP)
    with pytest.raises(ModelNotFound):
        load()


def test_a_missing_model_leaves_the_words(tmp_path: Path) -> None:
    result = ask(SearchEngine(index(tmp_path), live_query_encoder(tmp_path)), "refund")
    assert (result.mode, result.degraded) == (SearchMode.KEYWORD, DegradedReason.ENCODER_MISSING)
    assert result.hits[0].article_id == "refunds"


def test_importing_the_library_loads_no_model_library() -> None:
    heavy = ("torch", "sentence_transformers", "transformers", "onnxruntime", "tokenizers")
    script = f"import search_index, sys; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_int8_queries_use_the_copy_where_there_is_one(tmp_path: Path) -> None:
    Indexer(tmp_path, TinyEncoder()).sync(SHOP)
    folder = write_exported_model(exported_model_folder(tmp_path, TinyEncoder().fingerprint))
    load = live_query_encoder(tmp_path, precision=QueryPrecision.INT8)
    assert load().encode_query("reset my password").any(), "the model itself, while there is no copy"
    copy = folder.with_name(f"{folder.name}-int8")
    quantise_export(folder, copy)
    (folder / GRAPH_FILE).unlink()
    assert load().encode_query("reset my password").any()
    with pytest.raises(ModelNotFound):
        live_query_encoder(tmp_path)()


class TinyEncoder(HashingEncoder):
    """Calls itself by the name of the tiny exported model."""

    @property
    def fingerprint(self) -> str:
        return "tiny-1"
