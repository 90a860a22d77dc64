"""Pictures by their first bytes, and when and where one was taken, as its camera noted it (EXIF 2.32).

The note is found where JPEG, PNG, WebP and HEIC files carry it, and read within bounds; what cannot be read is not there.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from vertraut.clock import When

SHOWN_BY_BROWSERS: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"})

_TYPES: Final = (
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), "image/avif"),
    (re.compile(rb"....ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL), "image/heic"),
)
_NOTE: Final = re.compile(rb"(?:Exif\0\0|eXIf|EXIF....)(?=II\*\0|MM\0\*)", re.DOTALL)
_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1}
"""Bytes of one value by its type: byte, text, short, long, fraction, anything."""
_LONGEST_NOTE, _MOST_FIELDS, _LONGEST_VALUE = 1 << 16, 512, 200
_CAMERA, _PLACE = 0x8769, 0x8825  # where the two other lists of fields begin
_TAKEN, _OFFSET = 0x9003, 0x9011
_SOUTH, _LATITUDE, _WEST, _LONGITUDE = 1, 2, 3, 4
_NORTHMOST, _EASTMOST = 90, 180

_Fields = Mapping[int, bytes]


def picture_type(head: bytes) -> str:
    """Return the media type of a picture; an empty text for anything else."""
    return next((media_type for pattern, media_type in _TYPES if pattern.match(head)), "")


def taken(picture: bytes, zone: str) -> tuple[When | None, str]:
    """Return when and where ("48.20849, 16.37208", WGS 84) a picture was taken; None and "" for what is not known."""
    note = _NOTE.search(picture)
    if note is None:
        return None, ""
    tiff = picture[note.end() : note.end() + _LONGEST_NOTE]
    order = "<" if tiff.startswith(b"II") else ">"
    try:
        first = _fields(tiff, order, tiff[4:8])
        return _when(_fields(tiff, order, first.get(_CAMERA)), zone), _where(_fields(tiff, order, first.get(_PLACE)), order)
    except struct.error:
        return None, ""


def _fields(tiff: bytes, order: str, place: bytes | None) -> _Fields:
    """Return the values of the list of fields at a place by their tags, those that are short; of no place none."""
    if place is None:
        return {}
    at = _number(order, place)
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    found = {}
    for row in range(at + 2, at + 2 + 12 * min(count, _MOST_FIELDS), 12):
        tag, kind, number = struct.unpack_from(f"{order}HHI", tiff, row)
        size = _SIZES.get(kind, 0) * number
        start = row + 8 if size <= 4 else _number(order, tiff[row + 8 : row + 12])  # noqa: PLR2004  else it is elsewhere
        if size <= _LONGEST_VALUE:
            found[tag] = tiff[start : start + size]
    return found


def _number(order: str, value: bytes) -> int:
    (number,) = struct.unpack(f"{order}I", value)
    return int(number)


def _when(fields: _Fields, zone: str) -> When | None:
    written, offset = (fields.get(tag, b"").rstrip(b"\0 ").decode("latin-1") for tag in (_TAKEN, _OFFSET))
    try:
        moment = datetime.strptime(written, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  the camera's clock
        return When.of_datetime(datetime.fromisoformat(f"{moment.isoformat()}{offset}"), zone)
    except (ValueError, OverflowError):
        return None


def _where(fields: _Fields, order: str) -> str:
    latitude = _degrees(fields.get(_LATITUDE, b""), order, turned=fields.get(_SOUTH, b"")[:1] == b"S")
    longitude = _degrees(fields.get(_LONGITUDE, b""), order, turned=fields.get(_WEST, b"")[:1] == b"W")
    if latitude is None or longitude is None or not (latitude or longitude):  # 0, 0: it did not know
        return ""
    if abs(latitude) > _NORTHMOST or abs(longitude) > _EASTMOST:
        return ""
    return f"{latitude:.5f}, {longitude:.5f}"


def _degrees(value: bytes, order: str, *, turned: bool) -> float | None:
    """Return degrees, minutes and seconds, each a fraction, as one number."""
    if len(value) != struct.calcsize("6I"):
        return None
    numbers: tuple[int, ...] = struct.unpack(f"{order}6I", value)
    if 0 in numbers[1::2]:
        return None
    whole, minutes, seconds = (above / below for above, below in zip(numbers[::2], numbers[1::2], strict=True))
    degrees = whole + minutes / 60 + seconds / 3600
    return -degrees if turned else degrees
