"""Someone who asks a chat model, and what they hear."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

import psutil

from workers.adapters.deadline import Patience
from workers.adapters.openai_chat import ChatEndpoint, OpenAIChat
from workers.domain.passage import Passage
from workers.domain.prompt import Prompt
from workers.ports import Finish

PATIENT = Patience(connect=5, first_token=5, next_token=5, total=10)
HASTY = Patience(connect=0.6, first_token=0.6, next_token=0.6, total=10)
SECRET = "my-secret-words"
PASSAGE = Passage("p", "Refunds take 5 days.", "Refunds", "", "refunds.md", None, 0.9)


@asynccontextmanager
async def chat_with(base_url: str, patience: Patience = PATIENT, api_key: str = "") -> AsyncIterator[OpenAIChat]:
    """Give a chat model for as long as it takes."""
    chat = OpenAIChat(ChatEndpoint(model="stub", base_url=base_url, api_key=api_key), patience)
    try:
        yield chat
    finally:
        await chat.aclose()


def asking(mode: str = "ok") -> Prompt:
    """Return a question that the stub answers in a mode, with words that nobody else may see."""
    return Prompt(f"How do refunds work, {SECRET}? [[stub:{mode}]]", [PASSAGE], company="Larkfield")


@dataclass
class Heard:
    """What came before the end."""

    texts: list[str] = field(default_factory=list)
    finish: Finish | None = None

    @property
    def answer(self) -> str:
        """The text in one piece."""
        return "".join(self.texts)


async def listen(chat: OpenAIChat, prompt: Prompt, heard: Heard | None = None) -> Heard:
    """Ask and hear the answer to its end; what was heard before an error is in `heard`."""
    heard = heard or Heard()
    async with aclosing(chat.stream(prompt)) as stream:
        async for piece in stream:
            if isinstance(piece, Finish):
                heard.finish = piece
            else:
                heard.texts.append(piece)
    return heard


def connections_to(port: int) -> int:
    """How many connections of this process lead to the port."""
    sockets = psutil.Process().net_connections("tcp4")
    return sum(bool(one.raddr) and one.raddr.port == port and one.status == "ESTABLISHED" for one in sockets)
