"""The chat model behind any OpenAI-compatible server: OpenAI, Mistral, vLLM, Ollama and the like."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final

import aiohttp
import msgspec
import openai
from pydantic import SecretStr

from shared.settings import Settings
from shared.vocabulary import FinishReason
from workers.adapters.chat_dialect import NEW_LIMIT, OLD_LIMIT, Dialect
from workers.adapters.chat_stream import ChatStream
from workers.adapters.deadline import Deadline, Patience
from workers.adapters.model_connection import ModelConnection, proxy_for
from workers.adapters.model_errors import translated
from workers.adapters.rhythm import Rhythm
from workers.domain.prompt import Prompt, messages_for
from workers.ports import Finish, ModelTimeout, ModelUnavailable

NO_KEY: Final = "none"  # the client insists on one; servers of one's own take any
OPENAI_HOST: Final = "api.openai.com"
DRAIN_SECONDS: Final = 1.0  # for the usage and the end of the body, which follow the last word at once
FILTERED: Final = "content_filter"
REFUSED: Final = (400, 422)  # a parameter that is not known
MOST_TRIES: Final = 3  # as it is, without asking for the usage, and with the limit's other name

_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class ChatEndpoint:
    """Which model answers, where, and within which limits."""

    model: str
    base_url: str = ""
    """Empty for OpenAI's own."""
    api_key: str = ""
    max_output_tokens: int = 800
    prompt_budget_tokens: int = 6000


def openai_chat(settings: Settings) -> "OpenAIChat":
    """Return the chat model that the settings name; call it on the event loop."""
    return _chat(settings, settings.chat_model, settings.openai_base_url, settings.openai_api_key)


def fallback_chat(settings: Settings) -> "OpenAIChat":
    """Return the other model that the settings name; call it on the event loop."""
    return _chat(settings, settings.fallback_model, settings.fallback_base_url, settings.fallback_api_key)


def _chat(settings: Settings, model: str, base_url: str, key: SecretStr) -> "OpenAIChat":
    longest, budget = settings.chat_max_output_tokens, settings.prompt_budget_tokens
    return OpenAIChat(ChatEndpoint(model, base_url, key.get_secret_value(), longest, budget), patience(settings))


def patience(settings: Settings) -> Patience:
    """Return how long the settings let a model take."""
    return Patience(
        connect=settings.model_connect_seconds,
        first_token=settings.model_first_token_seconds,
        next_token=settings.model_next_token_seconds,
        total=settings.model_total_seconds,
    )


class OpenAIChat:
    """Implements `workers.ports.ChatModel`; make one per process, on its event loop, and `aclose` it in the end."""

    def __init__(self, endpoint: ChatEndpoint, patience: Patience) -> None:
        self.name = endpoint.model
        self._endpoint, self._patience = endpoint, patience
        self._rhythm = Rhythm()
        base_url = endpoint.base_url or f"https://{OPENAI_HOST}/v1"
        client = openai.AsyncOpenAI(api_key=endpoint.api_key or NO_KEY, base_url=base_url)
        self._connection = ModelConnection(client, "chat/completions", patience.connect, proxy_for(base_url))
        self._dialect = Dialect(NEW_LIMIT if client.base_url.host == OPENAI_HOST else OLD_LIMIT)

    async def aclose(self) -> None:
        """Close every connection; answers on their way break off."""
        await self._connection.close()

    def stream(self, prompt: Prompt) -> AsyncGenerator[str | Finish]:
        """Yield the first words at once, then what each beat of the rhythm brings, joined, and a Finish last.

        Raises ModelTimeout, ModelUnavailable (with `retry_after` when the server names one), ModelMisconfigured and
        PromptRefused.
        However it ends, by an error, a cancellation or an early `aclose`, the response is closed.
        """
        return self.reply(messages_for(prompt, self._endpoint.prompt_budget_tokens))

    async def reply(self, messages: list[dict[str, str]]) -> AsyncGenerator[str | Finish]:
        """Yield what the model says to these messages, and raise, as `stream` does."""
        started_at = asyncio.get_running_loop().time()
        response = await self._ask(messages, started_at)
        if response is None:
            yield Finish(FinishReason.CONTENT_FILTER, self._endpoint.model)
            return
        answer = ChatStream()
        deadline = Deadline(self._patience, started_at, response.close)
        read = response.content.readany
        try:
            while answer.finish_reason is None:
                if text := answer.feed(await read()):
                    if answer.finish_reason is None:
                        self._rhythm.rest(response)
                    deadline.wait_for_reader()
                    yield text
                    deadline.wait_for_model()
            await _drain(response, answer)
        except (aiohttp.ClientError, OSError) as error:
            raise _broken(deadline, error) from None
        finally:
            deadline.cancel()
            response.close()
        yield self._finish(answer)

    def _finish(self, answer: ChatStream) -> Finish:
        reason = answer.finish_reason or FinishReason.STOP
        if reason is FinishReason.STOP and not answer.said:
            raise ModelUnavailable("The model ended its answer without a word.")
        return Finish(reason, answer.model or self._endpoint.model, answer.usage)

    async def _ask(self, messages: list[dict[str, str]], started_at: float) -> aiohttp.ClientResponse | None:
        """Return the response once there are headers, or None when the server's content filter took the question."""
        try:
            async with asyncio.timeout_at(started_at + min(self._patience.first_token, self._patience.total)):
                return await self._post_until_understood(messages)
        except TimeoutError:
            raise ModelTimeout("The model did not start to answer in time.") from None
        except openai.OpenAIError as error:
            if isinstance(error, openai.APIStatusError) and error.code == FILTERED:
                return None
            raise translated(error) from None

    async def _post_until_understood(self, messages: list[dict[str, str]]) -> aiohttp.ClientResponse:
        """Send the request, again without a parameter that the server does not know; the next ones go without it."""
        dialect = self._dialect
        for _ in range(MOST_TRIES - 1):
            try:
                return await self._post(messages, dialect)
            except openai.APIStatusError as error:
                other = dialect.after(error.response.text) if error.status_code in REFUSED else None
                if other is None:
                    raise
                self._dialect = dialect = other
        return await self._post(messages, dialect)

    async def _post(self, messages: list[dict[str, str]], dialect: Dialect) -> aiohttp.ClientResponse:
        fixed = {"model": self._endpoint.model, "messages": messages, "stream": True}
        return await self._connection.post(_encode(fixed | dialect.parameters(self._endpoint.max_output_tokens)))


async def _drain(response: aiohttp.ClientResponse, answer: ChatStream) -> None:
    """Read what follows the last word: the usage, and the end of the body, which frees the connection for the next."""
    if response.content.at_eof():
        return
    with contextlib.suppress(TimeoutError, aiohttp.ClientError, OSError, ModelUnavailable):
        async with asyncio.timeout(DRAIN_SECONDS):
            while data := await response.content.readany():
                answer.feed(data)


def _broken(deadline: Deadline, error: Exception) -> ModelUnavailable:
    if deadline.passed:
        return ModelTimeout("The model kept us waiting for the rest of its answer.")
    return ModelUnavailable(f"The connection to the model broke: {type(error).__name__}.")
