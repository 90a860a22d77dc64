"""What is forgotten is nowhere: not in a page, not in a file, in no form, whoever was reading and whatever was killed.

The proof is a process of its own that shares nothing with the product's (``children/traces.py``).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from tests.stories.children.traces import needles_of, write_needles

from vertraut.application import Space, open_space
from vertraut.application.demo import remember_household
from vertraut.ledger.vault import plain_pages
from vertraut.memory import Embedder, Limits, Selection
from vertraut.settings import Settings

Run = Callable[..., dict[str, Any]]
LayOut = Callable[[Space, set[int]], int]
ROOT = Path(__file__).parents[2]
FRIEND = "Ottokar Zwirbelquast"
SAYINGS = (
    "Der Fliederkomet landet heute Nacht auf deinem Balkon, sagt {0}.",
    "Vergiss nicht: Losungswort Knispelbrautmaschine, Parkdeck siebzehn.",
    "I left the Gravelstonian umbrella at your uncle's boathouse.",
    "Крабозябликов придёт в четверг.",
    "🦔 Igelschnauzentag! Niemals Donaudampfrosinen ohne Zitronenfaltermilch.",
)
CONTRACT = random.Random(7).randbytes(5000) + b"Clause 9: the moon of Zwirbelquast stays with the tenant. " * 30


def write_friend(folder: Path) -> list[Path]:
    """Write a chat with a friend, and two mails that carry the same file, one of them the friend's."""
    folder.mkdir()
    rows = (
        {
            "id": f"ottokar-{n}", "at": f"2026-02-{n % 27 + 1:02d}T09:{n:02d}:00", "thread": "wa-ottokar", "kind": "message",
            "author": FRIEND if n % 2 else "Judith Aumann", "text": SAYINGS[n % 5].format(f"Nachtigall{n}strumpf"),
            "meta": {"app": "Rohrpostfunk", "subject": "Zwirbelzirkel"},
        }
        for n in range(50)
    )  # fmt: skip
    (folder / "ottokar.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    for name, person in (("friend", FRIEND), ("notary", "Notariat Sedlmair")):
        mail = EmailMessage()
        mail["From"], mail["To"] = f"{person} <{name}@example.org>", "Judith Aumann <judith@aumann.example>"
        mail["Subject"], mail["Date"] = f"Mondvertrag von {name}", "Mon, 02 Feb 2026 10:00:00 +0100"
        mail["Message-ID"] = f"<{name}.unverwechselbar@example.org>"
        mail.set_content(f"Anbei der Vertrag über den Mond, wie besprochen mit {name}.")
        mail.add_attachment(CONTRACT, maintype="application", subtype="octet-stream", filename="mondvertrag.bin")
        if name == "friend":
            mail.add_attachment(
                "Kellerschlüsselverstecksplan ".encode() * 40, maintype="text", subtype="plain", filename="plan.txt"
            )
        (folder / f"{name}.eml").write_bytes(mail.as_bytes())
    return sorted(folder.iterdir())


@pytest.fixture
def family(space: Space, tmp_path: Path) -> Space:
    remember_household(space)
    space.import_paths(write_friend(tmp_path / "friend"))
    space.embed()
    return space


@pytest.fixture
def lay_out(child: Run, settings: Settings, embedder: Embedder, tmp_path: Path) -> LayOut:
    """Return what writes down the traces of entries, without the words that stand in a vault that holds nothing."""
    bare = tmp_path / "bare"
    with open_space("me", settings=replace(settings, home=bare / "home"), embedder=embedder) as space:
        space.forget(Selection(ids=(space.remember_text("x"),)))

    def write(space: Space, numbers: set[int]) -> int:
        needles = needles_of(space, numbers)
        write_needles(bare, needles)
        of_its_own = child("traces", bare)["found"]
        write_needles(tmp_path, {name: needle for name, needle in needles.items() if name not in of_its_own})
        return len(needles) - len(of_its_own)

    return write


def chosen(space: Space, limits: Limits) -> set[int]:
    return set(space.preview_forgetting(Selection(limits=limits)).entries)


def friend(space: Space) -> set[int]:
    """Return the whole chat with the friend, and the friend's mail."""
    return chosen(space, Limits(threads=("wa-ottokar",))) | chosen(space, Limits(authors=(FRIEND,)))


CHOICES: dict[str, Callable[[Space], set[int]]] = {
    "an old friend": friend,
    "a thread of the household": lambda space: chosen(space, Limits(threads=("wa-tamsin",))),
    "an author of the household": lambda space: chosen(space, Limits(authors=("Moira",))),
    "a mail with an attachment": lambda space: {
        number for number, entry in space.entries() if any(file.name == "befund_piet.txt" for file in entry.attachments)
    },
    "everything": lambda space: {number for number, _ in space.entries()},
}


@pytest.mark.parametrize("choice", CHOICES)
def test_what_is_forgotten_is_nowhere(family: Space, child: Run, lay_out: LayOut, tmp_path: Path, choice: str) -> None:
    numbers = CHOICES[choice](family)
    needles = lay_out(family, numbers)
    assert needles > 100
    there = child("traces", tmp_path)
    assert len(there["found"]) > needles // 20  # plain words, vectors and salts are seen before
    assert any("stem" in name for name in there["found"])

    before, head = family.ledger.head(), len(family.ledger.get(range(1, 2000)))
    receipt = family.forget(Selection(ids=tuple(numbers)))
    assert receipt.entries == len(numbers)
    assert (receipt.before, receipt.after.seq) == (before, head + 1)
    assert receipt.log_emptied
    assert receipt.proof.clean

    gone = child("traces", tmp_path)  # while this process still has the vault open
    assert gone["found"] == {}
    assert gone["pages"] > 100_000 or choice == "everything"
    family.close()
    assert child("traces", tmp_path)["found"] == {}


def test_the_chain_holds_and_the_rest_stays(family: Space, embedder: Embedder) -> None:
    numbers = friend(family)
    kept = {number: entry for number, entry in family.entries() if number not in numbers}
    blobs = {number: family.attachment(number, 0) for number in kept}
    family.forget(Selection(ids=tuple(numbers)))
    assert dict(family.entries()) == kept
    assert {number: family.attachment(number, 0) for number in kept} == blobs
    assert CONTRACT in blobs.values()  # the notary's mail has the same file
    assert family.verify().faults == ()
    assert family.recall("Knispelbrautmaschine").word_weights == (0.0,)
    assert "Mondvertrag" in family.recall("Vertrag über den Mond", count=1).hits[0].entry.title


def test_forgotten_stays_forgotten_until_it_is_taken_back(
    family: Space, child: Run, lay_out: LayOut, tmp_path: Path
) -> None:
    numbers = friend(family)
    lay_out(family, numbers)
    family.forget(Selection(ids=tuple(numbers)))
    paths = sorted((tmp_path / "friend").iterdir())
    report = family.import_paths(paths)
    assert (report.new, sum(file.forgotten for file in report.files)) == (0, len(numbers))
    assert child("traces", tmp_path)["found"] == {}
    family.rebuild()
    family.embed()
    assert child("traces", tmp_path)["found"] == {}

    assert family.import_paths(paths, again=True).new == len(numbers)
    assert family.recall("Knispelbrautmaschine").hits[0].entry.text == SAYINGS[1]
    assert family.verify().faults == ()
    again = friend(family)
    assert len(again) == len(numbers)
    assert not again & numbers
    family.forget(Selection(ids=tuple(again)))
    assert child("traces", tmp_path)["found"] == {}


def test_somebody_who_reads_meanwhile_keeps_nothing(
    family: Space, child: Run, lay_out: LayOut, tmp_path: Path, *, settings: Settings, embedder: Embedder
) -> None:
    numbers = friend(family)
    lay_out(family, numbers)
    stop, asked = threading.Event(), threading.Event()

    def read() -> None:
        with open_space("me", settings=settings, embedder=embedder) as other:
            while not stop.is_set():
                found = other.recall("Losungswort Knispelbrautmaschine")
                assert all(hit.entry.source for hit in found.hits)
                asked.set()

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    assert asked.wait(20)
    receipt = family.forget(Selection(ids=tuple(numbers)))
    gone = child("traces", tmp_path)  # while the readers read on
    stop.set()
    for reader in readers:
        reader.join()
    assert receipt.log_emptied
    assert receipt.proof.clean
    assert gone["found"] == {}


@contextmanager
def forgetting(environment: Mapping[str, str], home: Path, numbers: set[int], variant: str) -> Iterator[dict[str, Any]]:
    """Forget in a process of its own, which is killed with SIGKILL as soon as it says that it is done."""
    command = [sys.executable, "-m", "tests.stories.children.forgets", str(home), json.dumps(sorted(numbers)), variant]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        told = json.loads(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
    yield told


def test_a_kill_right_after_forgetting_brings_nothing_back(
    family: Space, environment: Mapping[str, str], child: Run, lay_out: LayOut, tmp_path: Path
) -> None:
    numbers = friend(family)
    lay_out(family, numbers)
    family.close()
    with forgetting(environment, tmp_path / "home", numbers, "whole") as told:
        assert told == {"clean": True, "emptied": True, "kinds": []}
        assert child("traces", tmp_path)["found"] == {}


@pytest.mark.parametrize(("variant", "left"), [("no pragma", "plain"), ("no option", "stem"), ("no checkpoint", "plain")])
def test_each_of_the_things_that_forgetting_rests_on_is_needed(
    family: Space, child: Run, lay_out: LayOut, tmp_path: Path, *, environment: Mapping[str, str], variant: str, left: str
) -> None:
    """Without it the independent proof finds traces, and so does the product's own: both can fail."""
    numbers = friend(family)
    lay_out(family, numbers)
    family.close()
    with forgetting(environment, tmp_path / "home", numbers, variant) as told:
        found = child("traces", tmp_path)["found"]
    assert any(f" {left} " in name for name in found)
    assert not told["clean"]


def test_the_pages_are_those_of_the_vault(family: Space) -> None:
    """The helper that both proofs see the pages through gives out what is in them."""
    pages = b"".join(plain_pages(family._db))
    for _, entry in family.entries():
        assert not entry.author or entry.author.encode() in pages
    assert CONTRACT[:1000] in pages
