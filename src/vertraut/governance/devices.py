"""Devices: browsers that are signed in to a space. A device gets in by a link that is good once, then by its own secret.

Both are lines of the journal, by SHA-256 only, so what another process makes, or signs out, holds for the next request. A
secret has 256 random bits; a link is void after ``LINK_LIFE``, a device after ``DEVICE_LIFE``.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from vertraut.clock import Clock
from vertraut.errors import NoSuchDevice
from vertraut.governance.digests import digest_of, holder_of
from vertraut.ledger import Journal, JournalLine

LINK_LIFE: Final = timedelta(minutes=10)
DEVICE_LIFE: Final = timedelta(days=90)
LONGEST_NAME: Final = 60

_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Device:
    """A device that is signed in; ``number`` is that of its line in the journal, ``expires`` when it has to sign in anew."""

    number: int
    name: str
    since: datetime
    expires: datetime
    digest: str = field(repr=False)


class Devices:
    """The devices of a space. May be used from any thread."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._devices: dict[str, Device] = {}
        self._links: dict[str, datetime] = {}
        self._read_up_to = 0
        self._lock = threading.Lock()

    def link(self) -> str:
        """Return a secret with which one device may sign in, once, soon."""
        secret = secrets.token_urlsafe(_BYTES)
        expires = self._clock.now() + LINK_LIFE
        self._journal.write("device", {"link": digest_of(secret), "expires": expires.isoformat()})
        return secret

    def sign_in(self, link: str, name: str) -> str | None:
        """Use up a link and return the secret of the device that it let in; None where the link is not, or no more, good."""
        used = digest_of(link)
        with self._lock:
            self._read()
            expires = self._links.get(used)
            if expires is None or expires <= self._clock.now():
                return None
            secret = secrets.token_urlsafe(_BYTES)
            ends = self._clock.now() + DEVICE_LIFE
            content = {"used": used, "name": name[:LONGEST_NAME], "digest": digest_of(secret), "expires": ends.isoformat()}
            self._journal.write("device", content)
            self._read()  # another process may have used the link just before
            return secret if content["digest"] in self._devices else None

    def verify(self, secret: str) -> Device | None:
        """Return the device that shows this secret; None for one that is unknown, expired or signed out."""
        return holder_of(secret, self.list()) if secret else None

    def list(self) -> tuple[Device, ...]:
        """Return the devices that are signed in, oldest first."""
        with self._lock:
            self._read()
            now = self._clock.now()
            return tuple(each for each in self._devices.values() if each.expires > now)

    def sign_out(self, number: int) -> None:
        """Let a device in no more. Raises ``NoSuchDevice``."""
        if number not in {each.number for each in self.list()}:
            raise NoSuchDevice(number)
        self._journal.write("device", {"signed_out": number})

    def _read(self) -> None:
        for line in self._journal.read("device", after=self._read_up_to):
            self._take(line)
            self._read_up_to = line.seq

    def _take(self, line: JournalLine) -> None:
        said = line.content
        if "link" in said:
            self._links[said["link"]] = datetime.fromisoformat(said["expires"])
        elif "signed_out" in said:
            gone = said["signed_out"]
            self._devices = {key: each for key, each in self._devices.items() if each.number != gone}
        elif self._links.pop(said["used"], None):  # the first line that uses a link counts, whichever process wrote it
            ends = datetime.fromisoformat(said["expires"])
            self._devices[said["digest"]] = Device(line.seq, said["name"], line.at, ends, said["digest"])
