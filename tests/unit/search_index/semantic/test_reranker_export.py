"""What is no cross-encoder is refused by its settings alone, before anything heavy is loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from search_index.errors import ModelUnsupported
from search_index.semantic.reranker_export import read_max_pieces

CONFIG: dict[str, object] = {
    "architectures": ["BertForSequenceClassification"],
    "model_type": "bert",
    "max_position_embeddings": 512,
    "id2label": {"0": "LABEL_0"},
}


def write(folder: Path, tokenizer: dict[str, object] | None = None, **changes: object) -> Path:
    (folder / "config.json").write_text(json.dumps({**CONFIG, **changes}))
    if tokenizer is not None:
        (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer))
    return folder


def test_the_shorter_of_all_limits_counts(tmp_path: Path) -> None:
    assert read_max_pieces(write(tmp_path)) == 512
    assert read_max_pieces(write(tmp_path, {"model_max_length": 256})) == 256
    assert read_max_pieces(write(tmp_path, {"model_max_length": 1e30}, max_position_embeddings=8192)) == 512
    assert read_max_pieces(write(tmp_path, {}, model_type="roberta", max_position_embeddings=130)) == 128


@pytest.mark.parametrize("architectures", [["BertModel"], [], None])
def test_another_kind_of_model(tmp_path: Path, architectures: object) -> None:
    with pytest.raises(ModelUnsupported, match=r"no cross-encoder.*PORTAL_RERANKER_MODEL"):
        read_max_pieces(write(tmp_path, architectures=architectures))


def test_several_outputs(tmp_path: Path) -> None:
    with pytest.raises(ModelUnsupported, match=r"3 outputs.*PORTAL_RERANKER_MODEL"):
        read_max_pieces(write(tmp_path, id2label={"0": "no", "1": "maybe", "2": "yes"}))


@pytest.mark.parametrize(
    "content", ["", "[]", '{"architectures": ["XForSequenceClassification"], "id2label": {"0": ""}}']
)
def test_broken_settings(tmp_path: Path, content: str) -> None:
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(ModelUnsupported, match="cannot be read"):
        read_max_pieces(tmp_path)
