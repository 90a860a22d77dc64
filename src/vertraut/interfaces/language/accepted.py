"""The language that a client likes best, by what it says itself."""

from __future__ import annotations

from typing import Final

from vertraut.interfaces.language.wording import Language

_LONGEST: Final = 1000


def accepted_language(header: str) -> Language:
    """Return the language that an Accept-Language header likes best, of those there are; English where it names none."""
    liked: list[tuple[float, Language]] = []
    for part in header[:_LONGEST].split(","):
        name, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            weight = 0.0
        if name[:2].lower() == "de":
            liked.append((weight, "de"))
        elif name[:2].lower() == "en":
            liked.append((weight, "en"))
    return max(liked, key=lambda each: each[0], default=(0.0, "en"))[1]
