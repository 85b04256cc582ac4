"""Scoring pairs with ONNX Runtime, on a graph of a few kilobytes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from search_index.errors import ModelNotFound
from search_index.semantic.query_encoder import GRAPH_FILE, TOKENIZER_FILE
from search_index.semantic.reranker import RERANKER_CARD_FILE, OnnxReranker
from tests.contract.encoders import ODD_TEXTS
from tests.unit.search_index.semantic.tiny_reranker import write_exported_reranker

WORTHS = {"parcel": 2.0, "gift": -1.0, "late": 0.5}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_exported_reranker(tmp_path / "tiny", WORTHS)


def test_each_passage_gets_its_own_score_in_the_order_given(folder: Path) -> None:
    reranker = OnnxReranker(folder)
    passages = ["gift", "parcel late parcel", "unknown", "late", "gift gift"]
    assert reranker.logits("where", passages).tolist() == [-1.0, 4.5, 0.0, 0.5, -2.0]
    assert reranker.score("where", passages) == pytest.approx(1 / (1 + np.exp([1.0, -4.5, 0.0, -0.5, 2.0])))


def test_the_question_is_told_from_the_passage(folder: Path) -> None:
    assert OnnxReranker(folder).logits("parcel parcel", ["gift"]).tolist() == [-1.0]


def test_a_long_passage_is_cut_and_the_question_is_not(folder: Path) -> None:
    room = 64 - 3 - 10
    assert OnnxReranker(folder).logits("late " * 10, ["parcel " * 500]).tolist() == [2.0 * room]


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_odd_texts_have_a_score(folder: Path, text: str) -> None:
    scores = OnnxReranker(folder).score(text, [text, "parcel"])
    assert np.isfinite(scores).all()
    assert ((scores >= 0) & (scores <= 1)).all()


@pytest.mark.parametrize("name", [GRAPH_FILE, TOKENIZER_FILE, RERANKER_CARD_FILE])
def test_a_missing_file_says_what_to_do(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelNotFound, match=r"portal index.*without it"):
        OnnxReranker(folder)


def test_a_cut_or_damaged_graph_is_noticed(folder: Path) -> None:
    graph = folder / GRAPH_FILE
    whole = graph.read_bytes()
    graph.write_bytes(whole[:-1])
    with pytest.raises(ModelNotFound, match=GRAPH_FILE):
        OnnxReranker(folder)
    graph.write_bytes(b"\xff" * len(whole))
    with pytest.raises(ModelNotFound, match="cannot be loaded"):
        OnnxReranker(folder)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"name": 1}'])
def test_a_broken_card(folder: Path, content: str) -> None:
    (folder / RERANKER_CARD_FILE).write_text(content)
    with pytest.raises(ModelNotFound, match=RERANKER_CARD_FILE):
        OnnxReranker(folder)


def test_no_pytorch_is_imported(folder: Path) -> None:
    script = (
        "import sys, pathlib\n"
        "from search_index.semantic.reranker import OnnxReranker\n"
        "OnnxReranker(pathlib.Path(sys.argv[1])).score('where', ['my parcel'])\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'onnx'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
