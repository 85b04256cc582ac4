"""An exported cross-encoder of a few kilobytes, built without PyTorch: each word of a passage has a fixed worth."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from search_index.semantic.query_encoder import GRAPH_FILE, TOKENIZER_FILE
from search_index.semantic.reranker import LOGITS, RERANKER_CARD_FILE, RerankerCard

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


def write_exported_reranker(
    folder: Path, worths: Mapping[str, float], *, fingerprint: str = "tiny-reranker", max_pieces: int = 64
) -> Path:
    """Write a folder as the export does; a pair's logit is the sum of the worths of the passage's words."""
    folder.mkdir(parents=True)
    words = {word: number for number, word in enumerate((*_SPECIAL, *worths))}
    _write_tokenizer(folder / TOKENIZER_FILE, words)
    onnx.save(_graph([0.0] * len(_SPECIAL) + list(worths.values())), folder / GRAPH_FILE)
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    card = RerankerCard(name="tiny", fingerprint=fingerprint, max_pieces=max_pieces, file_bytes=sizes)
    (folder / RERANKER_CARD_FILE).write_text(card.to_json(), encoding="utf-8")
    return folder


def _write_tokenizer(path: Path, words: dict[str, int]) -> None:
    tokenizer = Tokenizer(models.WordPiece(words, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", words["[CLS]"]), ("[SEP]", words["[SEP]"])],
    )
    tokenizer.add_special_tokens(list(_SPECIAL))
    tokenizer.save(str(path))


def _graph(worths: list[float]) -> onnx.ModelProto:
    nodes = [
        helper.make_node("Gather", ["worths", "input_ids"], ["each"]),
        helper.make_node("Cast", ["token_type_ids"], ["second"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["each", "second"], ["counted"]),
        helper.make_node("ReduceSum", ["counted", "axis"], [LOGITS], keepdims=1),
    ]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["pairs", "pieces"])
        for name in ("input_ids", "token_type_ids")
    ]
    output = helper.make_tensor_value_info(LOGITS, TensorProto.FLOAT, ["pairs", 1])
    constants = [
        numpy_helper.from_array(np.array(worths, dtype=np.float32), "worths"),
        numpy_helper.from_array(np.array([1], dtype=np.int64), "axis"),
    ]
    graph = helper.make_graph(nodes, "tiny", inputs, [output], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
