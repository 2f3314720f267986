"""Reads a chat completion's event stream: bytes in, text out, and why it ended."""

from typing import Final

import msgspec

from shared.vocabulary import FinishReason
from workers.ports import ModelUnavailable

DONE: Final = b"[DONE]"
MOST_LINE_BYTES: Final = 1_000_000  # an event without an end is not one

FINISH_REASONS: Final = {
    "length": FinishReason.LENGTH,
    "max_tokens": FinishReason.LENGTH,
    "model_length": FinishReason.LENGTH,
    "content_filter": FinishReason.CONTENT_FILTER,
}
FAILED: Final = "error"  # as a finish reason of Mistral's and OpenRouter's


class Delta(msgspec.Struct, gc=False):
    """What a chunk adds."""

    content: str | None = None


class Choice(msgspec.Struct, gc=False):
    """The first and only answer asked for."""

    delta: Delta | None = None
    finish_reason: str | None = None


class Usage(msgspec.Struct, gc=False):
    """What the answer cost."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class Chunk(msgspec.Struct, gc=False):
    """An event of the stream, as far as it matters here."""

    choices: list[Choice] = []
    model: str | None = None
    usage: Usage | None = None
    error: object = None


_decode: Final = msgspec.json.Decoder(Chunk).decode


class ChatStream:
    """One answer on its way: `feed` it every read from the network."""

    __slots__ = ("_finish", "_rest", "model", "said", "usage")

    def __init__(self) -> None:
        self._rest = b""
        self._finish: str | None = None
        self.said = False
        """Whether there was any text."""
        self.model: str | None = None
        self.usage: dict[str, int] | None = None

    @property
    def finish_reason(self) -> FinishReason | None:
        """Why the answer ended; None until it did."""
        return FINISH_REASONS.get(self._finish, FinishReason.STOP) if self._finish else None

    def feed(self, data: bytes) -> str:
        """Return the text in these bytes, joined; no bytes mean that the response is over.

        Lines are cut before they are decoded, so no character is ever torn. Raises ModelUnavailable for what is no
        event stream, for an error sent as an event, and when the response is over before the answer.
        """
        if not data:
            return self._end()
        *lines, self._rest = (self._rest + data).split(b"\n") if self._rest else data.split(b"\n")
        if len(self._rest) > MOST_LINE_BYTES:
            raise ModelUnavailable("The model sent an event without an end.")
        text = "".join([self._read(line[5:]) for line in lines if line.startswith(b"data:")])
        if text:
            self.said = True
        return text

    def _end(self) -> str:
        text = self.feed(b"\n") if self._rest else ""
        if not self._finish:
            raise ModelUnavailable("The model's answer broke off.")
        return text

    def _read(self, event: bytes) -> str:
        """Take in one event; a bracket can only open the mark that ends the stream, since chunks are objects."""
        try:
            chunk = _decode(event)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if event.strip() == DONE:
                return ""
            # msgspec says where it stopped and what it expected there, never what it found.
            raise ModelUnavailable(f"The model sent something that is not a chunk of an answer: {error}") from None
        if chunk.error is not None:
            raise ModelUnavailable("The model reported an error in the middle of its answer.")
        self._note(chunk)
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        if choice.finish_reason:
            self._finish = choice.finish_reason
            if choice.finish_reason == FAILED:
                raise ModelUnavailable("The model gave up in the middle of its answer.")
        return (choice.delta.content or "") if choice.delta else ""

    def _note(self, chunk: Chunk) -> None:
        if self.model is None:
            self.model = chunk.model
        if chunk.usage is not None:
            self.usage = msgspec.structs.asdict(chunk.usage)
