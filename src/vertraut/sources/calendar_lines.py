"""iCalendar text as components: content lines read, with their physical line numbers, whatever state the file is in.

Components come out as soon as they are closed, built on a stack of our own, so neither a deep nor a long file costs memory.
A line that cannot be read costs that line, a component that is not closed costs that component; each is a ``Problem``.
What the values mean is left to ``calendar_times`` and ``calendar``, unfolding to ``calendar_unfolding``.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from vertraut.sources.calendar_unfolding import LINE_LIMIT, content_lines
from vertraut.sources.calendar_values import parameters_of, text_of
from vertraut.sources.contract import Problem, ProblemCode
from vertraut.sources.decoding import decode_utf8, without_nul

COMPONENT_LIMIT = 8_000_000
"""Characters of one component that are kept; the properties beyond are reported and left out."""
DEPTH_LIMIT = 100
"""Components inside one another whose names are remembered; RFC 5545 needs three."""
_UNFOLDED_DESCRIPTION = 20_000  # characters up to which lines without a name are taken as the rest of a description

ITEMS = frozenset({"VEVENT", "VTODO", "VJOURNAL"})
_ALONE = ITEMS | {"VFREEBUSY", "VTIMEZONE"}  # none of these stands inside another of them
_OBSERVANCES = frozenset({"STANDARD", "DAYLIGHT"})
_ZONE_PROPERTIES = frozenset(
    {"TZID", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "RRULE", "RDATE", "X-LIC-LOCATION"},
)
_ITEM_PROPERTIES = frozenset(
    {
        "ATTACH", "ATTENDEE", "CATEGORIES", "CLASS", "COMMENT", "COMPLETED", "CONFERENCE", "CONTACT", "CREATED",
        "DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "DUE", "DURATION", "EXDATE", "GEO", "LOCATION", "ORGANIZER",
        "PERCENT-COMPLETE", "PRIORITY", "RDATE", "RECURRENCE-ID", "RESOURCES", "RRULE", "SEQUENCE", "STATUS",
        "SUMMARY", "UID", "URL", "X-ALT-DESC",
    },
)  # fmt: skip

_QUOTED = 40
_HARMLESS = re.compile(r"[\w+:/.,;=()-]*")
_HEAD = re.compile(r'((?:[^":]++|"[^"]*+")*+):')
_NAME = re.compile(r"\s*([\w.-]+)\s*(?:;|$)")


class Line(NamedTuple):
    """One property: its value as written, its parameters decoded, several values of one parameter joined by a comma."""

    number: int
    name: str
    params: Mapping[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as text, its backslashes resolved."""
        return text_of(self.value)


@dataclass(slots=True)
class Component:
    """A closed component with its own properties; ``calendar`` is the title of the calendar that it stands in."""

    name: str
    line: int
    calendar: str = ""
    properties: dict[str, list[Line]] = field(default_factory=dict)
    observances: list[Component] = field(default_factory=list)
    alarms: int = 0

    def first(self, name: str) -> Line | None:
        """Return the first property of this name."""
        found = self.properties.get(name)
        return found[0] if found else None

    def all(self, name: str) -> list[Line]:
        """Return every property of this name, in their order."""
        return self.properties.get(name, [])

    def text(self, name: str) -> str:
        """Return the text of the first property of this name, or ""."""
        line = self.first(name)
        return line.text if line else ""


def components(stream: BinaryIO, head: bytes, kinds: Collection[str]) -> Iterator[Component | Problem]:
    """Yield the components of these ``kinds`` and every problem, in the order of the file, from where the stream stands.

    ``head`` is the beginning of the file; it tells the encoding and the line ends.
    """
    builder = _Builder(kinds)
    for number, data, whole in content_lines(stream, head):
        if found := builder.take(number, data, whole=whole):
            yield from found
    yield from builder.finish()


def at(number: int) -> str:
    """Return the place of a physical line."""
    return f"line {number}"


def quoted(value: str) -> str:
    """Return a bad value for a reason, short, and not if it could be a sentence that a person wrote."""
    return repr(value[:_QUOTED]) if _HARMLESS.fullmatch(value) else "a text"


@dataclass(slots=True)
class _Open:
    """A component that is not closed yet. ``wanted`` are the properties to keep of it."""

    component: Component
    wanted: frozenset[str]
    size: int = 0
    full: bool = False


class _Builder:
    """Turns content lines into components; holds no more than the components that are open."""

    def __init__(self, kinds: Collection[str]) -> None:
        self._kinds = kinds
        self._stack: list[_Open] = []
        self._deeper = 0
        self._told_depth = False
        self._begun = False
        self._stray = False
        self._title = ""
        self._decoder = _Decoder()
        self._last: Line | None = None

    def take(self, number: int, data: bytes, *, whole: bool) -> list[Component | Problem]:
        """Return what one content line closes or shows to be wrong."""
        if not whole:
            reason = f"the line is longer than {LINE_LIMIT:,} bytes and was left out"
            return [Problem(at(number), "too-large", reason, lost=False)]
        text, problems = self._decoder.text(number, data)
        keyword, colon, value = text.partition(":")
        match keyword.strip().upper() if colon else "":
            case "BEGIN":
                return [*problems, *self._begin(number, value.strip().upper())]
            case "END":
                return [*problems, *self._end(number, value.strip().upper())]
            case _:
                return [*problems, *self._property(number, text)]

    def finish(self) -> Iterator[Problem]:
        """Yield what the end of the file shows to be wrong."""
        if not self._begun:
            if self._stray:
                yield Problem("file", "not-icalendar", "there is no BEGIN in it")
            else:
                yield Problem("file", "empty-file", "there is nothing in it")
        for each in self._stack:
            yield _truncated(each.component)

    def _begin(self, number: int, name: str) -> list[Component | Problem]:
        self._begun = True
        self._last = None
        problems: list[Component | Problem] = []
        if name == "VCALENDAR":
            problems += self._drop_from(0)
            self._title = ""
        elif name in _ALONE:
            names = [each.component.name for each in self._stack]
            problems += self._drop_from(next((i for i, each in enumerate(names) if each in _ALONE), len(names)))
        if len(self._stack) >= DEPTH_LIMIT:
            self._deeper += 1
            if not self._told_depth:
                self._told_depth = True
                reason = f"components stand more than {DEPTH_LIMIT} deep inside one another"
                problems.append(Problem(at(number), "nested-too-deep", reason))
            return problems
        self._stack.append(_Open(Component(name, number, self._title), self._wanted(name)))
        return problems

    def _wanted(self, name: str) -> frozenset[str]:
        if name in _OBSERVANCES and self._stack and self._stack[-1].component.name == "VTIMEZONE":
            return self._stack[-1].wanted
        if name not in self._kinds:
            return frozenset()
        return _ZONE_PROPERTIES if name == "VTIMEZONE" else _ITEM_PROPERTIES

    def _drop_from(self, index: int) -> list[Problem]:
        """Give up the components from this place of the stack inwards: they were never closed."""
        dropped = [_truncated(each.component) for each in self._stack[index:]]
        del self._stack[index:]
        if dropped:
            self._deeper = 0
        return dropped

    def _end(self, number: int, name: str) -> list[Component | Problem]:
        self._last = None
        if self._deeper:
            self._deeper -= 1
            return []
        index = len(self._stack) - 1
        while index >= 0 and self._stack[index].component.name != name:
            index -= 1
        if index < 0:
            return [Problem(at(number), "unbalanced", f"END:{quoted(name)} without its BEGIN", lost=False)]
        problems: list[Component | Problem] = [*self._drop_from(index + 1)]
        closed = self._stack.pop().component
        if closed.name in self._kinds:
            return [*problems, closed]
        if self._stack:
            outer = self._stack[-1].component
            if closed.name == "VALARM":
                outer.alarms += 1
            elif closed.name in _OBSERVANCES and outer.name == "VTIMEZONE":
                outer.observances.append(closed)
        return problems

    def _property(self, number: int, text: str) -> list[Problem]:
        if not self._begun:
            self._stray = self._stray or bool(text.strip())
            return []
        top = self._stack[-1] if self._stack and not self._deeper else None
        name, colon, value = text.partition(":")
        params: Mapping[str, str] = {}
        if not (colon and name in _ITEM_PROPERTIES):
            head = _HEAD.match(text)
            found = _NAME.match(head[1]) if head else None
            if head is None or found is None:
                return self._bad_line(number, text)
            name, value = found[1].upper(), text[head.end() :]
            if top is None or name not in top.wanted:
                self._take_title(top, name, value)
                return []
            if found.end() < head.end(1):
                try:
                    params = parameters_of(head[1])
                except ValueError:
                    return self._bad_line(number, text)
        if top is None or name not in top.wanted:
            return []
        return self._keep(top, Line(number, name, params, value))

    def _keep(self, top: _Open, line: Line) -> list[Problem]:
        top.size += len(line.value)
        if top.size > COMPONENT_LIMIT:
            if top.full:
                return []
            top.full = True
            reason = f"{top.component.name} is longer than {COMPONENT_LIMIT:,} characters; the rest of it was left out"
            return [Problem(at(line.number), "too-large", reason, lost=False)]
        top.component.properties.setdefault(line.name, []).append(line)
        self._last = line
        return []

    def _take_title(self, top: _Open | None, name: str, value: str) -> None:
        if top is None or top.component.name != "VCALENDAR":
            return
        if name == "X-WR-CALNAME" or (name == "NAME" and not self._title):
            self._title = text_of(value)

    def _bad_line(self, number: int, text: str) -> list[Problem]:
        """Report a line without a name. After a description it is the rest of that: somebody forgot to fold it."""
        if not text.strip():
            return []
        reason = "not NAME:VALUE"
        top = self._stack[-1] if self._stack and not self._deeper else None
        last = self._last
        if top and last and last.name == "DESCRIPTION" and len(last.value) + len(text) < _UNFOLDED_DESCRIPTION:
            self._last = last._replace(value=f"{last.value}\\n{text}")
            top.component.properties["DESCRIPTION"][-1] = self._last
            top.size += len(text)
            reason += "; taken as the rest of the description"
        return [Problem(at(number), "bad-content-line", reason, lost=False)]


class _Decoder:
    """Decodes content lines, repairing what is not UTF-8.

    A file that is consistently in another encoding is reported once, a line that is damaged in a UTF-8 file each time.
    """

    def __init__(self) -> None:
        self._is_utf8 = False
        self._told: set[ProblemCode] = set()

    def text(self, number: int, data: bytes) -> tuple[str, list[Problem]]:
        problems: list[Problem] = []
        if data.isascii():
            text = data.decode("ascii")
        else:
            decoded = decode_utf8(data.removeprefix(codecs.BOM_UTF8), place=at(number))
            text = decoded.text
            problems += (each for each in decoded.problems if self._is_utf8 or each.code not in self._told)
            self._is_utf8 = self._is_utf8 or not (decoded.problems or text.isascii())
        if "\0" in text:
            text = without_nul(text)
            if "nul-byte" not in self._told:
                problems.append(Problem(at(number), "nul-byte", "NUL characters were taken out", lost=False))
        self._told |= {each.code for each in problems}
        return text, problems


def _truncated(component: Component) -> Problem:
    lost = component.name in ITEMS
    return Problem(at(component.line), "truncated", f"{quoted(component.name)} is not closed", lost=lost)
