"""Everything that the pages say, in English and German: a file a page, each row (English, German) with named fields."""

from typing import Final

from vertraut.interfaces.language import SHARED, Both
from vertraut.interfaces.web.texts import ask, bringing, forgetting, frame, life, privacy, privacy_keeping, sharing, you

_PAGES: Final = (frame, ask, life, bringing, you, forgetting, privacy, privacy_keeping, sharing)
TEXTS: Final[dict[str, Both]] = {**SHARED, **{key: row for page in _PAGES for key, row in page.TEXTS.items()}}
