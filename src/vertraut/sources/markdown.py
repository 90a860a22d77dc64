"""Notes in Markdown, singly or as an Obsidian vault: one file, one entry, its text as it was written.

The front matter is parted from the text and kept as values; tags, links between notes and embedded files are found outside
code. An edited note is a new entry beside the old one: its identity is the file's name and a digest of its content.
The time is that of the front matter (``date``, ``created``), else of a file name like 2025-05-31, else of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from vertraut.clock import When
from vertraut.errors import BadTime
from vertraut.ledger import Entry
from vertraut.sources import front_matter
from vertraut.sources.archive import MemberFile
from vertraut.sources.contract import Problem, ReadOptions, SourceFile
from vertraut.sources.decoding import decode

LARGEST = 20_000_000
LATEST_YEAR = 9000
FROM_FILE_TIME = "from file time"

_DATE_FIELDS = ("date", "created")
_DAY_NAME = re.compile(r"(\d{4}-\d\d-\d\d)(?!\d)")
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_CODE = re.compile(r"``[^\n]+?``|`[^`\n]+`")
_WIKILINK = re.compile(r"(!?)\[\[([^\[\]\n]{1,1000})\]\]")
_LINK_TARGET = re.compile(r"\]\([^()\n]{0,2000}\)|\w{2,20}://\S+")
_TAG = re.compile(r"(?<![^\s(,;])#([\w/-]*[^\W\d_][\w/-]*)")
_HEADING = re.compile(r"#[ \t]+(.+?)[ \t]*#*[ \t]*")


class MarkdownSource:
    """Reads notes written in Markdown."""

    name = "markdown"
    title = "Markdown notes"
    patterns: tuple[str, ...] = ("*.md", "*.markdown")

    def recognises(self, file: SourceFile) -> bool:
        """Say whether the file name ends in .md or .markdown."""
        return file.name.lower().endswith((".md", ".markdown"))

    def read(self, file: SourceFile, options: ReadOptions) -> Iterator[Entry | Problem]:
        """Yield the note."""
        data = file.stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            yield Problem("file", "too-large", f"the note is larger than {LARGEST:,} bytes")
            return
        decoded = decode(data)
        yield from decoded.problems
        whole = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
        matter = front_matter.split(whole)
        if matter.wrong:
            yield Problem("front matter", "bad-front-matter", matter.wrong, lost=False)
        dated = _when(matter.values, file, options.home_zone)
        yield from dated.problems
        if dated.when:
            revision = sha256(whole.encode()).hexdigest()[:16]
            yield _entry(file, matter, dated.when, revision, from_file=dated.from_file)


def _entry(file: SourceFile, matter: front_matter.FrontMatter, when: When, revision: str, *, from_file: bool) -> Entry:
    path = PurePosixPath(file.name)
    folder = path.parent.as_posix()
    prose = "\n".join(prose_lines(matter.body))
    meta = {
        "path": file.name,
        "front_matter": matter.values,
        "aliases": _words(matter.values.get("aliases") or matter.values.get("alias"), ","),
        "tags": list(dict.fromkeys((*front_matter_tags(matter.values), *inline_tags(prose)))),
        "links": wikilinks(prose),
        "embeds": wikilinks(prose, embedded=True),
        "daily": bool(_DAY_NAME.fullmatch(path.stem)),
        "date": FROM_FILE_TIME if from_file else "",
    }
    return Entry(
        source=MarkdownSource.name,
        external_id=f"{path.name}@{revision}",
        kind="note",
        when=when,
        text=matter.body,
        thread="/" if folder == "." else folder,
        thread_title=path.parent.name or file.root,
        title=_title(matter.values.get("title"), prose) or path.stem,
        origin=file.name,
        meta={name: value for name, value in meta.items() if value},
    )


def prose_lines(body: str) -> Iterator[str]:
    """Yield the lines outside fenced code, without the code inside them."""
    fence = ""
    for line in body.split("\n"):
        found = _FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and not line[found.end() :].strip():
                fence = ""
        elif found:
            fence = found[1]
        else:
            yield _CODE.sub(" ", line) if "`" in line else line


def wikilinks(prose: str, *, embedded: bool = False) -> list[str]:
    """Return the notes that ``[[note#part|words]]`` leads to, one for each link; or the files that ``![[file]]`` shows."""
    found = [target for mark, target in _WIKILINK.findall(prose) if bool(mark) == embedded]
    targets = (re.split(r"\\?\||#", target, maxsplit=1)[0].strip() for target in found)
    return [target for target in targets if target]


def inline_tags(prose: str) -> list[str]:
    """Return the tags in a note's prose, one for each occurrence: not those in links or addresses."""
    if "#" not in prose:
        return []
    return _TAG.findall(_LINK_TARGET.sub("]", _WIKILINK.sub(" ", prose)))


def front_matter_tags(values: Mapping[str, Any]) -> list[str]:
    """Return the tags of the front matter, which may be a list or words."""
    return [tag.lstrip("#") for tag in _words(values.get("tags") or values.get("tag"), ", ") if tag.lstrip("#")]


def _words(value: Any, separators: str) -> list[str]:
    if isinstance(value, str):
        return [word for part in re.split(f"[{separators}]", value) if (word := part.strip())]
    return [str(each) for each in value if each is not None] if isinstance(value, list) else []


def _title(given: Any, prose: str) -> str:
    if isinstance(given, str | int | float) and not isinstance(given, bool) and str(given).strip():
        return str(given).strip()
    headings = (_HEADING.fullmatch(line) for line in prose.split("\n") if line.startswith("# "))
    return next((found[1] for found in headings if found), "")


@dataclass(frozen=True, slots=True)
class _Dated:
    """The time of a note, where it comes from, and the dates that could not be read."""

    when: When | None
    problems: tuple[Problem, ...] = ()
    from_file: bool = False


def _when(values: Mapping[str, Any], file: SourceFile, home: str) -> _Dated:
    problems: list[Problem] = []
    for name in _DATE_FIELDS:
        given = values.get(name)
        if given is None or given == "":
            continue
        if when := _read_date(str(given), home):
            return _Dated(when, tuple(problems))
        problems.append(Problem("front matter", "bad-date", f"{name} is no date: {given!r:.40}", lost=False))
    day = _DAY_NAME.match(PurePosixPath(file.name).stem)
    if day and (when := _read_date(day[1], home)):
        return _Dated(when, tuple(problems))
    moment = _file_time(file)
    if not moment:
        problems.append(Problem("file", "missing-or-bad-date", "neither the note nor its file has a date"))
        return _Dated(None, tuple(problems))
    return _Dated(When.of_datetime(moment, home, home), tuple(problems), from_file=True)


def _read_date(written: str, home: str) -> When | None:
    text = written.strip(" []")
    if german := _GERMAN_DAY.fullmatch(text):
        text = f"{german[3]}-{german[2]:0>2}-{german[1]:0>2}"
    try:
        when = When.of_text(text, home)
    except BadTime:
        return None
    return when if when.instant.year <= LATEST_YEAR else None


def _file_time(file: SourceFile) -> datetime | None:
    """Return when the file was last changed: aware, or naive from an archive."""
    if isinstance(file, MemberFile):
        return file.modified
    if not file.path:
        return None
    try:
        return datetime.fromtimestamp(int(file.path.stat().st_mtime), UTC)
    except (ValueError, OverflowError):
        return None
