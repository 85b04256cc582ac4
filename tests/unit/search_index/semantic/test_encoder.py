"""What the sentence-transformers encoder does without loading the model; the rest is an integration test."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from search_index.errors import ModelNotFound, ModelUnsupported
from search_index.semantic.encoder import SentenceTransformersEncoder, export_query_encoder, is_exported
from search_index.semantic.model_source import ModelOrigin, ModelSource
from tests.unit.search_index.semantic.tiny_model import write_exported_model, write_tokenizer


@pytest.fixture
def source(tmp_path: Path) -> ModelSource:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"hidden_size": 48, "max_position_embeddings": 40}))
    write_tokenizer(folder / "tokenizer.json")
    return ModelSource(name="tiny", folder=folder, fingerprint="tiny-1", origin=ModelOrigin.FOLDER)


def test_describes_itself_and_counts_without_loading(source: ModelSource) -> None:
    before = set(sys.modules)
    encoder = SentenceTransformersEncoder(source)
    assert (encoder.name, encoder.fingerprint, encoder.dimensions) == ("tiny", "tiny-1", 48)
    assert encoder.max_tokens == 38
    assert encoder.count_tokens("track the parcels") == 4
    assert encoder.encode_passages([]).shape == (0, 48)
    assert "sentence_transformers" not in set(sys.modules) - before


def test_room_is_kept_for_a_prompt(source: ModelSource) -> None:
    prompts = {"prompts": {"passage": "query: "}}
    (source.folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    assert SentenceTransformersEncoder(source).max_tokens == 36


def test_an_unsupported_model_is_refused_at_once(source: ModelSource) -> None:
    (source.folder / "modules.json").write_text(json.dumps([{"type": "x.Dense", "path": ""}]))
    with pytest.raises(ModelUnsupported, match="Dense"):
        SentenceTransformersEncoder(source)


def test_a_missing_tokenizer_is_named(source: ModelSource) -> None:
    (source.folder / "tokenizer.json").unlink()
    with pytest.raises(ModelNotFound, match=r"tokenizer\.json"):
        SentenceTransformersEncoder(source).count_tokens("parcel")


def test_a_whole_export_is_recognised_and_left_alone(source: ModelSource, tmp_path: Path) -> None:
    folder = write_exported_model(tmp_path / "models" / "tiny-1")
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert is_exported(source, folder)
    export_query_encoder(source, folder)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json", "query_encoder.json"])
def test_half_an_export_is_none(source: ModelSource, tmp_path: Path, missing: str) -> None:
    folder = write_exported_model(tmp_path / "models" / "tiny-1")
    (folder / missing).unlink()
    assert not is_exported(source, folder)


def test_the_export_of_another_model_is_none(source: ModelSource, tmp_path: Path) -> None:
    folder = write_exported_model(tmp_path / "models" / "tiny-1")
    card = folder / "query_encoder.json"
    card.write_text(card.read_text().replace("tiny-1", "tiny-2"))
    assert not is_exported(source, folder)
