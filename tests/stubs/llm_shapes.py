"""Shapes what the stub model says: tokens, chat completion chunks, whole completions, embeddings and errors."""

import base64
import hashlib
import random
import re
import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec

CREATED = 1_700_000_000  # seconds; fixed, so that two answers differ only where they should
LATIN = """
lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna
aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea commodo consequat
"""
WORDS = LATIN.split()
DONE = b"data: [DONE]\n\n"

encode = msgspec.json.Encoder().encode


@lru_cache(maxsize=64)
def lorem(count: int) -> str:
    """Return the same `count` words every time."""
    return " ".join(WORDS[index % len(WORDS)] for index in range(count))


@lru_cache(maxsize=256)
def split_tokens(text: str) -> tuple[str, ...]:
    """Cut text into word-sized tokens that carry their leading space, as a model's do; joined they are the text."""
    return tuple(re.findall(r"\s*\S+|\s+$", text))


def text_of(content: Any) -> str:
    """Return the text of a message's content, which is a string or a list of typed parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))


def texts_of(body: dict[str, Any], role: str | None = None) -> list[str]:
    """Return the texts of a request's messages, in order; of one role when given."""
    messages = [message for message in body.get("messages") or [] if isinstance(message, dict)]
    return [text_of(message.get("content")) for message in messages if role in (None, message.get("role"))]


@dataclass(frozen=True, slots=True)
class Reply:
    """What one completion says, before any failure mode bends it."""

    reply_id: str
    model: str
    tokens: tuple[str, ...]
    prompt_tokens: int
    completion_tokens: int
    include_usage: bool = False

    @property
    def usage(self) -> dict[str, Any]:
        """The usage object of the API."""
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.prompt_tokens + self.completion_tokens,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        }


def chunk_head(reply: Reply) -> bytes:
    """Return what every chunk of a reply starts with."""
    return (
        b'data: {"id":%b,"object":"chat.completion.chunk","created":%d,"model":%b,'
        b'"service_tier":"default","system_fingerprint":"fp_stub","choices":['
    ) % (encode(reply.reply_id), CREATED, encode(reply.model))


def chunk_tail(reply: Reply) -> bytes:
    """Return what every chunk with a choice ends with: usage is null until the last one, when it was asked for."""
    return b'],"usage":null}\n\n' if reply.include_usage else b"]}\n\n"


def content_chunks(reply: Reply) -> list[bytes]:
    """Return one SSE event per token; the first carries the role's event as well."""
    head, tail = chunk_head(reply), b'},"logprobs":null,"finish_reason":null}' + chunk_tail(reply)
    chunks = [b'%b{"index":0,"delta":{"content":%b%b' % (head, encode(token), tail) for token in reply.tokens]
    role = b'%b{"index":0,"delta":{"role":"assistant","content":"","refusal":null%b' % (head, tail)
    return [role + chunk if index == 0 else chunk for index, chunk in enumerate(chunks or [b""])]


def finish_chunk(reply: Reply, reason: str) -> bytes:
    """Return the event that says why the answer ended."""
    choice = b'{"index":0,"delta":{},"logprobs":null,"finish_reason":%b}' % encode(reason)
    return chunk_head(reply) + choice + chunk_tail(reply)


def usage_chunk(reply: Reply) -> bytes:
    """Return the event with no choice and the usage, or nothing when it was not asked for."""
    return b'%b],"usage":%b}\n\n' % (chunk_head(reply), encode(reply.usage)) if reply.include_usage else b""


def completion(reply: Reply, finish_reason: str | None) -> dict[str, Any]:
    """Return the answer of a request that did not ask for a stream."""
    message: dict[str, Any] = {
        "role": "assistant",
        "content": "".join(reply.tokens),
        "refusal": None,
        "annotations": [],
    }
    return {
        "id": reply.reply_id,
        "object": "chat.completion",
        "created": CREATED,
        "model": reply.model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}],
        "usage": reply.usage,
        "service_tier": "default",
        "system_fingerprint": "fp_stub",
    }


@lru_cache(maxsize=4096)
def vector(text: str, dimensions: int) -> tuple[float, ...]:
    """Return a unit vector of `dimensions` floats that depends on the text alone."""
    seed = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8])
    chance = random.Random(seed)
    raw = [chance.gauss(0.0, 1.0) for _ in range(dimensions)]
    length = sum(value * value for value in raw) ** 0.5
    return tuple(value / length for value in raw)


def embeddings(body: dict[str, Any], default_dimensions: int) -> dict[str, Any]:
    """Return the embeddings of every input, as lists of floats or as base64 of little-endian float32."""
    inputs = body.get("input", "")
    # A list of numbers is one text given as token ids; anything else in a list is a text of its own.
    several = isinstance(inputs, list) and not all(isinstance(item, int) for item in inputs)
    texts = [item if isinstance(item, str) else repr(item) for item in (inputs if several else [inputs])]
    dimensions = int(body.get("dimensions") or default_dimensions)
    packed = body.get("encoding_format") == "base64"
    data = [
        {"object": "embedding", "index": index, "embedding": _packed(values) if packed else values}
        for index, values in enumerate(vector(text, dimensions) for text in texts)
    ]
    tokens = sum(len(split_tokens(text)) for text in texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": body.get("model", "stub"), "usage": usage}


def _packed(values: tuple[float, ...]) -> str:
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()


def models() -> dict[str, Any]:
    """Return the list of the one model there is."""
    return {"object": "list", "data": [{"id": "stub", "object": "model", "created": CREATED, "owned_by": "stub"}]}


def error(message: str, kind: str, code: str | None = None) -> dict[str, Any]:
    """Return an error object of the API."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}
