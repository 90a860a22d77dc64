"""German and English as every interface speaks them: texts, numbers, dates, counted things, errors and problems in words.

May use: errors, clock. An interface adds the table of what it alone says: ``Wording(language, zone, TEXTS)``.
"""

from vertraut.interfaces.language.shared import MONTHS, NOUNS, SHARED, Both
from vertraut.interfaces.language.wording import Language, Wording, chosen_language

__all__ = ["MONTHS", "NOUNS", "SHARED", "Both", "Language", "Wording", "chosen_language"]
