"""A person takes everything along: an export becomes the same space elsewhere; a damaged one is refused as a whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from vertraut.application import Space, is_export, open_space
from vertraut.application.demo import remember_household
from vertraut.clock import When
from vertraut.errors import BadExport, NoSuchEntry, SpaceExists, StorageFailed
from vertraut.ledger import Attachment, Entry
from vertraut.memory import Embedder, Limits, Selection
from vertraut.settings import Settings

Spoil = Callable[[Path], object]


@pytest.fixture
def other(settings: Settings, embedder: Embedder, tmp_path: Path) -> Space:
    return open_space("elsewhere", settings=replace(settings, home=tmp_path / "other"), embedder=embedder)


@pytest.fixture
def export(family: Space, tmp_path: Path) -> Path:
    family.forget(Selection(ids=(3, 4, 200)))
    family.forget(Selection(limits=Limits(threads=("wa-moira",))))
    family.export(tmp_path / "export")
    return tmp_path / "export"


def small_export(space: Space, folder: Path) -> Path:
    """Export a note, a mail with a file, and one forgotten note."""
    file = Attachment("a.bin", "application/x", 5, hashlib.sha256(b"bytes").hexdigest(), b"bytes")
    when = When.of_text("2025-03-08", "Europe/Berlin")
    space.remember(
        Entry("jsonl", "1", "note", when, "Quastenzwirbel"),
        Entry("mail", "2", "mail", when, "Sauerkraut", attachments=(file,)),
        Entry("jsonl", "3", "note", when, "gone"),
    )
    space.forget(Selection(ids=(3,)))
    space.export(folder)
    return folder


# the same space


def test_the_same_space_stands_up_elsewhere(family: Space, export: Path, other: Space) -> None:
    assert is_export(export)
    head = other.restore(export)
    assert head == family.ledger.head() == other.ledger.head()
    assert other.ledger.origin == family.ledger.origin
    assert dict(other.entries()) == dict(family.entries())
    assert list(other.ledger.copied()) == list(family.ledger.copied())  # salts, commitments, tombstones, identities
    verified = other.verify()
    assert (verified.faults, verified.head) == ((), head)
    for number, entry in family.entries():
        for place in range(len(entry.attachments)):
            assert other.attachment(number, place) == family.attachment(number, place)
    with pytest.raises(NoSuchEntry, match="was forgotten"):
        other.show(3)
    assert other.embed().done == family.stats().entries
    stats = [replace(each.stats(), vault_bytes=0) for each in (family, other)]
    assert stats[0] == stats[1]


def test_it_goes_on_there_as_if_nothing_had_happened(family: Space, export: Path, other: Space) -> None:
    other.restore(export)
    report = remember_household(other)
    assert report.new == 0
    assert sum(file.forgotten for file in report.files) == 3 + 18
    other.remember_text("Quastenzwirbel")
    assert other.verify().faults == ()
    other.export(export.with_name("second"))
    assert len(family.ledger.get(range(1, 2000))) + 1 == len(other.ledger.get(range(1, 2000)))


def test_an_export_of_the_restored_is_the_same_export(export: Path, other: Space) -> None:
    other.restore(export)
    other.export(export.with_name("second"))
    names = {path.relative_to(export) for path in export.rglob("*") if path.is_file()}
    assert names == {
        path.relative_to(export.with_name("second")) for path in export.with_name("second").rglob("*") if path.is_file()
    }
    for name in names - {Path("manifest.json")}:
        assert (export / name).read_bytes() == (export.with_name("second") / name).read_bytes()


def test_attachments_far_behind_their_entries_are_taken_along(space: Space, other: Space, tmp_path: Path) -> None:
    """An import writes a batch's attachments after all its entries."""
    when = When.of_text("2025-03-08", "Europe/Berlin")
    files = [hashlib.sha256(f"{n}".encode()).digest() * 10 for n in range(1500)]
    space.remember(
        *(
            Entry(
                "mail",
                f"{n}",
                "mail",
                when,
                "",
                attachments=(Attachment("f", "b", 320, hashlib.sha256(file).hexdigest(), file),),
            )
            for n, file in enumerate(files)
        )
    )
    space.export(tmp_path / "export")
    other.restore(tmp_path / "export")
    assert [other.attachment(n + 1, 0) for n in range(1500)] == files
    assert other.verify().faults == ()


def test_an_empty_space_can_be_taken_along(space: Space, other: Space, tmp_path: Path) -> None:
    report = space.export(tmp_path / "export")
    assert (report.records, report.entries, report.attachments, report.files) == (0, 0, 0, 2)
    assert other.restore(tmp_path / "export") == space.ledger.head()
    other.remember_text("Quastenzwirbel")
    assert other.verify().faults == ()


def test_the_report_and_the_progress_say_what_was_written(
    family: Space, tmp_path: Path, other: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vertraut.application.exporting.RECORDS_A_FILE", 300)
    family.remember(*(Entry("t", f"{n}", "note", When.of_text("2025", "UTC"), f"{n}") for n in range(1500)))
    seen: list[int] = []
    folder = tmp_path / "export"
    report = family.export(folder, progress=seen.append)
    assert seen == [1000, 2000]
    assert (report.records, report.entries, report.attachments) == (2212, 2208, 4)
    assert report.files == len([path for path in folder.rglob("*") if path.is_file()]) == 8 + 4 + 1
    assert report.size == sum(
        path.stat().st_size for path in folder.rglob("*") if path.name != "manifest.json" and path.is_file()
    )
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder, *folder.rglob("*")))
    seen.clear()
    other.restore(folder, progress=seen.append)
    assert seen == [1000, 2000, 2212]


def test_an_export_never_writes_over_anything(space: Space, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "mine.txt").write_text("mine")
    with pytest.raises(StorageFailed, match="not empty"):
        space.export(tmp_path / "export")
    assert (tmp_path / "export" / "mine.txt").read_text() == "mine"


def test_a_space_that_holds_something_takes_nothing_over(space: Space, other: Space, tmp_path: Path) -> None:
    folder = small_export(space, tmp_path / "export")
    other.remember_text("mine")
    before = list(other.ledger.copied())
    with pytest.raises(SpaceExists, match="elsewhere"):
        other.restore(folder)
    assert list(other.ledger.copied()) == before


# damaged exports


def rewrite(change: Callable[[list[dict[str, Any]]], Any]) -> Spoil:
    """Change records and give the file its right hash again: only the chain can tell."""

    def spoil(folder: Path) -> None:
        path = folder / "records-00001.jsonl"
        lines = [json.loads(line) for line in path.read_bytes().splitlines()]
        change(lines)
        write(folder, path.name, "".join(json.dumps(line) + "\n" for line in lines).encode())

    return spoil


def write(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    manifest(lambda m: m["files"].update({name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}}))(
        folder
    )


def insert(lines: list[Any], line: Any) -> None:
    lines.insert(0, line)


def manifest(change: Callable[[dict[str, Any]], Any]) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / "manifest.json"
        data = json.loads(path.read_bytes())
        change(data)
        path.write_text(json.dumps(data), encoding="utf-8")

    return spoil


def flip(name: str, at: int = 50) -> Spoil:
    def spoil(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[at % len(content)] ^= 1
        (folder / name).write_bytes(content)

    return spoil


def cut(name: str, least: int = 20) -> Spoil:
    def spoil(folder: Path) -> None:
        content = (folder / name).read_bytes()[:-least]
        write(folder, name, content)

    return spoil


def lead_out(folder: Path) -> None:
    (folder.parent / "secret.txt").write_text("secret")
    digest = hashlib.sha256(b"secret").hexdigest()
    manifest(lambda m: m["files"].update({"../secret.txt": {"sha256": digest, "bytes": 6}}))(folder)


def link_out(folder: Path) -> None:
    (folder.parent / "secret.txt").write_bytes((folder / "records-00001.jsonl").read_bytes())
    (folder / "records-00001.jsonl").unlink()
    (folder / "records-00001.jsonl").symlink_to(folder.parent / "secret.txt")


def link_in_a_circle(folder: Path) -> None:
    (folder / "records-00001.jsonl").unlink()
    (folder / "records-00001.jsonl").symlink_to(folder / "records-00001.jsonl")


def make_pipe(folder: Path) -> None:
    (folder / "records-00001.jsonl").unlink()
    os.mkfifo(folder / "records-00001.jsonl")


def other_chain(lines: list[dict[str, Any]]) -> None:
    """Leave the last record out: what is left is a whole chain, only shorter than the manifest says."""
    lines.pop()


def foreign_blob(folder: Path) -> None:
    (folder / "blobs" / "000000004").unlink()
    manifest(lambda m: m["files"].pop("blobs/000000004"))(folder)


MANIFEST, RECORDS, BLOB = "manifest.json", "records-00001.jsonl", "blobs/000000004"
SPOILED: dict[str, tuple[Spoil, str]] = {
    "a changed byte in the records": (flip(RECORDS), RECORDS),
    "a changed byte in an attachment": (flip(BLOB), BLOB),
    "a changed hash": (manifest(lambda m: m["files"][RECORDS].update(sha256="0" * 64)), RECORDS),
    "missing records": (lambda folder: (folder / RECORDS).unlink(), RECORDS),
    "a missing attachment": (lambda folder: (folder / BLOB).unlink(), BLOB),
    "an attachment that the manifest does not name": (foreign_blob, BLOB),
    "a path that leads out": (lead_out, "../secret.txt lies outside"),
    "an absolute path": (
        manifest(lambda m: m["files"].update({"/etc/hostname": m["files"][RECORDS]})),
        "/etc/hostname lies out",
    ),
    "a link that leads out": (link_out, f"{RECORDS} lies outside"),
    "a link to itself": (link_in_a_circle, RECORDS),
    "a pipe": (make_pipe, RECORDS),
    "a name that no file has": (manifest(lambda m: m["files"].update({"records-\0": m["files"][RECORDS]})), "records-"),
    "a folder for a file": (manifest(lambda m: m["files"].update({"blobs": m["files"][RECORDS]})), "blobs is missing"),
    "a line cut off": (cut(RECORDS), f"{RECORDS}, line 6"),
    "a later version": (manifest(lambda m: m.update(version=2)), "later version"),
    "another format": (manifest(lambda m: m.update(format="diary")), "no export of Vertraut"),
    "a version that is none": (manifest(lambda m: m.update(version="one")), MANIFEST),
    "no manifest": (lambda folder: (folder / MANIFEST).unlink(), MANIFEST),
    "a manifest that is no JSON": (lambda folder: (folder / MANIFEST).write_text("{"), MANIFEST),
    "a manifest that is a list": (lambda folder: (folder / MANIFEST).write_text("[1]"), MANIFEST),
    "a manifest of brackets": (lambda folder: (folder / MANIFEST).write_text("[" * 200_000), MANIFEST),
    "no files": (manifest(lambda m: m.pop("files")), MANIFEST),
    "files that are none": (manifest(lambda m: m.update(files=[RECORDS])), MANIFEST),
    "a file without a hash": (manifest(lambda m: m["files"].update({RECORDS: {}})), MANIFEST),
    "an identity key that is none": (manifest(lambda m: m.update(identity_key="zz")), MANIFEST),
    "no head": (manifest(lambda m: m.pop("head")), MANIFEST),
    "a head without a link": (manifest(lambda m: m["head"].pop("link")), MANIFEST),
    "a head elsewhere": (manifest(lambda m: m["head"].update(seq=4)), "do not end where the manifest says"),
    "no records at all": (manifest(lambda m: m.update(files={})), "do not end where the manifest says"),
    "another space": (manifest(lambda m: m.update(space="another")), f"{RECORDS}, line 1"),
    "records cut short": (rewrite(other_chain), "do not end where the manifest says"),
    "a changed word": (rewrite(lambda ls: ls[0]["content"].update(text="Sauerkirsche")), f"{RECORDS}, line 1"),
    "a changed time": (rewrite(lambda ls: ls[1].update(recorded=5)), f"{RECORDS}, line 2"),
    "a record left out": (rewrite(lambda ls: ls.pop(1)), f"{RECORDS}, line 2"),
    "two records swapped": (rewrite(lambda ls: ls.reverse()), f"{RECORDS}, line 1"),
    "a record twice": (rewrite(lambda ls: ls.insert(1, ls[0])), f"{RECORDS}, line 2"),
    "content removed": (rewrite(lambda ls: [ls[0].pop("content"), ls[0].pop("salt")]), "never forgotten"),
    "content without salt": (rewrite(lambda ls: ls[0].pop("salt")), f"{RECORDS}, line 1"),
    "salt without content": (rewrite(lambda ls: ls[0].pop("content")), f"{RECORDS}, line 1"),
    "a kind that is none": (rewrite(lambda ls: ls[0].update(kind="spell")), f"{RECORDS}, line 1"),
    "a number that is none": (rewrite(lambda ls: ls[0].update(seq="first")), f"{RECORDS}, line 1"),
    "a number beyond all": (rewrite(lambda ls: ls[0].update(seq=10**30)), f"{RECORDS}, line 1"),
    "a time beyond all": (rewrite(lambda ls: ls[0].update(recorded=10**30)), f"{RECORDS}, line 1"),
    "a hash that is none": (rewrite(lambda ls: ls[0].update(link="xyz")), f"{RECORDS}, line 1"),
    "an identity that is none": (rewrite(lambda ls: ls[0].update(identity=5)), f"{RECORDS}, line 1"),
    "a line that is a list": (rewrite(lambda ls: insert(ls, [1, 2])), f"{RECORDS}, line 1"),
    "a line that is a number": (rewrite(lambda ls: insert(ls, 5)), f"{RECORDS}, line 1"),
    "a line of brackets": (lambda folder: write(folder, RECORDS, b"[" * 200_000), f"{RECORDS}, line 1"),
    "a line that is not UTF-8": (lambda folder: write(folder, RECORDS, b'{"seq": "\xff"}\n'), f"{RECORDS}, line 1"),
    "empty records": (lambda folder: write(folder, RECORDS, b""), "do not end where the manifest says"),
}


@pytest.mark.parametrize("damage", SPOILED)
def test_a_damaged_export_is_refused_as_a_whole(space: Space, other: Space, tmp_path: Path, damage: str) -> None:
    folder = small_export(space, tmp_path / "export")
    spoil, named = SPOILED[damage]
    spoil(folder)
    origin = other.ledger.origin
    with pytest.raises(BadExport) as caught:
        other.restore(folder)
    assert named in caught.value.sentence
    assert str(folder) in caught.value.sentence
    assert "Quastenzwirbel" not in caught.value.sentence
    assert (other.stats().records, other.ledger.origin) == (0, origin)
    other.remember_text("It goes on as if nothing had been tried.")
    assert other.verify().faults == ()
    with open_space("elsewhere", settings=other.settings, embedder=other.embedder) as again:
        assert again.verify().entries == 1


ENTRIES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a text that is a number": lambda c: c.update(text=5),
    "an author that is a list": lambda c: c.update(author=["a"]),
    "a kind that is none": lambda c: c.update(kind="spell"),
    "no time": lambda c: c.pop("when"),
    "a time that is none": lambda c: c.update(when={"at": "yesterday", "zone": "UTC"}),
    "a zone that is none": lambda c: c.update(when={"at": "2025-01-01T00:00:00Z", "zone": "../../etc/passwd"}),
    "a precision that is none": lambda c: c.update(when={"at": "2025-01-01T00:00:00Z", "zone": "UTC", "precision": "eon"}),
    "people that are none": lambda c: c.update(people=[{"role": "to", "secret": 1}]),
    "a person without a text": lambda c: c.update(people=[{"role": "to", "name": 5}]),
    "attachments that are none": lambda c: c.update(attachments=[{"name": "a", "size": "big"}]),
    "meta that is none": lambda c: c.update(meta="text"),
    "no source": lambda c: c.pop("source"),
}


@pytest.mark.parametrize("forgery", ENTRIES)
def test_an_export_forged_with_a_whole_chain_is_refused_too(
    space: Space, other: Space, tmp_path: Path, forgery: str
) -> None:
    """Whoever writes an export can write right hashes as well: what is in it must be entries all the same."""
    from vertraut.ledger.chain import commitment_of, first_link, next_link  # noqa: PLC0415  to forge with
    from vertraut.ledger.records import canonical_json  # noqa: PLC0415  to forge with

    folder = small_export(space, tmp_path / "export")
    link = first_link(space.ledger.origin.space_id)

    def forge(lines: list[dict[str, Any]]) -> None:
        nonlocal link
        ENTRIES[forgery](lines[0]["content"])
        for line in lines:
            if "content" in line:
                line["commitment"] = commitment_of(bytes.fromhex(line["salt"]), canonical_json(line["content"])).hex()
            link = next_link(link, line["seq"], line["kind"], line["recorded"], bytes.fromhex(line["commitment"]))
            line["link"] = link.hex()

    rewrite(forge)(folder)
    manifest(lambda m: m["head"].update(link=link.hex()))(folder)
    with pytest.raises(BadExport, match=f"{RECORDS}, line 1 is no record"):
        other.restore(folder)
    assert other.stats().records == 0


def test_a_forged_forgetting_covers_nothing_and_holds_nothing_up(space: Space, other: Space, tmp_path: Path) -> None:
    from vertraut.ledger.chain import commitment_of, next_link  # noqa: PLC0415  to forge with
    from vertraut.ledger.records import canonical_json  # noqa: PLC0415  to forge with

    for n, ranges in enumerate([[[1, 10**15]], [[5]], "all", 7, [["a", "b"]], [[1e999, 2]]]):
        folder = tmp_path / f"export{n}"
        shutil.rmtree(folder, ignore_errors=True)
        with open_space(f"forged{n}", settings=space.settings, embedder=space.embedder) as forged:
            small_export(forged, folder)

        def forge(lines: list[dict[str, Any]], ranges: object = ranges, folder: Path = folder) -> None:
            del lines[-1]  # its receipt
            last = lines[-1]
            last["content"] = {"records": ranges}
            last["commitment"] = commitment_of(bytes.fromhex(last["salt"]), canonical_json(last["content"])).hex()
            link = next_link(
                bytes.fromhex(lines[-2]["link"]),
                last["seq"],
                last["kind"],
                last["recorded"],
                bytes.fromhex(last["commitment"]),
            )
            last["link"] = link.hex()
            manifest(lambda m: m["head"].update(seq=last["seq"], link=link.hex()))(folder)

        rewrite(forge)(folder)
        if n == 0:  # it names everything: then everything that is missing was forgotten
            with open_space("zero", settings=space.settings, embedder=space.embedder) as zero:
                assert zero.restore(folder).seq == 5
        else:
            with pytest.raises(BadExport, match="never forgotten"):
                other.restore(folder)
            assert other.stats().records == 0
