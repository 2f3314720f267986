"""The naive alternative: one route that streams the model straight to the browser, with no queue and no database."""

import os
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.sse import EventSourceResponse, ServerSentEvent
from openai import AsyncOpenAI
from pydantic import BaseModel

app = FastAPI()
client = AsyncOpenAI()


class Question(BaseModel):
    """What the visitor asks."""

    message: str


@app.post("/chat", response_class=EventSourceResponse)
async def chat(question: Question) -> AsyncIterator[ServerSentEvent]:
    """Stream the answer."""
    stream = await client.chat.completions.create(
        model=os.environ["CHAT_MODEL"],
        messages=[
            {"role": "system", "content": "You answer the customers of a bicycle shop."},
            {"role": "user", "content": question.message},
        ],
        stream=True,
    )
    async for chunk in stream:
        if chunk.choices and (text := chunk.choices[0].delta.content):
            yield ServerSentEvent(event="delta", data={"text": text})
    yield ServerSentEvent(event="done", data={})
