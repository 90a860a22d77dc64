"""One calendar file as entries and problems: its components read one by one, its zones found, its identities kept apart.

One bad line or component never costs the others. Memory is bounded by one component, and by the zones that the file defines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from vertraut.ledger import Entry
from vertraut.sources.calendar_items import fingerprint, read_item
from vertraut.sources.calendar_lines import ITEMS, Component, components
from vertraut.sources.calendar_rules import MANY_A_YEAR
from vertraut.sources.calendar_times import Zones
from vertraut.sources.contract import Problem, ReadOptions, SourceFile

_IDENTITIES = 200_000  # identities of one file that are compared with one another
_NAMED = 5  # lines that a problem names


def read_calendar(file: SourceFile, options: ReadOptions) -> Iterator[Entry | Problem]:
    """Yield the entries and problems of a file, in its order; problems of the file as a whole come last."""
    yield from _Reading(file, options).items()


class _Reading:
    """One pass through one file."""

    def __init__(self, file: SourceFile, options: ReadOptions) -> None:
        self._file = file
        self._options = options
        self._zones = Zones(self._all_zones)
        self._stem = PurePosixPath(file.name).stem
        self._dense_rules: list[int] = []
        self._prints: dict[int, str] = {}

    def items(self) -> Iterator[Entry | Problem]:
        for each in components(self._file.stream, self._file.head, ITEMS | {"VTIMEZONE"}):
            if isinstance(each, Problem):
                yield each
            elif each.name == "VTIMEZONE":
                self._zones.define(each)
            else:
                yield from self._item(each)
        if self._dense_rules:
            yield self._too_many()

    def _item(self, component: Component) -> Iterator[Entry | Problem]:
        title = component.calendar or self._stem
        item = read_item(component, self._zones, self._options, title, self._file.name)
        yield from item.problems
        self._dense_rules += item.dense_rules[: _NAMED + 1 - len(self._dense_rules)]
        if item.entry:
            yield self._told_apart(item.entry, component)

    def _told_apart(self, entry: Entry, component: Component) -> Entry:
        """Give an entry an identity of its own if another one of the file, with other content, has the same UID."""
        key = hash(entry.external_id)
        found = fingerprint(component)[:16]
        known = self._prints.get(key)
        if known is None:
            if len(self._prints) < _IDENTITIES:
                self._prints[key] = found
            return entry
        if known == found:
            return entry
        meta = {"uid": component.text("UID"), **entry.meta}
        return replace(entry, external_id=f"{entry.external_id}#{found}", meta=meta)

    def _all_zones(self) -> Iterator[Component]:
        """Read the whole file for its zones, for a definition that comes after the event that needs it."""
        stream = self._file.stream
        here = stream.tell()
        stream.seek(0)
        found = [each for each in components(stream, self._file.head, {"VTIMEZONE"}) if isinstance(each, Component)]
        stream.seek(here)
        return iter(found)

    def _too_many(self) -> Problem:
        lines = ", ".join(map(str, self._dense_rules[:_NAMED])) + (", …" if self._dense_rules[_NAMED:] else "")
        reason = f"rules that come more than {MANY_A_YEAR:,} times a year, in line {lines}; not all of it will be listed"
        return Problem("file", "too-many-occurrences", reason, lost=False)
