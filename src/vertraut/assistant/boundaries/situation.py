"""What the boundaries know and give: the situation an answer is spoken in, and what was found in it.

A finding names a rule and a language and holds no word of the answer, so that it may be logged and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Language = Literal["de", "en"]


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something said earlier; ``carried`` where evidence carried what the assistant said."""

    role: Literal["person", "assistant"]
    text: str
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """What the person just said, and around it: earlier words, language, country, and since when they have been here.

    ``started`` is when the present stretch of use began (``continuous_since``), ``reminded`` when a gentle reminder was
    last given in it.
    """

    text: str
    history: tuple[Spoken, ...] = ()
    language: Language = "en"
    country: str = ""
    started: datetime | None = None
    now: datetime | None = None
    reminded: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a sentence of the answer broke, and the language of that sentence."""

    rule: str
    language: Language


@dataclass(frozen=True, slots=True)
class Opening:
    """What is said before the model speaks: help in a crisis, or a gentle reminder of the time."""

    code: Literal["crisis", "long_session"]
    text: str
