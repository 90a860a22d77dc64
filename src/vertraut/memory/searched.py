"""What of an entry is found by words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from vertraut.ledger import Entry

SEARCHED_META = ("image_caption", "app", "repeats", "tags", "aliases")
"""What of an entry's ``meta`` can be found by words, besides its text, title, people, place and file names."""


def searched_text(entry: Entry) -> str:
    """Return everything of an entry that can be found by words."""
    people = (f"{person.name} {person.address}" for person in entry.people)
    files = (attachment.name for attachment in entry.attachments)
    extra = (entry.meta.get(name) for name in SEARCHED_META)
    parts = [entry.author, entry.title, entry.text, entry.place, *people, *files, *_texts(extra)]
    return " ".join(part for part in parts if part)


def _texts(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Sequence):
            yield from (each for each in value if isinstance(each, str))
