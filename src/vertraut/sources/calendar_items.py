"""One event, task or journal note of a calendar as an entry, with what is wrong in it.

An event without a usable start is given up; anything else that cannot be read is reported, kept as written under
``meta["unread"]``, and left out of account.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from vertraut.clock import When
from vertraut.ledger import Attachment, Entry, EntryKind, Person
from vertraut.sources.calendar_lines import Component, Line, at, quoted
from vertraut.sources.calendar_rules import checked_rule, in_words, is_too_many
from vertraut.sources.calendar_times import Moment, Zones, later, moment_of, moments_of
from vertraut.sources.calendar_values import texts_of
from vertraut.sources.contract import Problem, ProblemCode, ReadOptions
from vertraut.sources.html_text import html_text

_KINDS: dict[str, EntryKind] = {"VEVENT": "event", "VTODO": "task", "VJOURNAL": "note"}
_STABLE = ("RECURRENCE-ID", "DTSTART", "DTEND", "DURATION", "DUE", "RRULE", "SUMMARY", "DESCRIPTION", "LOCATION")
_TEXTS = {
    "CLASS": "class", "COMMENT": "comment", "CONTACT": "contact", "GEO": "geo", "PERCENT-COMPLETE": "percent",
    "PRIORITY": "priority", "RESOURCES": "resources", "SEQUENCE": "sequence", "URL": "url",
}  # fmt: skip
_UNREAD = 500
_ZONE_NAME = 60
_HTML = re.compile(
    r"</?(?:a|b|body|br|div|em|font|h\d|html|i|li|ol|p|span|strong|table|u|ul)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_HTML_LINES = re.compile(r"<(?:br|div|li|p|tr)\b", re.IGNORECASE)
_PLAUSIBLE = 1970  # year; some programs write 1601 or 1900 for "not known"


@dataclass(slots=True)
class Item:
    """What one component came to: the entry unless it was lost, the problems, and lines of rules that never rest."""

    entry: Entry | None = None
    problems: list[Problem] = field(default_factory=list)
    dense_rules: list[int] = field(default_factory=list)


def read_item(component: Component, zones: Zones, options: ReadOptions, thread_title: str, file_name: str) -> Item:
    """Read a closed VEVENT, VTODO or VJOURNAL."""
    return _Reader(component, zones, options).read(thread_title, file_name)


def fingerprint(component: Component) -> str:
    """Return a hash of what makes it this event: when, what and where, but not when it was last saved."""
    digest = hashlib.sha256(component.name.encode())
    for name in _STABLE:
        for line in component.all(name):
            digest.update(f"\n{name};{line.params.get('TZID', '')}:{line.value}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


class _Reader:
    """Reads one component."""

    def __init__(self, component: Component, zones: Zones, options: ReadOptions) -> None:
        self._component = component
        self._zones = zones
        self._home = options.home_zone
        self._attachment_limit = options.attachment_limit
        self._is_event = component.name == "VEVENT"
        self._unread: dict[str, str] = {}
        self._meta: dict[str, Any] = {}
        self._item = Item()

    def read(self, thread_title: str, file_name: str) -> Item:
        start = self._start()
        if self._is_event and start is None:
            return self._item
        moved = self._moment("RECURRENCE-ID", "bad-date")
        due = self._moment("DUE", "bad-date")
        when = self._when(start or due)
        end = self._end(start) if start and self._component.name != "VTODO" else None
        if start:
            self._repeats(start)
        self._describe(moved, due)
        people = tuple(self._people())
        component = self._component
        title = component.text("SUMMARY")
        self._item.entry = Entry(
            source="ics",
            external_id=self._identity(moved),
            kind=_KINDS[component.name],
            when=when,
            text=self._text(title),
            author=next((each.name for each in people if each.role == "organizer"), ""),
            thread=f"calendar:{thread_title}",
            thread_title=thread_title,
            title=title,
            people=people,
            place=component.text("LOCATION"),
            end=end,
            attachments=tuple(self._attachments()),
            origin=f"{file_name}, {at(component.line)}",
            meta={key: value for key, value in self._meta.items() if value not in ("", None, [], {}, 0)},
        )
        return self._item

    def _fault(self, line: int, code: ProblemCode, reason: str, *, lost: bool = False) -> None:
        self._item.problems.append(Problem(at(line), code, reason, lost=lost))

    def _keep_unread(self, line: Line, value: str) -> None:
        before = self._unread.get(line.name, "")
        self._unread[line.name] = f"{before}\n{value}".strip()[:_UNREAD]

    def _start(self) -> Moment | None:
        start = self._moment("DTSTART", "bad-dtstart", lost=self._is_event)
        if self._is_event and not self._component.all("DTSTART"):
            self._fault(self._component.line, "missing-dtstart", "VEVENT without DTSTART", lost=True)
        return start

    def _moment(self, name: str, code: ProblemCode, *, lost: bool = False) -> Moment | None:
        """Read the first property of this name, reporting it where it is no date or names a zone that nobody knows."""
        line = self._component.first(name)
        if line is None:
            return None
        try:
            moment = moment_of(line.value, line.params, self._zones)
            moment.when(self._home)
        except ValueError:
            self._fault(line.number, code, f"{name} is not a date: {quoted(line.value)}", lost=lost)
            self._keep_unread(line, line.value)
            return None
        if moment.unknown and "zone" not in self._meta:
            self._meta["zone"] = moment.unknown
            if self._is_event:  # a task may do without a date, so it may do without a zone
                reason = (
                    f"TZID {moment.unknown[:_ZONE_NAME]!r} is neither known nor defined in the file; read in the home zone"
                )
                self._fault(line.number, "unknown-timezone", reason)
        return moment

    def _when(self, start: Moment | None) -> When:
        if start:
            return start.when(self._home)
        for name in ("CREATED", "DTSTAMP"):
            if saved := self._saved(name):
                return saved
        self._meta["date"] = "unknown"
        return When.of_date(date(_PLAUSIBLE, 1, 1), self._home, "year")

    def _saved(self, name: str) -> When | None:
        """Return when it was created, stamped or done, if that can be true."""
        line = self._component.first(name)
        if line is None:
            return None
        try:
            moment = moment_of(line.value, line.params, self._zones)
            return moment.when(self._home) if moment.value.year >= _PLAUSIBLE else None
        except ValueError:
            self._keep_unread(line, line.value)
            return None

    def _end(self, start: Moment) -> When | None:
        """Return the end if it is after the start; of whole days the last one, as people count."""
        ended = self._component.first("DTEND") or self._component.first("DURATION")
        if ended is None:
            return None
        moment = self._moment("DTEND", "bad-dtend") if ended.name == "DTEND" else self._after_duration(start, ended)
        if moment is None:
            return None
        if start.is_day or moment.is_day:
            first, last = _day(start), _day(moment)
            if last < first:
                self._too_early(ended)
                return None
            last -= timedelta(days=1) if moment.is_day and last > first else timedelta()
            return Moment(last).when(self._home) if last > first else None
        begins, ends = start.when(self._home), moment.when(self._home)
        if ends.instant < begins.instant:
            self._too_early(ended)
        return ends if ends.instant > begins.instant else None

    def _too_early(self, ended: Line) -> None:
        self._fault(ended.number, "end-before-start", f"{ended.name} is before DTSTART")
        self._keep_unread(ended, ended.value)

    def _after_duration(self, start: Moment, line: Line) -> Moment | None:
        try:
            moment = later(start, line.value)
            moment.when(self._home)
        except ValueError:
            self._fault(line.number, "bad-duration", f"DURATION is not a duration: {quoted(line.value)}")
            self._keep_unread(line, line.value)
            return None
        return moment

    def _repeats(self, start: Moment) -> None:
        rules: list[str] = []
        words: list[str] = []
        for line in filter(lambda line: line.value.strip(), self._component.all("RRULE")):
            try:
                parts = checked_rule(line.value, start.value)
                words.append(in_words(parts, start.value, start.zone.clock if start.zone else None))
            except ValueError:
                self._fault(line.number, "bad-rrule", f"RRULE is not a rule: {quoted(line.value)}")
                self._keep_unread(line, line.value)
                continue
            rules.append("".join(line.value.split()))
            if is_too_many(parts, start.value):
                self._item.dense_rules.append(line.number)
        rdates = self._dates("RDATE", "bad-rdate")
        self._meta |= {
            "rrule": "\n".join(rules),
            "repeats": "; ".join(words),
            "rdates": rdates,
            "exdates": self._dates("EXDATE", "bad-exdate"),
        }
        if start.zone and start.zone.definition and (rules or rdates):
            self._meta["vtimezone"] = start.zone.definition

    def _dates(self, name: str, code: ProblemCode) -> list[str]:
        dates: list[str] = []
        for line in self._component.all(name):
            read, unread = moments_of(line, self._zones)
            dates += read
            if unread:
                self._fault(line.number, code, f"{name} is not a date: {quoted(unread[0])}")
                self._keep_unread(line, ",".join(unread))
        return dates

    def _identity(self, moved: Moment | None) -> str:
        uid = self._component.text("UID")
        if not uid:
            return f"sha256:{fingerprint(self._component)}"
        if self._component.first("RECURRENCE-ID") is None:
            return uid
        return f"{uid}/{moved.compact() if moved else self._component.text('RECURRENCE-ID')}"

    def _describe(self, moved: Moment | None, due: Moment | None) -> None:
        component = self._component
        created = self._saved("CREATED")
        recorded = created or self._saved("DTSTAMP")
        if moved:
            self._meta["uid"] = component.text("UID")
            self._meta["recurrence_id"] = moved.written()
            self._meta["range"] = component.all("RECURRENCE-ID")[0].params.get("RANGE", "").upper()
        self._meta |= {meta: component.text(name) for name, meta in _TEXTS.items()}
        self._meta |= {
            "status": component.text("STATUS").upper(),
            "due": str(due.when(self._home)) if due else "",
            "categories": [each for line in component.all("CATEGORIES") for each in texts_of(line.value)],
            "created": str(created or ""),
            "recorded": str(recorded or ""),
            "completed": str(self._saved("COMPLETED") or ""),
            "alarms": component.alarms,
            "links": [line.value for line in component.all("CONFERENCE") + component.all("ATTACH") if not _is_inline(line)],
            "answers": {
                _address(line) or line.params.get("CN", ""): line.params["PARTSTAT"].upper()
                for line in component.all("ATTENDEE")
                if "PARTSTAT" in line.params
            },
            "unread": self._unread,
        }

    def _text(self, title: str) -> str:
        """Return the words that a person would look for."""
        descriptions = self._component.all("DESCRIPTION") or self._component.all("X-ALT-DESC")
        parts = [title, *(_plain(line.text) for line in descriptions), self._component.text("LOCATION")]
        return "\n".join(dict.fromkeys(filter(None, parts)))

    def _people(self) -> Iterator[Person]:
        seen: set[Person] = set()
        for role in ("organizer", "attendee"):
            for line in self._component.all(role.upper()):
                person = Person(role, line.params.get("CN", "").strip().strip("'\""), _address(line))
                if person not in seen and (person.name or person.address):
                    seen.add(person)
                    yield person

    def _attachments(self) -> Iterator[Attachment]:
        for line in filter(_is_inline, self._component.all("ATTACH")):
            try:
                payload = base64.b64decode(line.value, validate=False)
            except binascii.Error:
                self._keep_unread(line, line.value)
                continue
            yield Attachment(
                name=line.params.get("FILENAME") or line.params.get("X-FILENAME") or "attachment",
                media_type=line.params.get("FMTTYPE", "application/octet-stream"),
                size=len(payload),
                sha256=hashlib.sha256(payload).hexdigest(),
                payload=payload if len(payload) <= self._attachment_limit else None,
            )


def _plain(text: str) -> str:
    """Return a description as people see it: many programs write HTML there, some of them with plain line breaks."""
    if not _HTML.search(text):
        return text
    return html_text(text if _HTML_LINES.search(text) else text.replace("\n", "<br>\n")).text


def _day(moment: Moment) -> date:
    return moment.value.date() if isinstance(moment.value, datetime) else moment.value


def _is_inline(line: Line) -> bool:
    return line.params.get("ENCODING", "").upper() == "BASE64" or line.params.get("VALUE", "").upper() == "BINARY"


def _address(line: Line) -> str:
    """Return the mail address of a calendar user, or the address as written where it is none."""
    written = line.text
    if written[:7].lower() == "mailto:":
        return written[7:]
    if line.params.get("EMAIL"):
        return line.params["EMAIL"].strip()
    return "" if written.lower().startswith("invalid:") else written
