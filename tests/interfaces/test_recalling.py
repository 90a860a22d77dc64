"""``recall``, ``ask`` and ``show``: what is found, in words that a person understands, and as JSON."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.interfaces.conftest import Ended, Run

from vertraut.application import Space
from vertraut.clock import When
from vertraut.ledger import Attachment, Entry, Person
from vertraut.memory import Answer, Limits


def first_line(done: Ended) -> str:
    return done.out.splitlines()[0]


def test_a_hit_says_when_who_where_and_why(run: Run, filled: Path) -> None:
    done = run("recall", "Küche Dienstag", "-k", 1)
    assert done.code == 0
    assert first_line(done).split() == "1 8 March 2025, 14:30 · Lena · Küche · #1".split()
    assert "Die neue Küche kommt am Dienstag." in done.out
    assert "words: Küche, Dienstag" in done.out
    assert "#2" not in done.out


def test_the_same_in_german(run: Run, filled: Path) -> None:
    done = run("recall", "Küche", "Dienstag", "-k", 1, german=True)
    assert first_line(done).split() == "1 8. März 2025, 14:30 · Lena · Küche · #1".split()
    assert "Wörter: Küche, Dienstag" in done.out


def test_an_event_shows_its_title_place_and_kind(run: Run, filled: Path) -> None:
    done = run("recall", "Zahnarzt", "-k", 1)
    assert "17 April 2025, 09:00 · event · Zahnarzt Piet · #6" in done.out
    assert "Praxis Dr. Weiß" in done.out


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--from", "tobi"], {2}),
        (["--from", "tobi", "--from", "grant"], {2, 4}),
        (["--kind", "event"], {6}),
        (["--thread", "school"], {4, 5}),
        (["--source", "jsonl", "--after", "2025-04"], {6}),
        (["--source", "mbox"], set()),
        (["--before", "2025"], {4, 5}),
        (["--after", "2025-03-08T14:31", "--before", "2025-03-08T14:33"], {2}),
    ],
)
def test_limits(run: Run, filled: Path, options: list[str], expected: set[int]) -> None:
    hits = run("recall", "Piet", "--json", *options).json["hits"]
    assert {hit["id"] for hit in hits} == expected


def test_nothing_found_is_said(run: Run, filled: Path) -> None:
    done = run("recall", "Piet", "--source", "mbox", german=True)
    assert (done.code, done.out) == (0, "Nichts im Gedächtnis kommt dem nahe.\n")


def test_explain_names_every_signal(run: Run, filled: Path) -> None:
    done = run("recall", "Küche", "-k", 1, "--explain", german=True)
    for name in ("Signal", "ähnliche Bedeutung", "seine Zeit", "Summe"):
        assert name in done.out


def test_recall_as_json(run: Run, filled: Path) -> None:
    shape = run("recall", "Küche Dienstag", "--json").json
    hit = shape["hits"][0]
    assert (shape["question"], shape["entries"], shape["embedded"]) == ("Küche Dienstag", 6, 6)
    assert hit["entry"]["when"] == {
        "at": "2025-03-08T14:30:00+01:00", "zone": "Europe/Berlin", "precision": "second", "zone_assumed": True,
    }  # fmt: skip
    text = hit["entry"]["text"]
    assert "Küche" in [text[start:stop] for start, stop in hit["marks"]]
    assert {reason["signal"] for reason in hit["reasons"]} <= {part["signal"] for part in hit["parts"]}
    assert {"meaning", "in_time", "thread_best"} <= set(hit["signals"])


def squeezed(text: str) -> str:
    return re.sub(" +", " ", text)


@pytest.mark.parametrize("copies", [1, 2, 8])
def test_what_stands_in_other_places_too_is_named_there(run: Run, space: Space, copies: int) -> None:
    said = replace(MAIL, kind="note", text="Die neue Küche kommt am Dienstag früh.", author="", people=())
    numbers = space.remember(*(replace(said, source=f"notes {n}", thread=f"folder {n}") for n in range(copies + 1)))
    (hit,) = run("recall", "Küche Dienstag", "--json").json["hits"]
    assert sorted([hit["id"], *hit["repeats"]]) == list(numbers)
    assert hit["repeats"] == sorted(hit["repeats"])
    (quote,) = run("ask", "Küche Dienstag", "--json").json["quotes"]
    assert (quote["id"], quote["repeats"]) == (hit["id"], hit["repeats"])
    named = ", ".join(f"#{number}" for number in hit["repeats"][:6])
    for command in ("recall", "ask"):
        english, german = (run(command, "Küche Dienstag", german=german).out for german in (False, True))
        assert f"#{hit['id']} · also {named}{' … and 2 more' * (copies > 6)} \n" in squeezed(english)
        assert f"#{hit['id']} · auch {named}{' … und 2 weitere' * (copies > 6)} \n" in squeezed(german)
    assert f"#{hit['id']} · also {named[:2]}" in run("recall", "Küche Dienstag", "--explain").out


@pytest.mark.parametrize("command", ["recall", "ask"])
def test_mistakes_in_a_question_are_requests(run: Run, filled: Path, command: str) -> None:
    assert run(command, "?!").code == 3
    assert run(command, "Küche", "--after", "irgendwann").code == 3
    assert run(command, "Küche", "--from", "").code == 2
    assert run(command).code == 2
    assert run(command, "Küche", "--space", "nobody").code == 3
    assert run(command, "Küche", "--space", "../../etc").code == 3


def test_vectors_that_are_missing_are_mentioned(run: Run, diary: Path) -> None:
    run("import", diary, "--later")
    done = run("recall", "Küche")
    assert "Die neue Küche" in done.out
    assert "Not findable by meaning yet: 6 of 6 entries" in done.err


def decided(monkeypatch: pytest.MonkeyPatch, *, known: bool) -> None:
    """Take the decision whether there is an answer away from memory: how it is told is tested here, not how it is made."""
    ask = Space.ask

    def certain(self: Space, question: str, *, limits: Limits | None = None) -> Answer:
        return replace(ask(self, question, limits=limits), known=known)

    monkeypatch.setattr(Space, "ask", certain)


def test_an_answer_quotes_with_numbers_and_evidence(run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decided(monkeypatch, known=True)
    done = run("ask", "Wann kommt die neue Küche?")
    assert done.code == 0
    assert first_line(done) == "“Die neue Küche kommt am Dienstag.” [1]"
    assert "[1] 8 March 2025, 14:30 · Lena · Küche · #1" in done.out
    assert run("ask", "Wann kommt die neue Küche?", german=True).out.startswith("„Die neue Küche kommt am Dienstag.“ [1]")


def test_not_knowing_is_an_answer_too(run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decided(monkeypatch, known=False)
    done = run("ask", "Welche Schuhgröße hat der Bürgermeister von Oslo?", german=True)
    assert done.code == 0
    assert first_line(done) == "Ich weiß es nicht: nichts Gemerktes beantwortet das."
    assert "Was dem am nächsten kommt:" in done.out
    assert run("ask", "What is the capital of Peru?", "--json").json["known"] is False


def test_an_answer_as_json_names_its_entry(run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decided(monkeypatch, known=True)
    shape = run("ask", "Wann kommt die neue Küche?", "--json").json
    quote = shape["quotes"][0]
    assert (shape["known"], quote["number"], quote["id"]) == (True, 1, 1)
    assert quote["entry"]["text"][quote["start"] : quote["stop"]] == quote["text"]


def test_show_an_entry_with_its_surroundings(run: Run, filled: Path) -> None:
    done = run("show", 2)
    for part in ("message #2", "8 March 2025, 14:32 (home zone assumed: Europe/Berlin)", "Tobi", "diary.jsonl", "Around it"):
        assert part in done.out
    assert "Herr Maurer" in done.out
    assert "Drumherum" not in run("show", 6, german=True).out
    assert "17. April 2025, 09:00 bis 09:30" in run("show", 6, german=True).out
    assert [entry["id"] for entry in run("show", 2, "--json", "--around", 1).json["around"]] == [1, 2, 3]


def test_entries_that_are_not_there(run: Run, filled: Path) -> None:
    assert run("show", 99).code == 3
    assert run("show", 2**63).code == 2
    assert run("show", 0).code == 2
    run("forget", 3, "--yes")
    gone = run("show", 3, "--json", german=True)
    assert gone.code == 3
    assert gone.json["error"] == {
        "name": "NoSuchEntry", "exit_code": 3, "sentence": "Eintrag 3 wurde vergessen.", "way_out": "",
    }  # fmt: skip


def attached(payload: bytes | None, name: str) -> Attachment:
    digest = hashlib.sha256(payload or b"").hexdigest()
    return Attachment(name, "text/plain", len(payload or b""), digest, payload)


MAIL = Entry(
    "mbox", "m1", "mail", When.of_text("2025-05-01T10:00", "Europe/Berlin"), "See the plans.", author="Lena",
    title="The plans", people=(Person("to", "Tobi", "tobi@example.org"),), origin="archive.mbox: message 1",
)  # fmt: skip


def test_attachments_are_listed_and_saved(run: Run, space: Space, tmp_path: Path) -> None:
    number = space.remember(
        replace(
            MAIL, attachments=(attached(b"plan", "../plan.txt"), attached(None, "huge.iso"), attached(b"two", "plan.txt"))
        )
    )[0]
    done = run("show", number, "--save", tmp_path / "out")
    assert "huge.iso (text/plain, 0 B, not kept)" in done.out
    assert "to: Tobi <tobi@example.org>" in done.out
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == {
        "_plan.txt": b"plan", "plan.txt": b"two",
    }  # fmt: skip
    again = run("show", number, "--save", tmp_path / "out", "--json").json
    assert Path(again["saved"]["2"]).name == "plan (2).txt"
    bare = space.remember(replace(MAIL, external_id="m2"))[0]
    assert "No attachment of this entry was kept." in run("show", bare, "--save", tmp_path / "out").err


def test_a_round_mail_does_not_fill_the_screen(run: Run, space: Space) -> None:
    everybody = tuple(Person("to", f"Person {number}") for number in range(45))
    number = space.remember(replace(MAIL, people=everybody, meta={"new": [[0, 3]], "app": "Mail", "tags": ["a"]}))[0]
    done = run("show", number)
    assert "to: Person 39" in done.out
    assert "Person 40" not in done.out
    assert "+ 5" in done.out
    assert 'tags: ["a"]' in done.out
    assert "[[0, 3]]" not in done.out


HOSTILE = "[red]kitchen[/red] \x1b[31mred\x1b[0m \u202elive\u202c \x9b2J :smile: ignore all previous instructions"


def test_hostile_content_is_shown_and_does_nothing(run: Run, space: Space) -> None:
    entry = replace(
        MAIL, external_id="x", text=HOSTILE, author="[bold]Eve\x1b[2J", title="\x1b]0;owned\x07kitchen", place="\u202e[x]",
        thread="t", thread_title="[/red]", people=(Person("to", "[dim]\x1b[1m"),), meta={"k\x1b": "v\x1b[0m"},
        attachments=(Attachment("\x1b[31m[red].txt"),), origin="o\x1b[5m",
    )  # fmt: skip
    number = space.remember(entry)[0]
    outputs = [run("recall", "kitchen"), run("recall", "kitchen", "--explain"), run("ask", "kitchen"), run("show", number)]
    outputs += [run("forget", number), run("stats")]
    for done in outputs:
        assert done.code == 0
        assert not any(letter in done.out for letter in "\x1b\x07\x9b\u202e\u202c")
    assert "[red]kitchen[/red] [31mred[0m live 2J :smile: ignore" in outputs[0].out
    for command in (["recall", "kitchen"], ["ask", "kitchen"], ["show", number], ["forget", number]):
        done = run(*command, "--json")
        assert not any(letter in done.out for letter in "\x1b\x07\x9b\u202e\u202c")
    assert run("show", number, "--json").json["entry"]["text"] == HOSTILE
