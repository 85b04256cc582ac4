"""Cross-encoders made here with random weights: exported, compared with themselves, and asked in a search."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from search_index import (
    GuardLimits,
    HashingEncoder,
    IndexNotWritable,
    ModelUnsupported,
    SearchEngine,
    export_reranker,
    exported_model_folder,
    live_reranker,
    resolve_reranker,
)
from search_index.semantic.query_encoder import GRAPH_FILE
from search_index.semantic.reranker import OnnxReranker
from tests.unit.search_index.samples import ask, index
from tests.unit.search_index.semantic.tiny_model import write_tokenizer

pytestmark = pytest.mark.model

_PASSAGES = ("track the parcel", "", "gift cards and vouchers " * 60, "Reset YOUR password 😀")


@pytest.fixture(scope="module", params=["bert", "roberta"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    transformers = pytest.importorskip("transformers")
    torch = pytest.importorskip("torch")
    torch.manual_seed(5)
    folder = tmp_path_factory.mktemp("models") / request.param
    sizes = {"vocab_size": 40, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    sizes |= {"intermediate_size": 64, "num_labels": 1, "initializer_range": 0.6, "max_position_embeddings": 50}
    if request.param == "bert":
        model = transformers.BertForSequenceClassification(transformers.BertConfig(**sizes))
    else:
        model = transformers.RobertaForSequenceClassification(
            transformers.RobertaConfig(**sizes, type_vocab_size=2, pad_token_id=0)
        )
    model.save_pretrained(folder)
    write_tokenizer(folder / "tokenizer.json")
    (folder / "tokenizer_config.json").write_text(
        '{"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]", "unk_token": "[UNK]", '
        '"cls_token": "[CLS]", "sep_token": "[SEP]", "model_max_length": 48}'
    )
    return folder


def test_is_exported_once_and_agrees_with_itself(folder: Path, tmp_path: Path) -> None:
    source = resolve_reranker(str(folder))
    exported = export_reranker(source, tmp_path, name=str(folder))
    made = (exported / GRAPH_FILE).stat().st_mtime_ns
    assert export_reranker(source, tmp_path, name=str(folder)) == exported_model_folder(tmp_path, source.fingerprint)
    assert (exported / GRAPH_FILE).stat().st_mtime_ns == made
    loaded = live_reranker(tmp_path, str(folder))()
    assert loaded.name == folder.name
    scores = loaded.score("How do I track my parcel?", _PASSAGES)
    assert scores == pytest.approx(_by_sentence_transformers(folder, "How do I track my parcel?"), abs=1e-4)
    assert len(set(np.round(scores, 4))) == len(_PASSAGES), "random weights tell passages apart"


def _by_sentence_transformers(folder: Path, question: str) -> list[float]:
    cross_encoder = pytest.importorskip("sentence_transformers").CrossEncoder(str(folder), device="cpu")
    torch = pytest.importorskip("torch")
    pairs = [(question, passage) for passage in _PASSAGES]
    found = cross_encoder.predict(pairs, activation_fn=torch.nn.Sigmoid(), show_progress_bar=False)
    return [float(each) for each in found]


def test_a_search_follows_its_scores(folder: Path, tmp_path: Path) -> None:
    root = index(tmp_path)
    patience = GuardLimits(rerank_ms=60_000, load_ms=60_000)
    export_reranker(resolve_reranker(str(folder)), root, name="mine")
    plain = {hit.article_id: hit.score for hit in ask(SearchEngine(root, HashingEncoder()), "refund package").hits}
    engine = SearchEngine(root, HashingEncoder(), patience, reranker=live_reranker(root, "mine"))
    hits = ask(engine, "refund package").hits
    assert {hit.article_id for hit in hits} == set(plain)
    said = {hit.article_id: 2 * hit.score - plain[hit.article_id] for hit in hits}
    assert all(0 <= each <= 1 for each in said.values())
    assert len({round(each, 5) for each in said.values()}) > 1
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_folder_that_cannot_be_written_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("in the way")
    with pytest.raises(IndexNotWritable, match="could not be exported"):
        export_reranker(resolve_reranker(str(folder)), tmp_path, name="mine")


def test_an_embedding_model_is_refused_and_the_earlier_export_stays(folder: Path, tmp_path: Path) -> None:
    export_reranker(resolve_reranker(str(folder)), tmp_path, name="mine")
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    config = (other / "config.json").read_text()
    (other / "config.json").write_text(config.replace("ForSequenceClassification", "Model"))
    with pytest.raises(ModelUnsupported, match=r"no cross-encoder.*PORTAL_RERANKER_MODEL"):
        export_reranker(resolve_reranker(str(other)), tmp_path, name="mine")
    assert isinstance(live_reranker(tmp_path, "mine")(), OnnxReranker)
