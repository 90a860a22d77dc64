"""What the page of the app on a phone: manifest, offline page, what other apps share says."""

from typing import Final

from vertraut.interfaces.language import Both

TEXTS: Final[dict[str, Both]] = {}
