"""What a visitor wants in a sentence, written by the chat model."""

from collections.abc import Sequence
from contextlib import aclosing

from workers.adapters.openai_chat import OpenAIChat
from workers.domain.budget import Price, Tab
from workers.domain.leads.summary import shortened, summary_messages
from workers.domain.prompt import PastTurn, estimated_usage
from workers.ports import Finish, ModelUnavailable


class OpenAISummariser:
    """Implements `workers.ports.Summariser` with the model that answers visitors."""

    def __init__(self, chat: OpenAIChat, company: str, budget_tokens: int, price: Price) -> None:
        self._chat, self._company, self._budget_tokens, self._price = chat, company, budget_tokens, price

    async def summarise(self, talk: Sequence[PastTurn], tab: Tab) -> str:
        """Return one sentence. Raises ModelMisconfigured, and ModelUnavailable, also when nothing was said."""
        messages = summary_messages(talk, self._company, self._budget_tokens)
        said, usage = "", None
        async with aclosing(self._chat.reply(messages)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Finish):
                    usage = piece.usage
                else:
                    said += piece
        tab.charge(self._price.of(usage or estimated_usage(messages, said)))
        if summary := shortened(said):
            return summary
        raise ModelUnavailable("The model has no summary to give.")
