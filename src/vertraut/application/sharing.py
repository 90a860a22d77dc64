"""What another app shared: a text, a link, pictures, files. Each becomes the entry, or entries, that it is.

Files of a known format are imported. Pictures become photos, with the time and place that their camera noted, and what is in
no format that Vertraut reads a document: kept whole, with the text as what is said of it. Without those a text is a note.
Archives are brought in the background, as if they had been dropped on the page for that.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vertraut.application.deliveries import Described, Piece
from vertraut.clock import Clock, When
from vertraut.governance import Actor
from vertraut.ledger import Attachment, Entry

if TYPE_CHECKING:
    from vertraut.application.bringing import Bringing
    from vertraut.application.importing import FileReport
    from vertraut.application.space import Space

SOURCE: Final = "shared"

_ARCHIVE: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file that was shared."""

    name: str
    data: bytes = field(repr=False)

    @property
    def archive(self) -> bool:
        """Whether other files are in it; documents of office programs are archives, too, but of one thing."""
        return self.name.lower().endswith(".zip") and self.data.startswith(_ARCHIVE)


@dataclass(frozen=True, slots=True)
class Shared:
    """What was shared at once."""

    title: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    files: tuple[SharedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of it: the numbers of notes, photos and documents, reports on imported files, archives being brought."""

    entries: tuple[int, ...]
    reports: tuple[FileReport, ...]
    archives: tuple[str, ...] = ()


def take_in(space: Space, shared: Shared, *, key: str = "") -> TakenIn:
    """Remember what was shared. The same file, or a note with the same ``key``, is remembered once."""
    from vertraut.sources.pictures import picture_type  # noqa: PLC0415  the readers, which recall does without

    reports, kept = [], []
    for file in shared.files:
        media_type = picture_type(file.data)
        if not media_type:
            (report,) = space.import_bytes(file.name, file.data).files
            if report.source or not file.data:
                reports.append(report)
                continue
        kept.append(_kept(space, shared, file, media_type))
    if kept:
        return TakenIn(space.remember(*kept), tuple(reports))
    text, title = (shared.text, shared.title) if shared.text.strip() else (shared.title, "")
    numbers = (space.remember_text(text, title=title, key=key),) if text.strip() else ()
    return TakenIn(numbers, tuple(reports))


def bring(bringing: Bringing, actor: Actor, archives: Sequence[SharedFile], clock: Clock) -> None:
    """Hand archives over to be taken in in the background. Raises ``NotAllowed``, ``NoRoom``, ``DiskFull``."""
    now = round(clock.now().timestamp() * 1000)
    described = [Described(each.name, len(each.data), now, hashlib.sha256(each.data).hexdigest()) for each in archives]
    places = zip(bringing.announce(actor, described), archives, strict=True)
    pieces = [Piece(at.delivery, at.number, at.received, each.data[at.received :]) for at, each in places if at]
    bringing.receive(actor, pieces)


def _kept(space: Space, shared: Shared, file: SharedFile, picture: str) -> Entry:
    """Return a file as an entry of its own: ``picture`` is its media type as one, or empty."""
    from vertraut.sources.pictures import taken  # noqa: PLC0415  as above

    zone, digest = space.settings.zone, hashlib.sha256(file.data).hexdigest()
    when, place = taken(file.data, zone) if picture else (None, "")
    payload = file.data if len(file.data) <= space.settings.attachment_limit else None
    media_type = picture or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Entry(
        source=SOURCE,
        external_id=digest,
        kind="photo" if picture else "document",
        when=when or When.of_datetime(space.clock.now(), zone, zone),
        text=shared.text,
        title=shared.title or file.name,
        place=place,
        attachments=(Attachment(file.name, media_type, len(file.data), digest, payload),),
        origin=file.name,
        meta={} if when else {"date": "shared"},
    )
