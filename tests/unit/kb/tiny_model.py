"""A neural model of a few words, in the shape of all-MiniLM-L6-v2 and where fastembed finds a downloaded one.

Its network is one table that a sign's vector is taken from; what is before and after it is fastembed's own.
"""

import json
from pathlib import Path
from typing import Final

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

MODEL: Final = "sentence-transformers/all-MiniLM-L6-v2"
DIMENSION: Final = 384
WORDS: Final = ("[PAD]", "[UNK]", "refunds", "take", "a", "week", "kayaks", "are", "rented", "to", "anyone")
INT64, FLOAT = 7, 1  # as ONNX numbers its types


def place_model(cache: Path, network: bytes | None = None) -> None:
    """Put the model where fastembed keeps those that it has downloaded."""
    repository = cache / "models--Qdrant--all-MiniLM-L6-v2-onnx"
    folder = repository / "snapshots" / ("0" * 40)
    folder.mkdir(parents=True, exist_ok=True)
    (repository / "refs").mkdir(exist_ok=True)
    (repository / "refs" / "main").write_text("0" * 40)
    words = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    words.pre_tokenizer = Whitespace()
    words.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"model_max_length": 128, "pad_token": "[PAD]"}))
    (folder / "config.json").write_text(json.dumps({"pad_token_id": 0}))
    (folder / "special_tokens_map.json").write_text(json.dumps({"pad_token": "[PAD]", "unk_token": "[UNK]"}))
    (folder / "model.onnx").write_bytes(_network() if network is None else network)


def _network() -> bytes:
    """Return the model in ONNX's format, which is Protocol Buffers: the output is `table[input_ids]`."""
    table = np.random.default_rng(1).normal(size=(len(WORDS), DIMENSION)).astype(np.float32)
    node = _text(1, "table") + _text(1, "input_ids") + _text(2, "last_hidden_state") + _text(4, "Gather")
    weights = _number(1, len(WORDS)) + _number(1, DIMENSION) + _number(2, FLOAT) + _text(8, "table")
    weights += _field(9, table.tobytes())
    inputs = b"".join(
        _field(11, _value(name, INT64, "batch", "signs")) for name in ("input_ids", "attention_mask", "token_type_ids")
    )
    output = _field(12, _value("last_hidden_state", FLOAT, "batch", "signs", DIMENSION))
    graph = _field(1, node) + _text(2, "tiny") + _field(5, weights) + inputs + output
    return _number(1, 8) + _field(7, graph) + _field(8, _number(2, 17))


def _value(name: str, kind: int, *shape: str | int) -> bytes:
    sizes = (_number(1, size) if isinstance(size, int) else _text(2, size) for size in shape)
    tensor = _number(1, kind) + _field(2, b"".join(_field(1, size) for size in sizes))
    return _text(1, name) + _field(2, _field(1, tensor))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _text(field: int, value: str) -> bytes:
    return _field(field, value.encode())


def _field(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    low, rest = value & 127, value >> 7
    return bytes([low | 128]) + _varint(rest) if rest else bytes([low])
