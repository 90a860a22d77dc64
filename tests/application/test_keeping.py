"""Looking after a space: copies that leave nothing behind, checks in the background, and nobody who may not."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from vertraut.application import Space, open_space
from vertraut.application.check_file import Check
from vertraut.application.service import Service
from vertraut.clock import FixedClock
from vertraut.errors import LedgerBroken, NoSuchModel, NotAllowed, VaultBusy, VaultUnreadable, VertrautError
from vertraut.governance import OWNER, SCOPES, Actor
from vertraut.ledger import Attachment, Entry
from vertraut.ledger.vault import open_vault
from vertraut.memory import Selection
from vertraut.models import CardFile
from vertraut.models.usage import Spent
from vertraut.settings import Settings

CLIENT = Actor("client", frozenset(SCOPES) - {"admin"})
WITHOUT_RIGHT: list[Callable[[Service], object]] = [
    lambda service: service.privacy.sent(CLIENT),
    lambda service: service.privacy.words(CLIENT, 1),
    lambda service: service.privacy.forgotten(CLIENT),
    lambda service: service.privacy.cards(CLIENT),
    lambda service: service.privacy.recipients(CLIENT),
    lambda service: service.privacy.grant(CLIENT, "anthropic", "answer"),
    lambda service: service.privacy.revoke(CLIENT, "anthropic"),
    lambda service: service.privacy.months(CLIENT),
    lambda service: service.privacy.month(CLIENT, "2026-09"),
    lambda service: service.doors.tokens(CLIENT),
    lambda service: service.doors.make_token(CLIENT, "mine", SCOPES, None),
    lambda service: service.doors.revoke_token(CLIENT, "mine"),
    lambda service: service.doors.devices(CLIENT),
    lambda service: service.doors.link(CLIENT),
    lambda service: service.doors.sign_out(CLIENT, 1),
    lambda service: service.doors.sign_out_others(CLIENT, 1),
    lambda service: service.keeping.vault(CLIENT),
    lambda service: service.keeping.check(CLIENT),
    lambda service: service.keeping.last_check(CLIENT),
    lambda service: service.keeping.keys(CLIENT),
    lambda service: service.keeping.backup(CLIENT),
    lambda service: service.keeping.export(CLIENT),
]


@pytest.fixture
def service(space: Space) -> Iterator[Service]:
    space.remember_text("Die neue Küche kommt am Dienstag.")
    with Service(space.opened_again) as made:
        yield made


@pytest.mark.parametrize("call", WITHOUT_RIGHT)
def test_every_call_needs_the_right_to_everything(service: Service, space: Space, call: Callable[[Service], object]) -> None:
    before = space.ledger.head()
    with pytest.raises(NotAllowed):
        call(service)
    assert space.ledger.head() == before


def checked(service: Service) -> Check:
    service.keeping.check(OWNER)
    thread = service.keeping._checks._thread
    assert thread is not None
    thread.join(30)
    found = service.keeping.last_check(OWNER)
    assert found is not None
    assert not found.running
    return found


def test_a_check_finds_all_sound(service: Service, space: Space) -> None:
    assert service.keeping.last_check(OWNER) is None
    found = checked(service)
    assert found.verified is not None
    assert (found.verified.faults, found.verified.head, found.failure) == ((), space.ledger.head(), None)


def test_a_check_finds_a_changed_record(service: Service, space: Space) -> None:
    space._db.execute("UPDATE records SET content = CAST(replace(plain(content), 'neue', 'alte') AS BLOB) WHERE seq = 1")
    found = checked(service)
    assert isinstance(found.failure, LedgerBroken)
    assert found.verified is None


def test_what_the_last_check_found_survives_a_restart(service: Service, space: Space) -> None:
    found = checked(service)
    file = space.path.with_name("check.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Küche" not in file.read_text(encoding="utf-8")
    space.remember_text("Danach.")
    with Service(space.opened_again) as again:
        assert again.keeping.last_check(OWNER) == found


@pytest.mark.parametrize("failure", [LedgerBroken(3, "the record is missing"), "unreadable"])
def test_a_failure_survives_a_restart_and_what_the_machine_could_not_do_does_not(
    space: Space, monkeypatch: pytest.MonkeyPatch, failure: VertrautError | str
) -> None:
    failed = VaultUnreadable(space.path, "it is damaged") if isinstance(failure, str) else failure
    raised: list[VertrautError] = [failed, VaultBusy(space.path, 1.0)]

    def fails(*_: object, **__: object) -> None:
        raise raised.pop(0)

    monkeypatch.setattr(Space, "verify", fails)
    for _ in range(2):
        with Service(space.opened_again) as service:
            checked(service)
        with Service(space.opened_again) as again:
            kept = again.keeping.last_check(OWNER)
        assert kept
        assert (type(kept.failure), str(kept.failure), kept.verified) == (type(failed), str(failed), None)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: "{",
        lambda data: "[]",
        lambda data: json.dumps({**data, "version": 99}),
        lambda data: json.dumps({**data, "space": "another"}),
        lambda data: json.dumps({**data, "ended": "soon"}),
        lambda data: json.dumps({**data, "ended": "0001-01-01T00:00:00+14:00"}),
        lambda data: json.dumps({**data, "link": "00" * 32}),
        lambda data: json.dumps({**data, "head": 10**30}),
        lambda data: json.dumps({**data, "faults": 7}),
        lambda data: json.dumps({**data, "broken": None}),
        lambda data: "",
    ],
)
def test_a_damaged_or_foreign_note_of_a_check_counts_as_none(
    service: Service, space: Space, damage: Callable[[dict[str, Any]], str]
) -> None:
    checked(service)
    file = space.path.with_name("check.json")
    file.write_text(damage(json.loads(file.read_text(encoding="utf-8"))), encoding="utf-8")
    with Service(space.opened_again) as again:
        assert again.keeping.last_check(OWNER) is None
        assert checked(again).verified


def test_what_a_check_notes_is_no_trace_of_what_is_forgotten(service: Service, space: Space) -> None:
    when = next(space.entries())[1].when
    (number,) = space.remember(Entry("jsonl", "1", "note", when, "embedded", title="version", place="entries"))
    checked(service)
    assert space.forget(Selection(ids=(number,))).proof.clean


def test_only_one_check_runs_and_closing_breaks_it_off(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vertraut.application.inspection.check_pages", lambda db: db.execute(ENDLESS).fetchall())
    with Service(space.opened_again) as service:
        service.keeping.check(OWNER)
        first = service.keeping._checks._thread
        service.keeping.check(OWNER)
        assert service.keeping._checks._thread is first
        running = service.keeping.last_check(OWNER)
        assert running is not None
        assert running.running
    ended = service.keeping.last_check(OWNER)
    assert ended is not None
    assert (ended.running, ended.verified, ended.failure) == (False, None, None)
    service.keeping.check(OWNER)
    assert service.keeping._checks._thread is first


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def test_a_backup_has_no_name_and_opens_with_the_key_of_the_space(service: Service, space: Space, tmp_path: Path) -> None:
    before = {each.name for each in space.path.parent.iterdir()}
    with service.keeping.backup(OWNER) as file:
        assert {each.name for each in space.path.parent.iterdir()} == before
        (tmp_path / "copy.db").write_bytes(file.read())
    copy = open_vault(tmp_path / "copy.db", space._key, busy_seconds=1)
    assert copy.execute("SELECT count(*) FROM records").get == space.ledger.head().seq
    copy.close()


def test_an_export_goes_into_one_archive_and_makes_the_same_space_again(
    service: Service, space: Space, settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    when = next(space.entries())[1].when
    data = bytes(range(256)) * 3000
    sha256 = "c5a1f9d6a7b04b2b4f5d9a0d6d6b4f8c0e2a8d2f3b0c1d4e5f60718293a4b5c6"
    space.remember(
        Entry("mail", "1", "mail", when, "Anbei.", attachments=(Attachment("a.bin", "b", len(data), sha256, data),))
    )
    archive = zipfile.ZipFile(io.BytesIO(b"".join(service.keeping.export(OWNER))))
    assert archive.testzip() is None
    assert {Path(name).parts[0] for name in archive.namelist()} == {"vertraut-me"}
    archive.extractall(tmp_path)
    with open_space("other", settings=settings, clock=clock, embedder=space.embedder) as other:
        assert other.restore(tmp_path / "vertraut-me") == space.ledger.head()
        assert other.attachment(2, 0) == data


def test_an_export_that_is_broken_off_lets_others_go_on(service: Service, space: Space) -> None:
    parts = service.keeping.export(OWNER)
    next(parts)
    parts.close()
    space.remember_text("Danach.")
    assert checked(service).verified is not None


def test_what_is_left_to_spend_and_who_may_be_allowed(service: Service, settings: Settings) -> None:
    assert service.privacy.left(Spent(cost=Decimal("4.5"))) == Decimal(settings.model_ceiling) - Decimal("4.5")
    assert service.privacy.left(Spent(cost=Decimal(999))) == 0
    with pytest.raises(NoSuchModel):
        service.privacy.grant(OWNER, "anthropic", "answer")
    row = {"name": "opus", "provider": "anthropic", "model": "claude-opus-4-5", "key": "env:KEY"}
    CardFile(settings.home).add({**row, "input_price": Decimal(5), "output_price": Decimal(25)}, str)
    service.privacy.grant(OWNER, "anthropic", "*")
    (found,) = service.privacy.recipients(OWNER)
    assert (found.name, found.models, found.allowed) == ("anthropic", ("opus",), ("answer", "extract", "title", "check"))
    service.privacy.revoke(OWNER, "anthropic", "title")
    assert service.privacy.recipients(OWNER)[0].allowed == ("answer", "extract", "check")
    CardFile(settings.home).remove("opus")
    (left,) = service.privacy.recipients(OWNER)
    assert (left.models, left.allowed) == ((), ("answer", "extract", "check"))
