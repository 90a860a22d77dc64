"""Devices: links that are good once, secrets that end."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.conftest import NOW, MemoryJournal

from vertraut.application import Space
from vertraut.clock import FixedClock
from vertraut.errors import NoSuchDevice
from vertraut.governance import Device, Devices
from vertraut.governance.devices import DEVICE_LIFE, LINK_LIFE, LONGEST_NAME
from vertraut.ledger import RecordKind


@dataclass
class Moving:
    """A clock that is set by hand."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def moving() -> Moving:
    return Moving()


@pytest.fixture
def devices(journal: MemoryJournal, moving: Moving) -> Devices:
    return Devices(journal, moving)


def signed_in(devices: Devices, name: str = "Firefox, Linux") -> str:
    secret = devices.sign_in(devices.link(), name)
    assert secret
    return secret


def test_a_link_lets_one_device_in(devices: Devices) -> None:
    link = devices.link()
    secret = devices.sign_in(link, "Firefox, Linux")
    assert secret
    device = devices.verify(secret)
    assert device
    assert (device.name, device.since, device.expires) == ("Firefox, Linux", NOW, NOW + DEVICE_LIFE)
    assert devices.list() == (device,)
    assert devices.sign_in(link, "Chrome, Windows") is None
    assert devices.list() == (device,)


@pytest.mark.parametrize("link", ["", "x", "a" * 43, "é" * 43, "\ud800", "x" * 100_000])
def test_a_link_cannot_be_guessed(devices: Devices, journal: MemoryJournal, link: str) -> None:
    devices.link()
    lines = len(journal.lines)
    assert devices.sign_in(link, "Chrome") is None
    assert len(journal.lines) == lines


def test_a_link_ends_soon(devices: Devices, moving: Moving) -> None:
    early, late = devices.link(), devices.link()
    moving.at += LINK_LIFE - timedelta(seconds=1)
    assert devices.sign_in(early, "Chrome")
    moving.at += timedelta(seconds=1)
    assert devices.sign_in(late, "Chrome") is None


def test_a_device_ends_after_a_while(devices: Devices, moving: Moving) -> None:
    secret = signed_in(devices)
    moving.at += DEVICE_LIFE - timedelta(seconds=1)
    assert devices.verify(secret)
    moving.at += timedelta(seconds=1)
    assert devices.verify(secret) is None
    assert devices.list() == ()


@pytest.mark.parametrize("secret", ["", "x", "a" * 43, "é" * 43, "\ud800", "x" * 100_000])
def test_nothing_else_is_a_device(devices: Devices, secret: str) -> None:
    signed_in(devices)
    assert devices.verify(secret) is None


def test_a_link_is_no_secret_and_a_digest_is_none(devices: Devices) -> None:
    link = devices.link()
    device = devices.verify(devices.sign_in(link, "Chrome") or "")
    assert device
    assert devices.verify(link) is None
    assert devices.verify(device.digest) is None
    assert devices.sign_in(device.digest, "Chrome") is None


def test_secrets_are_kept_nowhere(devices: Devices, journal: MemoryJournal) -> None:
    link = devices.link()
    secret = devices.sign_in(link, "Chrome")
    assert secret
    kept = repr([line.content for _, line in journal.lines])
    assert link not in kept
    assert secret not in kept + repr(devices.list())
    assert devices.list()[0].digest not in repr(devices.list())


def test_secrets_are_different_and_long(devices: Devices) -> None:
    made = {signed_in(devices) for _ in range(20)} | {devices.link() for _ in range(20)}
    assert len(made) == 40
    assert {len(each) for each in made} == {43}  # 256 bits


def test_names_are_short(devices: Devices) -> None:
    devices.sign_in(devices.link(), "x" * 1000)
    assert devices.list()[0].name == "x" * LONGEST_NAME


def test_a_device_signed_out_anywhere_is_out_everywhere(space: Space) -> None:
    with space.opened_again() as elsewhere:
        here, there = Devices(space.journal, space.clock), Devices(elsewhere.journal, elsewhere.clock)
        phone, laptop = signed_in(here, "phone"), signed_in(there, "laptop")
        found = there.verify(phone)
        assert found
        there.sign_out(found.number)
        assert here.verify(phone) is None
        assert [each.name for each in here.list()] == ["laptop"]
        assert here.verify(laptop)
        for number in (found.number, 0, -1, 10**30):
            with pytest.raises(NoSuchDevice):
                here.sign_out(number)


def test_of_many_at_once_one_gets_in(space: Space) -> None:
    """Each thread has an opening of its own, as another process would."""
    devices = Devices(space.journal, space.clock)
    link, start, found = devices.link(), threading.Barrier(6), list[str | None]()

    def use() -> None:
        with space.opened_again() as opened:
            another = Devices(opened.journal, opened.clock)
            start.wait()
            found.append(another.sign_in(link, "Chrome"))

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (secret,) = [each for each in found if each]
    assert [devices.verify(secret)] == [*devices.list()]


class Overtaken(MemoryJournal):
    """A journal in which another process uses a link just before a line is written."""

    first: Devices | None = None
    link = ""
    secret: str | None = None

    def write(self, kind: RecordKind, content: Mapping[str, Any]) -> int:
        if (other := self.first) and "used" in content:
            self.first = None
            self.secret = other.sign_in(self.link, "first")
        return super().write(kind, content)


def test_whoever_wrote_first_that_it_uses_a_link_gets_in(clock: FixedClock) -> None:
    journal = Overtaken(clock)
    slow = Devices(journal, clock)
    journal.link, journal.first = slow.link(), Devices(journal, clock)
    assert slow.sign_in(journal.link, "second") is None
    assert [each.name for each in slow.list()] == ["first"]
    assert isinstance(slow.verify(journal.secret or ""), Device)
