"""Proof that something is gone: its traces, in every form they could have, looked for wherever they could be.

Traces are taken before the removal: pieces of the content as it lies in the vault, deflated; pieces of the text and of every
other field, as written and in the encodings that its source or our own storage could have used (JSON escapes, UTF-16,
quoted-printable, base64, URL); word stems that nothing
else holds, also without their first letters, because the word index shares prefixes; the bytes of vectors and their codes;
the salt. They are looked for in all decrypted pages of the vault (free ones too), in the raw files of the home, and in the
files of the temporary folder. What a remaining entry also says is no trace.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import quopri
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import quote

import ahocorasick_rs
import apsw

from vertraut.ledger import ENTRY_KINDS, Entry, Record, RecordKind, entry_of
from vertraut.ledger.vault import plain_pages
from vertraut.memory.places import Placed
from vertraut.memory.searched import searched_text
from vertraut.memory.words import terms

TraceKind = Literal["text", "stem", "vector", "salt"]

CHECK = "check.json"
"""The file beside a vault that says what its last check found, in our own words."""

IN_VAULT = "vault"
"""How the place of a trace begins that is in the vault; others are files of the home."""

PIECE = 24
"""Characters of a piece of text that is looked for: long enough to be nobody else's, short enough to see fragments."""

MOST_PIECES = 12  # of one text, spread evenly
MOST_PATTERNS = 60_000  # a larger forgetting is proved by an even sample
_PAGES_AT_ONCE = 256
_SHORTEST = 6
_SHORTEST_STEM = 5
_CUT_PREFIXES = 3
_AT_ONCE, _OVERLAP = 1 << 20, 1 << 10  # bytes; no pattern is longer than the latter
_LARGEST_FOREIGN = 64_000_000  # bytes of one file of the temporary folder that is read


@dataclass(frozen=True, slots=True)
class Trace:
    """A byte pattern that must be nowhere, and what it was a form of."""

    pattern: bytes = field(repr=False)
    kind: TraceKind
    plain: bytes = field(repr=False)
    """The UTF-8 bytes it is a form of, to see whether a remaining entry says the same."""


Traces = Sequence[Trace]


@dataclass(frozen=True, slots=True)
class Found:
    """A trace that is still somewhere: "vault" with the byte offset of its pages, or a file."""

    where: str
    kind: TraceKind


@dataclass(frozen=True, slots=True)
class Proof:
    """What was looked for, where, and what was found: nothing, if all is well.

    ``elsewhere`` names files outside the home (in the temporary folder) that still hold a trace: they are not ours to
    remove, but the person will want to know. ``unnamed`` counts them in a kept receipt, which does not hold their names.
    """

    patterns: int
    vault_bytes: int
    files: int
    found: tuple[Found, ...]
    elsewhere: tuple[str, ...] = ()
    unnamed: int = 0

    @property
    def clean(self) -> bool:
        """Say whether nothing of it is left in the home."""
        return not self.found


def traces_of(connection: apsw.Connection, records: Sequence[Record], placed: Mapping[int, Placed]) -> Traces:
    """Return the traces of records that are about to be removed."""
    found: dict[bytes, Trace] = {}
    for record in records:
        for trace in _record_traces(connection, record, placed.get(record.seq)):
            found.setdefault(trace.pattern, trace)
    every = list(found.values())
    step = max(1, -(-len(every) // MOST_PATTERNS))
    return every[::step]


def look_for(connection: apsw.Connection, home: Path, traces: Traces) -> Proof:
    """Look for traces in the vault's decrypted pages, the home's files and the temporary folder."""
    if not traces:
        return Proof(0, 0, 0, ())
    search = ahocorasick_rs.BytesAhoCorasick([trace.pattern for trace in traces])
    innocence = _Innocence(connection, home)
    found: list[Found] = []
    size = 0
    for part in _joined(plain_pages(connection)):
        for number, at, _ in search.find_matches_as_indexes(part, overlapping=True):
            if not innocence.of(traces[number]):
                found.append(Found(f"{IN_VAULT} byte {size + at}", traces[number].kind))
        size += len(part)
    files, elsewhere = 0, []
    vaults, temporary = Path(connection.filename).name, Path(tempfile.gettempdir()).resolve()
    for path in itertools.chain(_files(home, vaults), _files(temporary, vaults, beside=home.resolve())):
        files += 1
        for number in _matches(search, path):
            if traces[number].kind == "stem" or innocence.of(traces[number]):  # stems are in the word index only
                continue
            if path.is_relative_to(home):
                found.append(Found(str(path), traces[number].kind))
            elif str(path) not in elsewhere:
                elsewhere.append(str(path))
    return Proof(len(traces), size, files, tuple(found), tuple(elsewhere))


def _record_traces(connection: apsw.Connection, record: Record, where: Placed | None) -> Iterator[Trace]:
    if record.salt:
        yield Trace(record.salt, "salt", record.salt)
    if record.content is None:
        return
    if record.kind != "blob":
        yield from _lying(connection, record)
    if record.kind == "sent":  # what stood in it beside the entries may rightly stand elsewhere; they have traces themselves
        return
    if record.kind != "entry":
        yield from _byte_traces(record.content)
        return
    entry = entry_of(record.content)
    for text in _fields(entry):
        yield from _text_traces(text)
    if where:
        yield from _stem_traces(entry, where.language)
        made_of = "SELECT vector FROM passages WHERE seq = ?1 OR (context > 0 AND context = ?1)"
        for (vector,) in connection.execute(made_of, (record.seq,)):
            yield Trace(vector, "vector", vector)


def _lying(connection: apsw.Connection, record: Record) -> Iterator[Trace]:
    """Yield pieces of a content as it lies in the vault, where that is not its plain form."""
    for (content,) in connection.execute("SELECT content FROM records WHERE seq = ?", (record.seq,)):
        if content is not None and content != record.content:
            yield from _byte_traces(content)


def _fields(entry: Entry) -> Iterator[str]:
    yield from (entry.text, entry.title, entry.external_id, entry.place)
    yield from (person.address for person in entry.people)
    yield from (attachment.name for attachment in entry.attachments)
    yield from (value for value in entry.meta.values() if isinstance(value, str))


def _text_traces(text: str) -> Iterator[Trace]:
    pieces = [text[at : at + PIECE] for at in range(0, len(text), PIECE)]
    step = max(1, -(-len(pieces) // MOST_PIECES))
    for piece in pieces[::step]:
        if len(piece) >= _SHORTEST:
            plain = piece.encode("utf-8", "replace")
            yield from (Trace(pattern, "text", plain) for pattern in set(_forms(piece, plain)) if len(pattern) >= _SHORTEST)


def _forms(text: str, plain: bytes) -> Iterator[bytes]:
    yield plain
    yield json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "replace")
    yield json.dumps(text)[1:-1].encode()
    yield text.encode("utf-16-le", "replace")
    yield text.encode("utf-16-be", "replace")
    yield quopri.encodestring(plain).rstrip(b"=\n")
    yield quote(plain).encode()
    for shift in range(3):
        # Base64 of a part in the middle of something: drop what the neighbours would change.
        encoded = base64.b64encode(b"\0" * shift + plain)
        yield encoded[(0, 2, 3)[shift] : (len(plain) + shift) * 8 // 6 - 1]


def _byte_traces(content: bytes) -> Iterator[Trace]:
    step = max(PIECE, len(content) // MOST_PIECES)
    for at in range(0, len(content), step):
        piece = content[at : at + PIECE]
        if len(piece) == PIECE:
            yield Trace(piece, "text", piece)


def _stem_traces(entry: Entry, language: str) -> Iterator[Trace]:
    for term in set(terms(searched_text(entry), language)):
        plain = term.encode()
        for cut in range(_CUT_PREFIXES + 1):
            if len(plain) - cut >= _SHORTEST_STEM and (cut == 0 or len(plain) - cut > _SHORTEST_STEM):
                yield Trace(plain[cut:], "stem", plain[cut:])


_SPELT = (
    "SELECT 1 FROM word_frequencies WHERE instr(CAST(term AS BLOB), ?) LIMIT 1",
    "SELECT 1 FROM threads WHERE instr(CAST(source || name || title AS BLOB), ?) LIMIT 1",
    "SELECT 1 FROM people WHERE instr(CAST(name || address AS BLOB), ?) LIMIT 1",
)
"""Where a stem may be spelt by what is remembered: as a word, or across two columns that stand side by side in a row."""


_SAID = (
    "SELECT 1 FROM records WHERE instr(content, ?) LIMIT 1",
    "SELECT 1 FROM records WHERE kind <> 'blob' AND instr(plain(content), ?) LIMIT 1",
)
"""Where what is remembered may say the same: as it lies in the vault, and in plain words."""


class _Innocence:
    """Tells a trace from what is said by something that is still remembered, or by Vertraut itself."""

    def __init__(self, connection: apsw.Connection, home: Path) -> None:
        self._db = connection
        self._own = _own_words(connection, home)
        self._known: dict[Trace, bool] = {}

    def of(self, trace: Trace) -> bool:
        """Say whether this one is no trace."""
        if trace not in self._known:
            self._known[trace] = self._still_there(trace)
        return self._known[trace]

    def _still_there(self, trace: Trace) -> bool:
        if trace.kind == "salt":
            return False
        if trace.kind == "vector":
            there = "context = 0 OR context IN (SELECT seq FROM entries)"
            own = f"SELECT 1 FROM passages WHERE vector = ? AND ({there}) LIMIT 1"
            return self._any(own, trace.plain)
        if trace.kind == "stem" and any(self._any(query, trace.plain) for query in _SPELT):
            return True
        forms = {trace.plain, trace.pattern}
        return any(form in self._own or any(self._any(query, form) for query in _SAID) for form in forms)

    def _any(self, query: str, value: bytes) -> bool:
        return self._db.execute(query, (value,)).fetchone() is not None


def _own_words(connection: apsw.Connection, home: Path) -> bytes:
    """Return the words that are in every vault and beside it: of tables, kinds and settings, keys and checks."""
    queries = (
        "SELECT type || name || tbl_name || coalesce(sql, '') FROM sqlite_schema",
        "SELECT k FROM words_config",
        "SELECT name || version FROM index_state",
        "SELECT name FROM space",
    )
    words = [str(row[0]) for query in queries for row in connection.execute(query)]
    beside = (home / "master.json", *home.glob("spaces/*/key.json"), *home.glob(f"spaces/*/{CHECK}"))
    return "\n".join((*words, *get_args(RecordKind), *ENTRY_KINDS)).encode() + b"".join(map(_content, beside))


def _matches(search: ahocorasick_rs.BytesAhoCorasick, path: Path) -> set[int]:
    """Look through a file, a megabyte at a time: a search lets no other thread run until it is done."""
    content, found = _content(path), set[int]()
    for start in range(0, len(content), _AT_ONCE):
        part = content[start : start + _AT_ONCE + _OVERLAP]
        found.update(number for number, _, _ in search.find_matches_as_indexes(part, overlapping=True))
    return found


def _content(path: Path) -> bytes:
    """Return what a file holds: nothing where it is gone, or is not ours to read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _joined(pages: Iterable[bytes]) -> Iterator[bytes]:
    """Yield pages a megabyte at a time."""
    every = iter(pages)
    while part := b"".join(itertools.islice(every, _PAGES_AT_ONCE)):
        yield part


def _files(folder: Path, vaults: str, *, beside: Path | None = None) -> Iterator[Path]:
    """Yield the regular files below a folder; with ``beside``, those that are not below that one, ours, of bounded size.

    Files whose name begins as those of ``vaults`` are left out wherever they lie: their pages are seen decrypted, and who
    closes the file of an open vault drops this process's locks on it.
    """
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if beside is None or Path(place, name) != beside]
        for path in (Path(place, name) for name in names if not name.startswith(vaults)):
            try:
                about = path.lstat()
            except OSError:  # it was removed meanwhile, or is not ours to look at
                continue
            ours = about.st_uid == os.getuid() and about.st_size <= _LARGEST_FOREIGN
            if stat.S_ISREG(about.st_mode) and (ours or beside is None):
                yield path
