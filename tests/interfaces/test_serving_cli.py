"""``vertraut token`` and ``vertraut serve`` as commands."""

from __future__ import annotations

import socket

import pytest
from tests.interfaces.conftest import Run

from vertraut.application import open_space
from vertraut.governance import SCOPES, Tokens
from vertraut.interfaces.cli.tokens import Scopes
from vertraut.interfaces.server import Server
from vertraut.settings import load_settings


def test_scopes_are_those_of_governance() -> None:
    assert [each.value for each in Scopes] == [*SCOPES, "metrics"]


def test_a_token_is_made_shown_once_and_revoked(run: Run) -> None:
    made = run("token", "create", "phone", "--scope", "recall", "--scope", "ask")
    secret = made.out.strip()
    assert made.code == 0
    assert "only now" in made.err
    with open_space(settings=load_settings()) as space:
        actor = Tokens(space.journal, space.clock).verify(secret)
    assert actor
    assert (actor.name, sorted(actor.scopes)) == ("phone", ["ask", "recall"])
    listed = run("token", "list")
    assert "recall, ask" in listed.out
    assert secret not in listed.out
    assert run("token", "revoke", "phone").code == 0
    assert "no token" in run("token", "list").out
    again = run("token", "revoke", "phone", german=True)
    assert (again.code, "keinen Zugang" in again.err) == (3, True)


def test_a_token_ends_in_a_year_or_as_said(run: Run) -> None:
    run("token", "create", "year", "--scope", "admin")
    run("token", "create", "day", "--scope", "metrics", "--expires", "2999-01-02")
    never = run("token", "create", "ever", "--scope", "recall", "--expires", "never", "--json").json
    assert never["expires"] is None
    assert never["token"].startswith("vt_")
    tokens = {each["name"]: each for each in run("token", "list", "--json").json["tokens"]}
    assert (tokens["day"]["scopes"], tokens["day"]["expires"]) == ([], "2999-01-01T23:00:00+00:00")
    assert tokens["year"]["expires"][:4] > tokens["year"]["created"][:4]
    german = run("token", "list", german=True).out
    assert "metrics · endet am 2. Januar 2999" in german
    assert "endet nie" in german


@pytest.mark.parametrize(
    "arguments",
    [
        ("phone",),
        ("phone", "--scope", "everything"),
        ("a b", "--scope", "recall"),
        ("x" * 65, "--scope", "recall"),
        ("phone", "--scope", "recall", "--expires", "2001"),
    ],
)
def test_a_token_that_cannot_be_is_not_made(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("token", "create", *arguments).code == 2


def test_a_name_that_is_taken_is_refused(run: Run) -> None:
    run("token", "create", "phone", "--scope", "recall")
    taken = run("token", "create", "phone", "--scope", "recall")
    assert (taken.code, "taken" in taken.err) == (3, True)
    assert run("token", "create", "phone", "--scope", "recall", german=True).err.count("vergeben") == 1


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a server end as soon as it runs."""

    def run_not(self: Server, sockets: list[socket.socket]) -> None:
        for each in sockets:
            each.close()

    monkeypatch.setattr(Server, "run", run_not)
    monkeypatch.setattr("vertraut.interfaces.server.log_to_standard_error", lambda: None)


def test_serving_says_where_and_how_to_come_in(run: Run, ended: None) -> None:
    first = run("serve", "--port", "0")
    assert first.code == 0
    assert "http://127.0.0.1:" in first.out
    assert "/mcp" in first.out
    assert "vertraut token" in first.out
    assert "/signin?link=" in first.out
    german = run("serve", "--port", "0", "--with-token", "laptop", german=True)
    (secret,) = [line for line in german.out.splitlines() if line.startswith("vt_")]
    assert "nur jetzt gezeigt" in german.err
    with open_space(settings=load_settings()) as space:
        actor = Tokens(space.journal, space.clock).verify(secret)
    assert actor
    assert sorted(actor.scopes) == ["ask", "recall", "remember"]
    assert "vt_" not in first.out


def test_a_link_leads_to_where_the_server_runs(run: Run, monkeypatch: pytest.MonkeyPatch, ended: None) -> None:
    settings, written = load_settings(), []
    place = settings.spaces / settings.space / "served"
    end = Server.run

    def run_shortly(self: Server, sockets: list[socket.socket]) -> None:
        written.append((place.read_text(encoding="ascii"), place.stat().st_mode & 0o777))
        end(self, sockets)

    monkeypatch.setattr(Server, "run", run_shortly)
    served = run("serve", "--port", "0", "--json").json["address"]
    assert written == [(served, 0o600)]
    assert run("link").out.startswith("http://127.0.0.1:7777/signin?link=")
    place.write_text(served, encoding="ascii")  # as while it runs
    assert run("link").out.startswith(f"{served}/signin?link=")
    assert run("link", "--address", "https://home.example").out.startswith("https://home.example/signin?link=")


def test_serving_elsewhere_is_warned_of(run: Run, ended: None) -> None:
    assert "not encrypted" in run("serve", "--port", "0", "--listen", "127.0.0.1").err
    assert "unverschlüsselt" in run("serve", "--port", "0", "--listen", "127.0.0.1", german=True).err


def test_a_port_that_is_taken_is_an_error_with_a_way_out(run: Run, ended: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--port", port)
    assert (done.code, "--port" in done.err) == (7, True)
    assert run("serve", "--port", "70000").code == 2


def test_a_server_does_not_make_a_token_under_a_bad_name(run: Run, ended: None) -> None:
    assert run("serve", "--port", "0", "--with-token", "a b").code == 2
