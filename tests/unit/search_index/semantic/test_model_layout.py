"""Reading what a model's own settings say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from search_index.errors import ModelUnsupported
from search_index.semantic.model_layout import ModelLayout, Pooling, read_layout

_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
]


def write(folder: Path, **files: object) -> Path:
    """Write JSON files; in names ``__`` stands for a folder."""
    for name, content in files.items():
        path = folder / (name.replace("__", "/") + ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(
        tmp_path,
        modules=_MODULES,
        config={"hidden_size": 384, "max_position_embeddings": 512},
        sentence_bert_config={"max_seq_length": 256, "do_lower_case": False},
        **{"1_Pooling__config": {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}},
    )


def test_the_usual_chain(folder: Path) -> None:
    assert read_layout(folder) == ModelLayout(dimensions=384, max_pieces=256, pooling=Pooling.MEAN)


def test_the_first_token(folder: Path) -> None:
    write(folder, **{"1_Pooling__config": {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}})
    assert read_layout(folder).pooling is Pooling.CLS


def test_newer_names_of_modules_and_modes(folder: Path) -> None:
    newer = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.base.modules.transformer.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.x.pooling.Pooling"},
    ]
    write(folder, modules=newer, **{"1_Pooling__config": {"pooling_mode": "cls", "include_prompt": True}})
    assert read_layout(folder).pooling is Pooling.CLS


def test_a_plain_transformer_pools_by_mean_up_to_its_positions(tmp_path: Path) -> None:
    write(
        tmp_path, config={"hidden_size": 32, "max_position_embeddings": 514}, tokenizer_config={"model_max_length": 512}
    )
    assert read_layout(tmp_path) == ModelLayout(dimensions=32, max_pieces=512, pooling=Pooling.MEAN)


def test_no_limit_anywhere_means_berts(tmp_path: Path) -> None:
    assert read_layout(write(tmp_path, config={"dim": 32})).max_pieces == 512


def test_prompts_and_lower_case(folder: Path) -> None:
    write(
        folder,
        config_sentence_transformers={"prompts": {"query": "query: ", "passage": "passage: "}},
        sentence_bert_config={"max_seq_length": 128, "do_lower_case": True},
    )
    layout = read_layout(folder)
    assert (layout.query_prompt, layout.passage_prompt) == ("query: ", "passage: ")
    assert (layout.lower_case, layout.max_pieces) == (True, 128)


@pytest.mark.parametrize(
    "files",
    [
        {
            "modules": [
                *_MODULES,
                {"idx": 3, "name": "3", "path": "3_Dense", "type": "sentence_transformers.models.Dense"},
            ]
        },
        {"1_Pooling__config": {"pooling_mode_max_tokens": True}},
        {"1_Pooling__config": {"pooling_mode_max_tokens": True, "pooling_mode_mean_tokens": True}},
        {"1_Pooling__config": {"pooling_mode": "mean", "include_prompt": False}},
    ],
)
def test_what_we_cannot_reproduce_is_refused(folder: Path, files: dict[str, object]) -> None:
    write(folder, **files)
    with pytest.raises(ModelUnsupported, match="PORTAL_EMBEDDING_MODEL"):
        read_layout(folder)


@pytest.mark.parametrize(
    "files", [{"config": {}}, {"config": []}, {"modules": {"a": 1}}, {"modules": [{"idx": 0}]}, {"modules": 3}]
)
def test_broken_settings_are_named(folder: Path, files: dict[str, object]) -> None:
    write(folder, **files)
    with pytest.raises(ModelUnsupported, match="cannot be read"):
        read_layout(folder)


def test_settings_that_are_not_json(folder: Path) -> None:
    (folder / "config.json").write_text("{not json")
    with pytest.raises(ModelUnsupported, match="cannot be read"):
        read_layout(folder)
