"""Another model than the default one, made here with random weights: a BERT that pools by its first token."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from search_index.errors import IndexNotWritable, ModelUnsupported
from search_index.semantic.encoder import SentenceTransformersEncoder, export_query_encoder
from search_index.semantic.model_source import ModelPlaces, resolve_model
from search_index.semantic.query_encoder import OnnxQueryEncoder
from tests.contract.encoders import rows_that_agree
from tests.unit.search_index.semantic.tiny_model import write_tokenizer

pytestmark = pytest.mark.model

_TEXTS = ("track my parcel", "Reset YOUR password", "", "gift cards and vouchers " * 30)


@pytest.fixture(scope="module", params=["bert", "distilbert"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    transformers = pytest.importorskip("transformers")
    torch = pytest.importorskip("torch")
    torch.manual_seed(3)
    folder = tmp_path_factory.mktemp("models") / request.param
    if request.param == "bert":
        config = transformers.BertConfig(
            vocab_size=30, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
        )
        transformers.BertModel(config).save_pretrained(folder)
    else:
        config = transformers.DistilBertConfig(vocab_size=30, dim=32, n_layers=2, n_heads=2, hidden_dim=64)
        transformers.DistilBertModel(config).save_pretrained(folder)
    write_tokenizer(folder / "tokenizer.json")
    _write_settings(folder, _SETTINGS)
    return folder


_SETTINGS: dict[str, object] = {
    "modules": [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ],
    "sentence_bert_config": {"max_seq_length": 24, "do_lower_case": True},
    "config_sentence_transformers": {"prompts": {"query": "query: ", "passage": ""}},
    "tokenizer_config": {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": "[PAD]",
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
        "model_max_length": 512,
    },
    "1_Pooling/config": {
        "word_embedding_dimension": 32,
        "pooling_mode_cls_token": True,
        "pooling_mode_mean_tokens": False,
    },
}


def _write_settings(folder: Path, settings: dict[str, object]) -> None:
    for name, content in settings.items():
        path = folder / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content))


def test_is_found_exported_and_agrees_with_itself(folder: Path, tmp_path: Path) -> None:
    source = resolve_model(str(folder), places=ModelPlaces(allow_network=False))
    original = SentenceTransformersEncoder(source)
    export_query_encoder(source, tmp_path / source.fingerprint)
    exported = OnnxQueryEncoder(tmp_path / source.fingerprint)
    own = original.encode_passages(_TEXTS)
    assert own.shape == (4, 32)
    assert rows_that_agree(own, exported.encode_passages(_TEXTS)) >= 0.9999
    prompted = original.encode_passages([f"query: {text}" for text in _TEXTS if text])
    asked = np.stack([exported.encode_query(text) for text in _TEXTS if text])
    assert rows_that_agree(prompted, asked) >= 0.9999


@pytest.fixture
def encoder(folder: Path) -> SentenceTransformersEncoder:
    return SentenceTransformersEncoder(resolve_model(str(folder), places=ModelPlaces(allow_network=False)))


def test_half_an_export_and_leftovers_are_replaced(encoder: SentenceTransformersEncoder, tmp_path: Path) -> None:
    folder = tmp_path / "models" / "m"
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"half")
    (folder.parent / ".m.1.tmp").mkdir()
    encoder.export(folder)
    assert OnnxQueryEncoder(folder).encode_query("parcel").any()
    assert [path.name for path in folder.parent.iterdir()] == ["m"]


def test_a_place_that_cannot_be_written(encoder: SentenceTransformersEncoder, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(IndexNotWritable, match="file"):
        encoder.export(tmp_path / "file" / "models" / "m")


def test_vectors_that_turned_are_refused(folder: Path, tmp_path: Path) -> None:
    # The settings change between reading them and loading the model, so graph and original pool differently.
    copy = tmp_path / "model"
    shutil.copytree(folder, copy)
    encoder = SentenceTransformersEncoder(resolve_model(str(copy), places=ModelPlaces(allow_network=False)))
    mean = {"word_embedding_dimension": 32, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}
    (copy / "1_Pooling" / "config.json").write_text(json.dumps(mean))
    with pytest.raises(ModelUnsupported, match="turned"):
        encoder.export(tmp_path / "models" / "m")
    assert list((tmp_path / "models").iterdir()) == []
