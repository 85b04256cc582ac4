"""What a model's own settings say about turning tokens into one vector, read without loading the model.

A sentence-transformers folder is a chain of modules. We support the chain that nearly all of them have:
a transformer, mean or first-token pooling, normalisation. Others are refused by name rather than
embedded wrongly; the export is checked against the original in any case.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import cast

from search_index.errors import ModelUnsupported

#: Word pieces when neither the model nor its tokenizer names a limit: BERT's.
_USUAL_LIMIT = 512
_MODULES_WE_KNOW = ("Transformer", "Pooling", "Normalize")


class Pooling(StrEnum):
    """How the vectors of a text's tokens become one."""

    MEAN = "mean"
    CLS = "cls"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLayout:
    """The numbers and habits of a model.

    Attributes:
        dimensions: Length of a vector.
        max_pieces: Most word pieces of one text, special tokens included.
        lower_case: Whether texts are lower-cased before the tokenizer sees them.
        query_prompt: Put before each query; some models were trained so.
        passage_prompt: Put before each passage.
    """

    dimensions: int
    max_pieces: int
    pooling: Pooling
    lower_case: bool = False
    query_prompt: str = ""
    passage_prompt: str = ""


def read_layout(folder: Path) -> ModelLayout:
    """Read the layout of a model folder.

    Raises:
        ModelUnsupported: If the model has modules or a pooling that we cannot reproduce, or broken settings.
    """
    try:
        return _read_layout(folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelUnsupported(f"The settings of the embedding model in {folder} cannot be read: {error!r}.") from error


def _read_layout(folder: Path) -> ModelLayout:
    modules = _modules(folder)
    transformer = folder / modules.get("Transformer", "")
    pooling_folder = modules.get("Pooling")
    config = _read(transformer / "config.json")
    sentence = _read(transformer / "sentence_bert_config.json")
    prompts = _object(_read(folder / "config_sentence_transformers.json").get("prompts"))
    return ModelLayout(
        dimensions=int(str(config.get("hidden_size", config.get("dim")))),
        max_pieces=_max_pieces(transformer, config, sentence),
        pooling=_pooling(folder / pooling_folder) if pooling_folder is not None else Pooling.MEAN,
        lower_case=bool(sentence.get("do_lower_case", False)),
        query_prompt=str(prompts.get("query") or ""),
        passage_prompt=str(prompts.get("document") or prompts.get("passage") or ""),
    )


def _modules(folder: Path) -> dict[str, str]:
    """Map the kind of each module to its folder; a plain transformer has no list of modules."""
    path = folder / "modules.json"
    if not path.is_file():
        return {"Transformer": ""}
    listed = json.loads(path.read_text(encoding="utf-8"))
    modules = {str(module["type"]).rpartition(".")[2]: str(module["path"]) for module in listed}
    unknown = [kind for kind in modules if kind not in _MODULES_WE_KNOW]
    if unknown or len(modules) != len(listed):
        raise ModelUnsupported(
            f"The embedding model in {folder} has the modules {', '.join(modules)}; only a chain of "
            f"{', '.join(_MODULES_WE_KNOW)} is supported. Name another model in PORTAL_EMBEDDING_MODEL."
        )
    return modules


def _pooling(folder: Path) -> Pooling:
    config = _read(folder / "config.json")
    # Older models have a flag for each mode, newer ones name the mode.
    flags = [key.removeprefix("pooling_mode_") for key, on in config.items() if key.startswith("pooling_mode_") and on]
    mode = str(config.get("pooling_mode") or " and ".join(flags))
    names = {"mean": Pooling.MEAN, "mean_tokens": Pooling.MEAN, "cls": Pooling.CLS, "cls_token": Pooling.CLS}
    if mode not in names or config.get("include_prompt") is False:
        raise ModelUnsupported(
            f"The embedding model in {folder.parent} pools its tokens by {mode!r}; only mean and cls over the "
            "whole text are supported. Name another model in PORTAL_EMBEDDING_MODEL."
        )
    return names[mode]


def _max_pieces(transformer: Path, config: dict[str, object], sentence: dict[str, object]) -> int:
    stated = sentence.get("max_seq_length")
    if isinstance(stated, int) and stated > 0:
        return stated
    limits = (
        config.get("max_position_embeddings"),
        _read(transformer / "tokenizer_config.json").get("model_max_length"),
    )
    return min([int(limit) for limit in limits if isinstance(limit, int | float)], default=_USUAL_LIMIT)


def _read(path: Path) -> dict[str, object]:
    """Read a JSON object; an absent file counts as empty, because most of them are optional."""
    return _object(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _object(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
