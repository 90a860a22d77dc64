"""Files as one ZIP archive that is sent while it is made: nothing of it is ever on a disk, and memory is a few parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_AT_ONCE: Final = 256_000
"""Bytes of the archive that are handed on together."""


class _Outlet:
    """What an archive is written to: holds bytes until they are taken."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, data: bytes, /) -> int:
        self._waiting += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing has to be closed."""

    def taken(self, at_least: int = _AT_ONCE) -> Iterator[bytes]:
        """Yield what waits, if that is enough."""
        if len(self._waiting) >= at_least:
            data, self._waiting = bytes(self._waiting), bytearray()
            yield data


def zipped(files: Iterable[tuple[str, Iterator[bytes]]], folder: str, now: datetime) -> Iterator[bytes]:
    """Yield the archive of files, given as (name, bytes in parts); in it they stand in a folder of this name."""
    outlet = _Outlet()
    with ZipFile(outlet, "w") as archive:
        for name, parts in files:
            about = ZipInfo(f"{folder}/{name}", now.timetuple()[:6])
            about.compress_type = ZIP_DEFLATED
            about.external_attr = 0o600 << 16
            with archive.open(about, "w", force_zip64=True) as member:
                for part in parts:
                    member.write(part)
                    yield from outlet.taken()
    yield from outlet.taken(1)
