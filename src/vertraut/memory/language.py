"""Which language a text is in, as far as stemming needs to know.

Short texts say little, so below ``SHORTEST`` letters the caller's fallback (the language of the thread, or of the space)
counts. Detection is py3langid, restricted to the languages that Snowball can stem.
"""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from vertraut.ledger.vault import file_errors

SHORTEST = 24
"""Letters below which detection is a guess (measured: 5 % of German chat lines are mistaken, nearly all shorter)."""

FALLBACK_LANGUAGE = "en"
"""Language of a short text at the start of a thread. Questions are stemmed in every language, so little hangs on it."""

STEMMED = (
    "ar", "da", "de", "el", "en", "es", "fi", "fr", "hu", "it", "nl", "no", "pt", "ro", "ru", "sv", "tr",
)  # fmt: skip


def language_of(text: str, fallback: str) -> str:
    """Return the ISO 639-1 code of the text's language, or ``fallback`` where the text is too short to tell."""
    if len(text) < SHORTEST:
        return fallback
    found: str = _identifier().classify(text[:600])[0]
    return found


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  only imports need it

    with file_errors(Path(tempfile.gettempdir())):  # where it unpacks its model
        identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(STEMMED))
    return identifier
