"""A language model that says the same to everybody, as an OpenAI-compatible server on loopback.

``python -m bench.scripted_model PORT``: streams ``TOKENS`` words, ``RATE`` a second, so that what is measured is the server
between it and its clients.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

TOKENS, RATE = 120, 20
_SENTENCE = "Gern, dazu lässt sich etwas sagen. "


async def _pieces() -> AsyncIterator[str]:
    words = (_SENTENCE * TOKENS).split(" ")[:TOKENS]
    for number, word in enumerate(words):
        yield _chunk({"content": f"{word} "} if number else {"role": "assistant", "content": f"{word} "})
        await asyncio.sleep(1 / RATE)
    yield _chunk({}, "stop")
    yield "data: [DONE]\n\n"


def _chunk(delta: dict[str, str], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    about = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "scripted", "choices": [choice]}
    return f"data: {json.dumps(about)}\n\n"


def application() -> FastAPI:
    """Return the server's application."""
    app = FastAPI()

    @app.post("/v1/chat/completions")
    async def chat() -> StreamingResponse:
        return StreamingResponse(_pieces(), media_type="text/event-stream")

    return app


if __name__ == "__main__":
    uvicorn.run(application(), port=int(sys.argv[1]), log_level="error", access_log=False)
