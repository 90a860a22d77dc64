"""Events as OpenAI's interface writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

DONE: Final = "data: [DONE]\n\n"


def event(data: Mapping[str, Any], name: str = "") -> str:
    """Return an event as it is sent."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data, separators=(',', ':'))}\n\n"
