"""Files that come piece by piece: named safely, kept durably, gone on with after anything, never more than there is room."""

from __future__ import annotations

import shutil
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from vertraut.application import receiving
from vertraut.application.deliveries import Described, Piece, Whereabouts, placed
from vertraut.application.receiving import LIFE, Reception
from vertraut.clock import FixedClock
from vertraut.errors import NoRoom, NoSuchDelivery, StorageFailed, TooManyFiles

NOTE = b"# Keller\n\nDas Licht ist kaputt.\n"


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def described(name: str, size: int = len(NOTE), *, mark: str = "a") -> Described:
    return Described(name, size, 1_700_000_000_000, mark)


@pytest.fixture
def reception(tmp_path: Path, clock: FixedClock) -> Reception:
    return Reception(tmp_path / "space" / "received", clock)


def announced(reception: Reception, *files: Described) -> list[Whereabouts]:
    found = reception.announce(files)
    assert None not in found
    return [each for each in found if each]


def send(reception: Reception, place: Whereabouts, data: bytes, offset: int = 0) -> Whereabouts:
    return reception.receive([Piece(place.delivery, place.number, offset, data)])[0]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Keller.md", "Keller.md"),
        ("Notizen/Haus/Keller.md", "Notizen/Haus/Keller.md"),
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/./passwd", "etc/passwd"),
        ("a\\..\\b.md", "a_.._b.md"),
        ("a\0b\n\x1b[2J.md", "a_b__[2J.md"),
        ("\ud800.md", "?.md"),
        ("u\u0308ber.md", "über.md"),
        ("n" * 300 + ".md", "n" * 197 + ".md"),
        ("/".join("abcdefghij" * 6), "/".join("abcdefghij" * 5)),
        ("/".join(["n" * 190] * 9), "/".join(["n" * 190] * 7)),
        ("..", ""),
        ("", ""),
    ],
)
def test_names_lead_nowhere_else(name: str, path: str) -> None:
    assert placed([name]) == [tuple(filter(None, path.split("/")))]


def test_no_two_files_have_one_place() -> None:
    names = ["a.md", "A.md", "a.md", "b", "b/c.md", "d/e.md", "d"]
    assert ["/".join(parts) for parts in placed(names)] == [
        "a.md", "A (2).md", "a (3).md", "b", "b_/c.md", "d/e.md", "d (2)",
    ]  # fmt: skip


def test_a_file_comes_in_pieces_and_waits_for_its_turn(reception: Reception) -> None:
    (place,) = announced(reception, described("Haus/Keller.md"))
    assert (place.received, place.wanted) == (0, len(NOTE))
    assert send(reception, place, NOTE[:10]).received == 10
    assert reception.state(place.delivery).standing == "receiving"
    assert send(reception, place, NOTE[10:], 10).received == len(NOTE)
    assert reception.state(place.delivery).standing == "waiting"
    (folder,) = reception.paths(place.delivery)
    assert (folder.name, (folder / "Keller.md").read_bytes()) == ("Haus", NOTE)
    assert (folder / "Keller.md").stat().st_mtime == 1_700_000_000


def test_it_goes_on_after_a_restart_with_what_is_missing(reception: Reception, clock: FixedClock) -> None:
    first = announced(reception, described("a.md"), described("b.md"))
    send(reception, first[0], NOTE)
    send(reception, first[1], NOTE[:7])
    again = Reception(reception.folder, clock)
    second = announced(again, described("b.md"), described("a.md"), described("c.md"))
    assert [(each.delivery, each.received) for each in second[:2]] == [
        (first[0].delivery, 7),
        (first[0].delivery, len(NOTE)),
    ]
    assert second[2].delivery != first[0].delivery
    assert send(again, second[0], NOTE[3:], 3).received == len(NOTE)  # what is here already counts once
    assert again.state(first[0].delivery).standing == "waiting"


def test_another_state_of_a_file_is_another_file(reception: Reception) -> None:
    (place,) = announced(reception, described("a.md"))
    (other,) = announced(reception, described("a.md", mark="b"))
    assert place.delivery != other.delivery


def test_what_does_not_follow_is_refused(reception: Reception) -> None:
    (place,) = announced(reception, described("a.md"))
    for wrong in (replace(place, number=1), replace(place, number=-1), replace(place, delivery="0" * 16)):
        with pytest.raises(NoSuchDelivery):
            send(reception, wrong, NOTE)
    for name in ("..", "../../home", ""):
        with pytest.raises(NoSuchDelivery):
            reception.state(name)
    with pytest.raises(NoSuchDelivery):
        send(reception, place, NOTE, 5)
    assert send(reception, place, NOTE + b"more").received == len(NOTE)


def test_only_the_beginning_is_wanted_of_what_nobody_can_read(reception: Reception, clock: FixedClock) -> None:
    film, archive = announced(reception, described("film.mov", 10_000_000), described("all.zip", 10_000_000))
    head = bytes(70_000)
    assert send(reception, film, head).wanted == 65_536
    assert send(reception, archive, head).wanted == 10_000_000
    again = announced(Reception(reception.folder, clock), described("film.mov", 10_000_000))
    assert (again[0].received, again[0].wanted) == (65_536, 65_536)


def test_an_export_of_ours_is_wanted_whole(reception: Reception) -> None:
    names = ("out/manifest.json", "out/records-00001.jsonl", "out/blobs/000000574")
    *_, blob = announced(reception, *(described(name, 100_000) for name in names))
    assert send(reception, blob, bytes(70_000)).wanted == 100_000


def test_hidden_files_are_passed_over_but_mark_a_vault(reception: Reception) -> None:
    names = ("Vault/.obsidian/app.json", "Vault/.git/HEAD", "Vault/a.md")
    hidden, git, note = reception.announce([described(name) for name in names])
    assert hidden is None
    assert git is None
    assert note
    (vault,) = reception.paths(note.delivery)
    assert [each.name for each in vault.iterdir()] == [".obsidian"]
    assert reception.announce([described("x/.y/z"), described("..")]) == [None, None]


def test_only_the_owner_can_look(reception: Reception) -> None:
    (place,) = announced(reception, described("Haus/Keller.md"))
    send(reception, place, NOTE)
    modes = {stat.S_IMODE(each.stat().st_mode) for each in reception.folder.rglob("*") if each.is_file()}
    assert modes == {0o600}
    folders = [reception.folder, *(each for each in reception.folder.rglob("*") if each.is_dir())]
    assert {stat.S_IMODE(each.stat().st_mode) for each in folders} == {0o700}


def test_no_link_is_followed(reception: Reception, tmp_path: Path) -> None:
    (place,) = announced(reception, described("a.md"))
    target = tmp_path / "target"
    target.write_bytes(b"untouched")
    (reception.folder / place.delivery / "files" / "a.md").symlink_to(target)
    with pytest.raises(StorageFailed):
        send(reception, place, NOTE)
    assert target.read_bytes() == b"untouched"


def test_a_full_disk_is_told_before_it_is_full(reception: Reception, monkeypatch: pytest.MonkeyPatch) -> None:
    (place,) = announced(reception, described("a.md"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, 300_000_000))
    with pytest.raises(NoRoom) as told:
        reception.announce([described("large.mbox", 60_000_000)])
    assert (told.value.needed, told.value.free) == (121, 100)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, 200_000_010))
    with pytest.raises(NoRoom):
        send(reception, place, NOTE)
    assert len(reception.deliveries()) == 1


def test_there_is_a_limit_of_files(reception: Reception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "MOST_FILES", 2)
    with pytest.raises(TooManyFiles):
        reception.announce([described(f"{n}.md") for n in range(3)])


def test_what_cannot_be_read_where_it_is_is_left_out(reception: Reception, clock: FixedClock) -> None:
    good, bad = announced(reception, described("a.md"), described("b.md"))
    send(reception, bad, NOTE[:5])
    reception.leave_out(bad.delivery, bad.number)
    reception.leave_out(bad.delivery, 99)
    assert announced(Reception(reception.folder, clock), described("b.md"))[0].wanted == 0
    send(reception, good, NOTE)
    state = reception.state(good.delivery)
    assert (state.standing, state.lost) == ("waiting", ("b.md",))
    assert [path.name for path in reception.paths(good.delivery)] == ["a.md"]


def test_one_can_do_with_what_is_here(reception: Reception) -> None:
    whole, part = announced(reception, described("a.md"), described("b.md"))
    send(reception, whole, NOTE)
    send(reception, part, NOTE[:5])
    reception.take_what_is_here(whole.delivery)
    assert reception.state(whole.delivery).lost == ("b.md",)
    assert [path.name for path in reception.paths(whole.delivery)] == ["a.md"]


def test_nothing_lies_about_for_more_than_a_day(reception: Reception, clock: FixedClock) -> None:
    (unfinished,) = announced(reception, described("a.md"))
    (complete,) = announced(reception, described("b.md"))
    send(reception, complete, NOTE)
    later = Reception(reception.folder, FixedClock(clock.now() + LIFE + timedelta(minutes=1)))
    later.tidy()
    assert [each.id for each in later.deliveries()] == [complete.delivery]
    with pytest.raises(NoSuchDelivery):
        send(reception, unfinished, NOTE)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"version": 99}', b"\xff"])
def test_a_damaged_delivery_harms_no_other(reception: Reception, content: bytes) -> None:
    (first,) = announced(reception, described("a.md"))
    (second,) = announced(reception, described("b.md"))
    (reception.folder / first.delivery / "state.json").write_bytes(content)
    assert [each.id for each in reception.deliveries()] == [second.delivery]
