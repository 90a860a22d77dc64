from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from vertraut.application import Space, open_space
from vertraut.clock import When
from vertraut.errors import DiskFull, IndexOutdated, NoSuchEntry, NothingSelected
from vertraut.ledger import Attachment, Draft, Entry, Head
from vertraut.ledger.vault import plain_pages
from vertraut.memory import Embedder, Limits, Selection
from vertraut.settings import Settings

MENU = b"Menu of the evening: dumplings with Quastenzwirbel sauce and plum tart. " * 20


def entry(number: int, text: str, **changes: Any) -> Entry:
    when = When.of_datetime(
        datetime(2025, 3, 1, 12, tzinfo=UTC) + timedelta(minutes=number), "Europe/Berlin", "Europe/Berlin"
    )
    made = Entry("jsonl", f"id-{number}", "message", when, text, author="Lena", thread="kitchen")
    return replace(made, **changes)


def with_file(number: int, text: str, payload: bytes = MENU, **changes: Any) -> Entry:
    file = Attachment("menu.txt", "text/plain", len(payload), hashlib.sha256(payload).hexdigest(), payload)
    return entry(number, text, kind="mail", attachments=(file,), **changes)


def pages(space: Space) -> bytes:
    return b"".join(plain_pages(space._db))


# choosing


def test_a_preview_removes_nothing(space: Space) -> None:
    numbers = space.remember(entry(1, "eins"), with_file(2, "zwei"), entry(3, "drei"))
    before = space.ledger.head()
    seen = space.preview_forgetting(Selection(ids=numbers[:2]))
    assert list(seen.entries) == list(numbers[:2])
    assert seen.entries[numbers[0]].text == "eins"
    assert seen.attachments == 1
    assert space.ledger.head() == before
    assert space.recall("eins").hits


@pytest.mark.parametrize("selection", [Selection(), Selection(limits=Limits(authors=("Nobody",)))])
def test_nothing_selected_is_an_error(space: Space, selection: Selection) -> None:
    space.remember(entry(1, "eins"))
    for act in (space.preview_forgetting, space.forget):
        with pytest.raises(NothingSelected):
            act(selection)
    assert space.stats().records == 1


def test_a_number_that_holds_no_entry_is_an_error_and_the_others_stay(space: Space) -> None:
    space.remember(with_file(1, "eins"), entry(2, "zwei"))  # records 1, 2, and the file as 3
    space.forget(Selection(ids=(2,)))
    for number, forgotten in ((99, False), (3, False), (2, True), (4, False), (0, False), (-1, False)):
        with pytest.raises(NoSuchEntry) as caught:
            space.forget(Selection(ids=(1, number)))
        assert (caught.value.number, caught.value.forgotten) == (number, forgotten)
    assert space.show(1).entry.text == "eins"


def test_an_empty_name_never_selects_everything(space: Space) -> None:
    space.remember(entry(1, "eins"), entry(2, "zwei", thread="bath", thread_title="Bad"))
    for limits in (Limits(authors=("",)), Limits(threads=("",)), Limits(kinds=("",)), Limits(sources=("",))):
        with pytest.raises(NothingSelected):
            space.forget(Selection(limits=limits))


def test_numbers_and_limits_must_both_hold(space: Space) -> None:
    one, two, three = space.remember(entry(1, "eins"), entry(2, "zwei", author="Tobi"), entry(3, "drei", author="Tobi"))
    seen = space.preview_forgetting(Selection((one, two), Limits(authors=("Tobi",))))
    assert list(seen.entries) == [two]
    assert list(space.preview_forgetting(Selection(limits=Limits(authors=("Tobi",)))).entries) == [two, three]


def test_a_day_is_forgotten_without_the_days_beside_it(space: Space) -> None:
    days = ("2025-03-07", "2025-03-08", "2025-03-09")
    whens = [When.of_text(day, "Europe/Berlin") for day in days]
    numbers = space.remember(*(entry(n, day, when=when) for n, (day, when) in enumerate(zip(days, whens, strict=True))))
    space.forget(Selection(limits=Limits(after=whens[1].instant, before=whens[2].instant)))
    assert [number for number, _ in space.entries()] == [numbers[0], numbers[2]]


# the receipt


def test_the_receipt_says_what_went_and_where_the_chain_stands(space: Space) -> None:
    numbers = space.remember(with_file(1, "Der Quastenzwirbel war köstlich."), entry(2, "Bis morgen!"))
    space.embed()
    before = space.ledger.head()
    receipt = space.forget(Selection(ids=numbers[:1]))
    assert (receipt.entries, receipt.attachments, receipt.passages) == (1, 1, 1)
    forgetting, kept = space.ledger.read(before.seq)
    assert (receipt.before, receipt.after) == (before, Head(forgetting.seq, forgetting.link))
    assert (forgetting.seq, kept.seq, kept.kind) == (before.seq + 1, before.seq + 2, "receipt")
    assert receipt.log_emptied
    assert receipt.proof.clean
    assert receipt.proof.patterns > 20
    assert receipt.proof.vault_bytes >= space.path.stat().st_size
    assert receipt.proof.files >= 3  # the keys of the home
    assert space.verify().faults == ()


def test_a_receipt_is_kept_in_the_chain_without_the_names_of_files(
    space: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    (tmp_path / "temporary" / "Quastenzwirbel.txt").write_text("Der Quastenzwirbel war köstlich.", encoding="utf-8")
    (number,) = space.remember(entry(1, "Der Quastenzwirbel war köstlich."))
    given = space.forget(Selection(ids=(number,)))
    other = space.forget(Selection(ids=(space.remember_text("Etwas anderes."),)))
    kept = [space.forgetting(receipt.after.seq) for receipt in (given, other)]
    proof = replace(given.proof, elsewhere=(), unnamed=1)
    assert len(given.proof.elsewhere) == 1
    assert [each and each.receipt for each in kept] == [replace(given, proof=proof), other]
    assert b"Quastenzwirbel" not in b"".join(each.content or b"" for each in space.ledger.read())
    assert space.forgetting(number) is None
    assert space.forgetting(10**12) is None
    assert space.verify().faults == ()


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"7", b"\xff", b'{"after": {"seq": "x", "link": "y"}}'])
def test_a_receipt_that_is_damaged_or_of_another_forgetting_counts_as_none(space: Space, content: bytes) -> None:
    numbers = space.remember(entry(1, "Eins"), entry(2, "Zwei"))
    receipts = [space.forget(Selection(ids=(number,))) for number in numbers]
    last = space.ledger.head().seq
    first = space.ledger.get([receipts[0].after.seq + 1])[receipts[0].after.seq + 1]
    space._db.execute("UPDATE records SET content = ? WHERE seq = ?", (content, last))
    space.ledger.append([Draft("receipt", content), Draft("receipt", first.content or b"")], space.clock.now())
    found = space.forgetting(receipts[1].after.seq)
    assert found
    assert (found.receipt, found.entries) == (None, 1)


def test_a_full_disk_takes_no_receipt_from_who_asked(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    (number,) = space.remember(entry(1, "Eins"))

    def full(drafts: list[Draft], *_: object, original: Any = space.ledger.append) -> Any:
        if drafts[0].kind == "receipt":
            raise DiskFull(space.path)
        return original(drafts, *_)

    monkeypatch.setattr(space.ledger, "append", full)
    assert space.forget(Selection(ids=(number,))).proof.clean
    assert [each.receipt for each in space.forgettings(9)] == [None]


def test_what_is_forgotten_is_found_and_shown_no_more(space: Space) -> None:
    numbers = space.remember(with_file(1, "Der Quastenzwirbel war köstlich."), entry(2, "Bis morgen!"))
    space.embed()
    space.forget(Selection(ids=numbers[:1]))
    assert all(hit.id != numbers[0] for hit in space.recall("Quastenzwirbel").hits)
    assert space.attachment(numbers[0], 0) is None
    with pytest.raises(NoSuchEntry, match="was forgotten"):
        space.show(numbers[0])
    assert list(space.show(numbers[1]).around) == [numbers[1]]
    stats = space.stats()
    assert (stats.entries, stats.attachments, stats.forgotten, stats.embedded) == (1, 0, 2, 1)
    assert space.embed().done == 1  # the record of forgetting holds nothing to embed


# what stays


def test_an_attachment_that_others_have_stays_until_the_last_goes(space: Space) -> None:
    one, two = space.remember(with_file(1, "Das Menü"), with_file(2, "Noch einmal das Menü"))
    assert space.stats().attachments == 1
    assert space.forget(Selection(ids=(one,))).attachments == 0
    assert space.attachment(two, 0) == MENU
    assert MENU[:64] in pages(space)
    receipt = space.forget(Selection(ids=(two,)))
    assert receipt.attachments == 1
    assert receipt.proof.clean
    assert MENU[:64] not in pages(space)


def test_a_file_that_was_forgotten_comes_back_with_the_next_entry_that_has_it(space: Space) -> None:
    (one,) = space.remember(with_file(1, "Das Menü"))
    space.forget(Selection(ids=(one,)))
    (two,) = space.remember(with_file(2, "Noch einmal das Menü"))
    assert space.attachment(two, 0) == MENU
    space.rebuild()
    assert space.attachment(two, 0) == MENU
    assert space.verify().faults == ()


def test_words_that_others_say_too_are_still_found(space: Space) -> None:
    one, two = space.remember(entry(1, "Quastenzwirbel und Sauerkraut"), entry(2, "Quastenzwirbel mit Birnen"))
    receipt = space.forget(Selection(ids=(one,)))
    assert receipt.proof.clean
    assert [hit.id for hit in space.recall("Quastenzwirbel").hits] == [two]
    assert space.recall("Sauerkraut").word_weights == (0.0,)


def test_a_thread_is_called_what_its_remaining_entries_call_it(space: Space) -> None:
    subjects = ("Scheidung Quastenzwirbel", "Wochenende", "Wochenende")
    numbers = space.remember(*(entry(n, "Text", title=subject) for n, subject in enumerate(subjects)))
    receipt = space.forget(Selection(ids=numbers[:1]))
    assert receipt.proof.clean
    assert b"Scheidung" not in pages(space)
    assert len(space.recall("Text", limits=Limits(threads=("wochenende",))).hits) == 2
    space.rebuild()
    assert len(space.recall("Text", limits=Limits(threads=("wochenende",))).hits) == 2


def test_authors_and_threads_go_with_their_last_entry(space: Space) -> None:
    numbers = space.remember(
        entry(1, "eins", author="Ida Quastenzwirbel", thread="q", thread_title="Zirbelquast"), entry(2, "zwei")
    )
    space.forget(Selection(ids=numbers[:1]))
    assert set(space._index.author_names().values()) == {"Lena"}
    left = pages(space)
    assert b"Quastenzwirbel" not in left
    assert b"Zirbelquast" not in left


# the proof sees


def test_what_another_says_in_the_same_words_is_no_trace(space: Space) -> None:
    one, two = space.remember(entry(1, "ok"), entry(2, "ok"))
    space.embed()
    assert space.forget(Selection(ids=(one,))).proof.clean
    assert [hit.id for hit in space.recall("ok").hits] == [two]


def test_what_vertraut_itself_says_is_no_trace(space: Space) -> None:
    own = (
        "version secure-delete forgetting entry records identity_key master.json generation retired check tablespace sqlite "
        "sequence index vectors words message document notification salt content commitment recorded passages"
    )
    numbers = space.remember(entry(1, own, title="version"), entry(2, own + " again", title="forgetting"))
    space.embed()
    for number in numbers:
        receipt = space.forget(Selection(ids=(number,)))
        assert receipt.proof.patterns > 50
        assert receipt.proof.clean, receipt.proof.found


def test_a_content_left_over_as_it_lay_in_the_vault_is_a_trace(space: Space) -> None:
    numbers = space.remember(entry(1, "Der Quastenzwirbel wurde am Dienstag verbrannt."), entry(2, "Bis morgen!"))
    space._db.execute("CREATE TABLE leftover AS SELECT content FROM records WHERE seq = ?", (numbers[0],))
    proof = space.forget(Selection(ids=numbers[:1])).proof
    assert {(found.where.split()[0], found.kind) for found in proof.found} == {("vault", "text")}


def test_traces_in_the_temporary_folder_and_the_home_are_named(space: Space, temporary: Path) -> None:
    text = "Der Quastenzwirbel wurde am Dienstag von Tante Hedwig verbrannt."
    numbers = space.remember(entry(1, text), entry(2, "Bis morgen!"))
    (temporary / "export.txt").write_text(text, encoding="utf-8")
    (temporary / "link.txt").symlink_to(temporary / "export.txt")
    (space.settings.home / "notes.txt").write_text(text, encoding="utf-16-le")
    proof = space.forget(Selection(ids=numbers[:1])).proof
    assert proof.elsewhere == (str(temporary / "export.txt"),)
    assert {found.where for found in proof.found} == {str(space.settings.home / "notes.txt")}
    assert not proof.clean


def test_a_home_in_the_temporary_folder_keeps_its_locks(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing a file drops this process's locks on it: another one that closes the vault then would remove its log."""

    def locked() -> bool:
        memory = str(space.path.with_name(f"{space.path.name}-shm").stat().st_ino)
        held = [line.split() for line in Path("/proc/locks").read_text(encoding="ascii").splitlines()]
        return any(words[4] == str(os.getpid()) and words[5].endswith(f":{memory}") for words in held if len(words) > 5)

    temporary = space.settings.home.parent
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    text = "Der Quastenzwirbel wurde am Dienstag von Tante Hedwig verbrannt."
    numbers = space.remember(entry(1, text), entry(2, "Bis morgen!"))
    (temporary / "large.txt").write_text("." * ((1 << 20) - 10) + text, encoding="utf-8")
    assert locked()
    proof = space.forget(Selection(ids=numbers[:1])).proof
    assert locked()
    assert proof.elsewhere == (str(temporary / "large.txt"),)
    assert proof.found == ()


def test_files_that_vanish_or_cannot_be_read_do_not_stop_the_proof(
    space: Space, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = space.remember(entry(1, "eins zwei drei vier fünf"), entry(2, "Bis morgen!"))
    for name in ("gone", "locked"):
        (temporary / name).write_text("eins zwei drei vier fünf", encoding="utf-8")
    os.mkfifo(temporary / "pipe")
    real = os.lstat

    def lstat(path: Path) -> os.stat_result:
        if path.name == "gone":
            raise FileNotFoundError(2, "gone", str(path))
        if path.name == "locked":
            raise PermissionError(13, "locked", str(path))
        return real(path)

    monkeypatch.setattr(Path, "lstat", lstat)
    assert space.forget(Selection(ids=numbers[:1])).proof.elsewhere == ()


def test_an_index_of_other_rules_is_not_forgotten_from(space: Space) -> None:
    numbers = space.remember(entry(1, "eins"))
    space._db.execute("UPDATE index_state SET version = 'older' WHERE name = 'words'")
    with pytest.raises(IndexOutdated):
        space.forget(Selection(ids=numbers))
    space.rebuild()
    assert space.forget(Selection(ids=numbers)).proof.clean


# with others at work


@pytest.fixture
def another(settings: Settings, embedder: Embedder) -> Callable[[], Space]:
    return lambda: open_space("me", settings=settings, embedder=embedder)


def test_a_file_that_arrives_meanwhile_is_kept(
    space: Space, another: Callable[[], Space], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between choosing what goes and removing it, nobody else may write."""
    (one,) = space.remember(with_file(1, "Das Menü"))
    forgetting = space._forgetting
    chosen = forgetting._orphaned_blobs
    arrived: list[threading.Thread] = []

    def arrive() -> None:
        with another() as other:
            other.remember(with_file(2, "Noch einmal das Menü"))

    def choose_while_another_arrives(seqs: set[int]) -> list[int]:
        found = chosen(seqs)
        arrived.append(threading.Thread(target=arrive))
        arrived[0].start()
        arrived[0].join(0.3)  # it either gets through now or waits for its turn
        return found

    monkeypatch.setattr(forgetting, "_orphaned_blobs", choose_while_another_arrives)
    space.forget(Selection(ids=(one,)))
    arrived[0].join()
    (two,) = (number for number, _ in space.entries())
    assert space.attachment(two, 0) == MENU


def test_a_reader_that_holds_the_old_state_is_waited_for(
    space: Space, another: Callable[[], Space], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vertraut.memory.forgetting.CHECKPOINT_SECONDS", 0.2)
    one, two = space.remember(entry(1, "Der Quastenzwirbel brennt lichterloh im Ofen"), entry(2, "Bis morgen!"))
    with another() as other:
        with other._db:
            assert other.show(one).entry.text
            receipt = space.forget(Selection(ids=(one,)))
            assert not receipt.log_emptied
            assert not receipt.proof.clean  # and it says so
            assert other.show(one).entry.text
        with pytest.raises(NoSuchEntry):
            other.show(one)
    receipt = space.forget(Selection(ids=(two,)))
    assert receipt.log_emptied
    assert receipt.proof.clean
    assert b"Quastenzwirbel" not in pages(space)


# what rests on it


def own(number: int, text: str, *evidence: int) -> Entry:
    return entry(
        number, text, source="vertraut", kind="chat", author="Vertraut", thread="t", meta={"evidence": list(evidence)}
    )


def test_our_own_answers_that_rest_on_it_go_too(space: Space) -> None:
    first, second = space.remember(entry(1, "Der Schlüssel liegt unterm Zirbelkissen."), entry(2, "Der Bus kommt um acht."))
    (answer,) = space.remember(own(3, "Unterm Zirbelkissen [1].", first))
    (later, other) = space.remember(own(4, "Wie gesagt, unterm Zirbelkissen [1].", answer), own(5, "Um acht [1].", second))
    seen = space.preview_forgetting(Selection(ids=(first,)))
    assert list(seen.entries) == [first, answer, later]
    assert seen.resting == {answer, later}
    receipt = space.forget(Selection(ids=(first,)))
    assert (receipt.entries, receipt.proof.clean) == (3, True)
    assert b"Zirbelkissen" not in pages(space)
    assert space.show(other).entry.text == "Um acht [1]."
    space.ledger.verify()


def test_what_left_the_machine_with_it_goes_too(space: Space) -> None:
    first, second = space.remember(entry(1, "Der Schlüssel liegt unterm Zirbelkissen."), entry(2, "Der Bus kommt um acht."))
    prompt = "Du bist Vertraut und antwortest aus dem, was hier steht."
    space.journal.write("sent", {"text": f"{prompt} Der Schlüssel liegt unterm Zirbelkissen.", "entries": [first]})
    kept = space.journal.write("sent", {"text": f"{prompt} Der Bus kommt um acht.", "entries": [second]})
    assert space.forget(Selection(ids=(first,))).proof.clean
    assert b"Zirbelkissen" not in pages(space)
    assert [line.seq for line in space.journal.read("sent")] == [kept]
    space.ledger.verify()


def test_what_left_in_its_conversations_goes_too(space: Space) -> None:
    first, second = space.remember(entry(1, "Der Schlüssel liegt unterm Zirbelkissen."), entry(2, "Der Bus kommt um acht."))
    (asked,) = space.remember(entry(3, "Hund Quastel hat Flöhe.", source="vertraut", kind="chat", thread="b"))

    def sent(text: str, conversation: str, rests_on: int) -> int:
        about = {"text": text, "entries": [rests_on], "conversation": conversation}
        return space.journal.write("sent", about)

    sent("Wo ist der Schlüssel?", "a", first)
    sent("Unterm Zirbelkissen. Und der Bus?", "a", second)  # tells what was said before once more
    own = sent("Hund Quastel hat Flöhe. Was hilft?", "b", second)
    kept = [sent("Wann kommt der Bus?", "c", second), sent("Wann noch mal?", "", second)]
    space.forget(Selection(ids=(first,)))
    assert [line.seq for line in space.journal.read("sent")] == [own, *kept]
    assert b"Zirbelkissen" not in pages(space)
    space.forget(Selection(ids=(asked,)))
    assert [line.seq for line in space.journal.read("sent")] == kept
    assert b"Quastel" not in pages(space)
