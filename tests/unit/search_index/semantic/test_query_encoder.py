"""Embedding with ONNX Runtime, on a graph of a few kilobytes."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from search_index.errors import IndexNotWritable, ModelNotFound
from search_index.semantic.model_layout import ModelLayout, Pooling
from search_index.semantic.query_encoder import (
    CARD_FILE,
    GRAPH_FILE,
    TOKENIZER_FILE,
    EncoderCard,
    OnnxQueryEncoder,
    quantise_export,
)
from tests.contract.encoders import PassageEncoderContract, QueryEncoderContract
from tests.unit.search_index.semantic.tiny_model import write_exported_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_exported_model(tmp_path / "tiny-1")


class TestOnnxQueryEncoder(PassageEncoderContract, QueryEncoderContract):
    @pytest.fixture
    def encoder(self, folder: Path) -> OnnxQueryEncoder:
        return OnnxQueryEncoder(folder)


class TestWithAPrompt(PassageEncoderContract):
    @pytest.fixture
    def encoder(self, tmp_path: Path) -> OnnxQueryEncoder:
        return OnnxQueryEncoder(write_exported_model(tmp_path / "prompted", query_prompt="query: "))

    def test_the_prompt_is_put_before_queries_only(self, encoder: OnnxQueryEncoder) -> None:
        asked = encoder.encode_query("parcel")
        assert asked @ encoder.encode_passages(["query: parcel"])[0] == pytest.approx(1, abs=1e-5)
        assert asked @ encoder.encode_passages(["parcel"])[0] < 0.9

    def test_a_prompt_does_not_make_something_of_nothing(self, encoder: OnnxQueryEncoder) -> None:
        assert not encoder.encode_query("").any()
        assert encoder.encode_query("parcel").any()


def test_cls_pooling_is_obeyed(tmp_path: Path) -> None:
    encoder = OnnxQueryEncoder(write_exported_model(tmp_path / "cls", pooling=Pooling.CLS))
    # The first piece is the same special one whatever the text, and this graph has no attention.
    assert encoder.encode_query("parcel") @ encoder.encode_query("password") == pytest.approx(1, abs=1e-5)


def test_threads_may_share_it(folder: Path) -> None:
    encoder = OnnxQueryEncoder(folder, threads=2)
    expected = encoder.encode_query("track my parcel")
    with ThreadPoolExecutor(4) as pool:
        for vector in pool.map(encoder.encode_query, ["track my parcel"] * 40):
            np.testing.assert_array_equal(vector, expected)


@pytest.mark.parametrize("name", [GRAPH_FILE, TOKENIZER_FILE, CARD_FILE])
def test_a_missing_file_says_what_to_do(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelNotFound, match="portal index"):
        OnnxQueryEncoder(folder)


@pytest.mark.parametrize("name", [GRAPH_FILE, TOKENIZER_FILE])
def test_a_cut_file_is_noticed(folder: Path, name: str) -> None:
    path = folder / name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelNotFound, match=name):
        OnnxQueryEncoder(folder)


def test_a_damaged_graph_of_the_right_size(folder: Path) -> None:
    graph = folder / GRAPH_FILE
    graph.write_bytes(b"\xff" * graph.stat().st_size)
    with pytest.raises(ModelNotFound, match="cannot be loaded"):
        OnnxQueryEncoder(folder)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"name": 1}', '{"name": "x", "layout": {"pooling": "max"}}'])
def test_a_broken_card(folder: Path, content: str) -> None:
    (folder / CARD_FILE).write_text(content)
    with pytest.raises(ModelNotFound, match=CARD_FILE):
        OnnxQueryEncoder(folder)


def test_a_card_of_an_unknown_layout(folder: Path) -> None:
    card = json.loads((folder / CARD_FILE).read_text())
    card["layout"]["from_the_future"] = 1
    (folder / CARD_FILE).write_text(json.dumps(card))
    with pytest.raises(ModelNotFound, match="from_the_future"):
        OnnxQueryEncoder(folder)


def test_the_card_comes_back_as_written(tmp_path: Path) -> None:
    layout = ModelLayout(dimensions=4, max_pieces=9, pooling=Pooling.CLS, lower_case=True, query_prompt="ask: ")
    card = EncoderCard(name="modèle", fingerprint="m-1", layout=layout, file_bytes={})
    (tmp_path / CARD_FILE).write_text(card.to_json(), encoding="utf-8")
    assert EncoderCard.read(tmp_path) == card


def test_no_pytorch_is_imported(folder: Path) -> None:
    script = (
        "import sys, pathlib\n"
        "from search_index.semantic.query_encoder import OnnxQueryEncoder\n"
        "OnnxQueryEncoder(pathlib.Path(sys.argv[1])).encode_query('track my parcel')\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'onnx'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


def test_an_int8_copy_is_whole_and_of_the_same_space(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "tiny-1-int8"
    quantise_export(folder, copy)
    exact, rough = OnnxQueryEncoder(folder), OnnxQueryEncoder(copy)
    assert rough.fingerprint == exact.fingerprint
    for text in ("reset my password", "track the parcel", ""):
        assert float(rough.encode_query(text) @ exact.encode_query(text)) >= (0.95 if text else 0.0)
    assert [path.name for path in tmp_path.iterdir() if "tmp" in path.name] == []


def test_an_int8_copy_is_made_once_and_again_when_damaged(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "tiny-1-int8"
    quantise_export(folder, copy)
    made = (copy / GRAPH_FILE).stat().st_mtime_ns
    quantise_export(folder, copy)
    assert (copy / GRAPH_FILE).stat().st_mtime_ns == made
    (copy / GRAPH_FILE).write_bytes(b"cut")
    quantise_export(folder, copy)
    assert OnnxQueryEncoder(copy).encode_query("reset my password").any()


def test_an_int8_copy_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        quantise_export(tmp_path / "none", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_an_int8_copy_that_cannot_be_written_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexNotWritable, match="int8"):
        quantise_export(folder, tmp_path / "file" / "copy")
