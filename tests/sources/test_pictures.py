"""Pictures, and what their cameras noted."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertraut.sources.pictures import picture_type, taken

HEADS = {
    "image/jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "image/png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "image/gif": b"GIF89a\1\0\1\0",
    "image/webp": b"RIFF\x10\0\0\0WEBPVP8 ",
    "image/avif": b"\0\0\0\x1cftypavif",
    "image/heic": b"\0\0\0\x18ftypheic",
}
BEFORE = {
    "jpeg": b"\xff\xd8\xff\xe1\0\0Exif\0\0",
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\0eXIf",
    "webp": b"RIFF\0\0\0\0WEBPEXIF\0\0\0\0",
    "heic": b"\0\0\0\x18ftypheic\0\0\0\6Exif\0\0",
}
VIENNA = ((48, 1), (12, 1), (3056, 100)), ((16, 1), (22, 1), (1937, 100))


def note(
    order: str = "<",
    *,
    at: bytes = b"2025:03:08 14:30:00\0",
    offset: bytes = b"+01:00\0",
    place: tuple[tuple[tuple[int, int], ...], ...] = VIENNA,
    letters: bytes = b"NE",
) -> bytes:
    """Return a camera's note as TIFF: a list of two references, the camera's fields, the place's fields."""
    values, fields = b"", {}
    start = 8 + 2 + 2 * 12 + 4 + 2 * (2 + 4 * 12 + 4)
    latitude, longitude = (b"".join(struct.pack(f"{order}2I", *each) for each in degrees) for degrees in place)
    for name, value in (("at", at), ("offset", offset), ("latitude", latitude), ("longitude", longitude)):
        fields[name] = start + len(values)
        values += value

    def row(tag: int, kind: int, count: int, value: int | bytes) -> bytes:
        return struct.pack(f"{order}HHI", tag, kind, count) + (
            value.ljust(4, b"\0") if isinstance(value, bytes) else struct.pack(f"{order}I", value)
        )

    def listed(*rows: bytes) -> bytes:
        return struct.pack(f"{order}H", len(rows)) + b"".join(rows) + b"\0" * 4

    camera = 8 + 2 + 2 * 12 + 4
    pad = row(0x9999, 2, 1, b"x")
    where = camera + 2 + 4 * 12 + 4
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    first = listed(row(0x8769, 4, 1, camera), row(0x8825, 4, 1, where))
    own = listed(row(0x9003, 2, len(at), fields["at"]), row(0x9011, 2, len(offset), fields["offset"]), pad, pad)
    gps = listed(
        row(1, 2, 2, letters[:1]),
        row(2, 5, 3, fields["latitude"]),
        row(3, 2, 2, letters[1:]),
        row(4, 5, 3, fields["longitude"]),
    )
    return head + first + own + gps + values


def test_pictures_are_known_by_their_first_bytes() -> None:
    assert {picture_type(head) for head in HEADS.values()} == set(HEADS)
    for media_type, head in HEADS.items():
        assert picture_type(head) == media_type
    for other in (b"", b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'>", b"PK\3\4", b"\0\0\0\x18ftypmp42"):
        assert picture_type(other) == ""


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("form", BEFORE)
def test_the_camera_says_when_and_where(form: str, order: str) -> None:
    when, place = taken(BEFORE[form] + note(order) + b"picture", "Europe/Berlin")
    assert (str(when), when and when.assumed, place) == ("2025-03-08T14:30:00+01:00", False, "48.20849, 16.37205")


def test_a_time_without_offset_is_of_the_home_zone() -> None:
    when, _ = taken(BEFORE["jpeg"] + note(offset=b"\0\0\0\0\0\0\0"), "America/New_York")
    assert (str(when), when and when.assumed) == ("2025-03-08T14:30:00-05:00", True)


def test_south_and_west_are_negative() -> None:
    assert taken(BEFORE["jpeg"] + note(letters=b"SW"), "UTC")[1] == "-48.20849, -16.37205"


@pytest.mark.parametrize(
    "at", [b"0000:00:00 00:00:00\0", b"    :  :     :  :  \0", b"yesterday\0\0\0", b"0001:01:01 00:00:00\0"]
)
def test_what_no_camera_can_mean_is_not_known(at: bytes) -> None:
    assert taken(BEFORE["jpeg"] + note(at=at, offset=b"+14:00\0"), "UTC")[0] is None


@pytest.mark.parametrize("degrees", [((0, 1),) * 3, ((1, 0),) * 3, ((200, 1), (0, 1), (0, 1))])
def test_a_place_that_is_none_is_not_known(degrees: tuple[tuple[int, int], ...]) -> None:
    assert taken(BEFORE["jpeg"] + note(place=(degrees, degrees)), "UTC")[1] == ""


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_note_is_no_trouble(data: st.DataObject) -> None:
    whole = bytearray(BEFORE["jpeg"] + note(data.draw(st.sampled_from("<>"))))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(14, len(whole) - 1))] = data.draw(st.integers(0, 255))
    taken(bytes(whole[: data.draw(st.integers(0, len(whole)))]), "Europe/Berlin")
    taken(BEFORE["jpeg"] + b"II*\0" + data.draw(st.binary(max_size=200)), "Europe/Berlin")
