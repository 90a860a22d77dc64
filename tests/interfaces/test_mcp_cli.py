"""``vertraut mcp install`` prints or writes what a client needs, and leaves everything else in its file alone."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

import pytest
from tests.interfaces.conftest import Run

from vertraut.errors import UnreadablePath
from vertraut.interfaces.cli.mcp_clients import CLIENTS, ClientName, folders
from vertraut.interfaces.cli.mcp_files import with_server

SERVER = {"command": "vertraut", "args": ["mcp", "run"]}
FILE = Path("settings.json")

ZED = """\
// Zed settings
{
  "theme": "One Dark", // keep it
  /* several
     lines */
  "agent": { "note": "a, } // no comment", "always_allow": [1, 2,], },
  "context_servers": {
    "other": { "command": "x", "args": ["{", "}"] },
  },
}
"""
CODEX = """\
model = "best" # keep it

[mcp_servers.vertraut]
command = "old"
args = ["a"]

[mcp_servers.vertraut.env]
HOME = "/x"

[mcp_servers.other]
command = "x"
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "person"
    folder.mkdir()
    for name in ("XDG_CONFIG_HOME", "APPDATA", "CODEX_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    return folder


@pytest.mark.parametrize("name", ClientName)
@pytest.mark.parametrize("german", [False, True])
def test_prints_what_belongs_in_the_file_and_writes_nothing(run: Run, home: Path, name: ClientName, german: bool) -> None:
    done = run("mcp", "install", name, "--scopes", "recall,ask", german=german)
    read = tomllib.loads if name == "codex" else json.loads
    (server,) = read(done.out)[CLIENTS[name].table].values()
    assert [server["command"], *server["args"]] == [
        sys.executable, "-P", "-m", "vertraut", "mcp", "run", "--scopes", "recall,ask",
    ]  # fmt: skip
    assert server["env"]["VERTRAUT_HOME"]
    assert server.get("type", "stdio") == "stdio"
    assert str(CLIENTS[name].path()) in done.err
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("name", ClientName)
def test_writes_into_a_file_that_is_not_there(run: Run, name: ClientName) -> None:
    done = run("mcp", "install", name, "--write", "--json")
    path = CLIENTS[name].path()
    read = tomllib.loads if name == "codex" else json.loads
    assert read(path.read_text())[CLIENTS[name].table]["vertraut"] == done.json["server"]
    assert done.json["written"]
    assert done.json["copy"] is None
    assert path.stat().st_mode & 0o777 == 0o600
    assert CLIENTS[name].title in done.err


def test_keeps_what_is_there_and_a_copy_of_it(run: Run) -> None:
    path = CLIENTS[ClientName.ZED].path()
    path.parent.mkdir(parents=True)
    path.write_text(ZED)
    path.chmod(0o640)
    done = run("mcp", "install", "zed", "--write", "--json")
    changed = path.read_text()
    assert all(line in changed for line in ZED.splitlines())
    assert Path(done.json["copy"]).read_text() == ZED
    assert path.stat().st_mode & 0o777 == Path(done.json["copy"]).stat().st_mode & 0o777 == 0o640
    again = run("mcp", "install", "zed", "--write", "--json")
    assert not again.json["written"]
    assert path.read_text() == changed
    assert len(list(path.parent.iterdir())) == 2


def test_a_link_stays_a_link(run: Run, home: Path) -> None:
    real = home / "dotfiles.json"
    real.write_text('{"mcpServers": {}}')
    path = CLIENTS[ClientName.CURSOR].path()
    path.parent.mkdir(parents=True)
    path.symlink_to(real)
    assert run("mcp", "install", "cursor", "--write").code == 0
    assert path.is_symlink()
    assert "vertraut" in json.loads(real.read_text())["mcpServers"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"mcpServers": {"vertraut": SERVER}}),
        ("{}", {"mcpServers": {"vertraut": SERVER}}),
        ('{"a": [1, {"b": "}"}]}', {"a": [1, {"b": "}"}], "mcpServers": {"vertraut": SERVER}}),
        ('{"mcpServers": {}, "z": "ä\\u00e4"}', {"mcpServers": {"vertraut": SERVER}, "z": "ää"}),
        ('{"mcpServers": {"o": {"x": {}}}}', {"mcpServers": {"o": {"x": {}}, "vertraut": SERVER}}),
        ('{"mcpServers": {"vertraut": {"command": "old"}, "o": {}}}', {"mcpServers": {"vertraut": SERVER, "o": {}}}),
        ('{"mcpServers": {"vertraut": 7}, "": {}}', {"mcpServers": {"vertraut": SERVER}, "": {}}),
    ],
)
def test_adds_to_json(text: str, expected: object) -> None:
    changed = with_server(FILE, text, "mcpServers", "vertraut", SERVER)
    assert json.loads(changed) == expected
    assert with_server(FILE, changed, "mcpServers", "vertraut", SERVER) == changed


def test_replaces_in_toml_and_keeps_the_rest() -> None:
    changed = with_server(Path("config.toml"), CODEX, "mcp_servers", "vertraut", {**SERVER, "env": {"A B": 'say "x"'}})
    assert tomllib.loads(changed) == {
        "model": "best",
        "mcp_servers": {"other": {"command": "x"}, "vertraut": {**SERVER, "env": {"A B": 'say "x"'}}},
    }
    assert 'model = "best" # keep it' in changed


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "[]"),
        ("a.json", '{"mcpServers": []}'),
        ("a.json", '{"mcpServers": '),
        ("a.json", "[" * 100_000),
        ("a.toml", "mcp_servers = 3"),
        ("a.toml", 'mcp_servers = { other = { command = "x" } }'),
        ("a.toml", "[["),
    ],
)
def test_what_cannot_be_added_to_is_refused(name: str, text: str) -> None:
    with pytest.raises(UnreadablePath):
        with_server(Path(name), text, "mcp_servers" if name.endswith("toml") else "mcpServers", "vertraut", SERVER)


def test_a_refused_file_is_not_touched(run: Run) -> None:
    path = CLIENTS[ClientName.GEMINI].path()
    path.parent.mkdir(parents=True)
    path.write_bytes(b'{"mcpServers": \xff}')
    done = run("mcp", "install", "gemini", "--write", german=True)
    assert done.code == 4
    assert "lässt sich nicht lesen" in done.err
    assert [each.read_bytes() for each in path.parent.iterdir()] == [b'{"mcpServers": \xff}']


def test_lists_the_clients(run: Run) -> None:
    shown = run("mcp", "install").out
    assert all(each.title in shown for each in CLIENTS.values())
    listed = run("mcp", "install", "--json", "--space", "work").json
    assert [each["name"] for each in listed["clients"]] == list(ClientName)
    assert listed["servers"]["vertraut-work"]["args"][-2:] == ["--space", "work"]


@pytest.mark.parametrize(
    "arguments", [("install", "emacs"), ("install", "--write"), ("install", "--scopes", "read"), ("run", "--scopes", "")]
)
def test_wrong_usage(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("mcp", *arguments).code == 2


def test_every_system_has_its_folders(home: Path) -> None:
    assert folders("darwin", {})["config"] == f"{home}/Library/Application Support"
    assert folders("win32", {"APPDATA": "C:/Roaming"})["zed"] == "C:/Roaming/Zed"
    assert folders("linux", {"XDG_CONFIG_HOME": "/x", "CODEX_HOME": "/c"}) == {
        "home": str(home), "config": "/x", "zed": "/x/zed", "codex": "/c",
    }  # fmt: skip
