"""Why an entry was found, in words, most telling first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vertraut.interfaces.harmless import one_line
from vertraut.interfaces.language.wording import Wording

if TYPE_CHECKING:
    from vertraut.memory import Hit

_WORDS_NAMED: Final = 6


def reasons_of(hit: Hit, say: Wording) -> list[str]:
    """Return what recall went by when it chose an entry."""
    named = ", ".join(one_line(word) for word in hit.words[:_WORDS_NAMED])
    words = say("signal.words_named", words=named) if named else say("signal.words_unseen")
    return [words if reason.signal == "words" else say(f"signal.{reason.signal}") for reason in hit.reasons]
