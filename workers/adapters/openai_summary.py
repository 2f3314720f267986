"""What a visitor wants in a sentence, written by the chat model."""

from collections.abc import Sequence
from contextlib import aclosing

from workers.adapters.openai_chat import OpenAIChat
from workers.domain.leads.summary import shortened, summary_messages
from workers.domain.prompt import PastTurn
from workers.ports import Finish, ModelUnavailable


class OpenAISummariser:
    """Implements `workers.ports.Summariser` with the model that answers visitors."""

    def __init__(self, chat: OpenAIChat, company: str, budget_tokens: int) -> None:
        self._chat, self._company, self._budget_tokens = chat, company, budget_tokens

    async def summarise(self, talk: Sequence[PastTurn]) -> str:
        """Return one sentence. Raises ModelMisconfigured, and ModelUnavailable, also when nothing was said."""
        messages = summary_messages(talk, self._company, self._budget_tokens)
        async with aclosing(self._chat.reply(messages)) as pieces:
            said = [piece async for piece in pieces if not isinstance(piece, Finish)]
        if summary := shortened("".join(said)):
            return summary
        raise ModelUnavailable("The model has no summary to give.")
