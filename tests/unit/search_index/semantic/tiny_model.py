"""An exported model of a few kilobytes, built without PyTorch: each word piece has a fixed random vector."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from search_index.semantic.model_layout import ModelLayout, Pooling
from search_index.semantic.query_encoder import CARD_FILE, GRAPH_FILE, GRAPH_OUTPUT, TOKENIZER_FILE, EncoderCard

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_WORDS = (
    *("a", "how", "do", "i", "reset", "my", "your", "password", "track", "the", "parcel", "cancel"),
    *("gift", "cards", "and", "vouchers", "query", ":", "##s"),
)
_DIMENSIONS = 48


def write_tokenizer(path: Path, *, lowers: bool = True) -> None:
    """Write a small tokenizer of BERT's kind, which may lower-case by itself."""
    vocabulary = {word: number for number, word in enumerate((*_SPECIAL, *_WORDS))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowers)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    tokenizer.add_special_tokens(list(_SPECIAL))
    tokenizer.save(str(path))


def write_exported_model(
    folder: Path, *, pooling: Pooling = Pooling.MEAN, lower_case: bool = False, query_prompt: str = ""
) -> Path:
    """Write a folder as the export does: graph, tokenizer, card."""
    folder.mkdir(parents=True)
    write_tokenizer(folder / TOKENIZER_FILE)
    onnx.save(_graph(), folder / GRAPH_FILE)
    layout = ModelLayout(
        dimensions=_DIMENSIONS, max_pieces=40, pooling=pooling, lower_case=lower_case, query_prompt=query_prompt
    )
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    card = EncoderCard(name="tiny", fingerprint="tiny-1", layout=layout, file_bytes=sizes)
    (folder / CARD_FILE).write_text(card.to_json(), encoding="utf-8")
    return folder


def _graph() -> onnx.ModelProto:
    table = np.random.default_rng(7).standard_normal((len(_SPECIAL) + len(_WORDS), _DIMENSIONS)).astype(np.float32)
    table[2:4] *= 0.1
    shape = ["texts", "pieces"]
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], [GRAPH_OUTPUT])],
        "tiny",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, shape)],
        [helper.make_tensor_value_info(GRAPH_OUTPUT, TensorProto.FLOAT, [*shape, _DIMENSIONS])],
        [numpy_helper.from_array(table, "table")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
