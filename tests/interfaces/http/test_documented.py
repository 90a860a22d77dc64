"""The page about this door says what is so: its examples run, its tables are complete."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import httpx
from tests.interfaces.server.conftest import Served

from vertraut.application import Space
from vertraut.application.verbs import VERBS
from vertraut.interfaces.http import LARGEST_BODIES

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "http.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```sh\n(curl .*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
ROW = re.compile(r"^\| `(POST|GET) /v1/([^`]+)` \| (\w+) \| .* \| (?:(\d+) ([KM])B )?\|$", re.MULTILINE)


def sent(client: httpx.Client, example: str, files: dict[str, bytes]) -> httpx.Response:
    """Send what curl would send."""
    _, *words = shlex.split(
        example.replace("\\\n", " ").replace("$TOKEN", client.headers["authorization"].removeprefix("Bearer "))
    )
    about: dict[str, Any] = {"headers": {}}
    address, method = "", "GET"
    while words:
        match words.pop(0):
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                about["headers"][name] = value
            case "--json":
                method, about["content"] = "POST", words.pop(0)
                about["headers"]["Content-Type"] = "application/json"
            case "-F":
                field, _, name = words.pop(0).partition("=@")
                method, about["files"] = "POST", {field: (name, files[name])}
            case "-N":
                pass
            case word:
                address = word
    return client.request(method, address.removeprefix("http://127.0.0.1:7777"), **about)


def test_the_examples_run_one_after_the_other(space: Space, served: Served) -> None:
    client = served.client()
    assert len(EXAMPLES) == 7
    for example in EXAMPLES:
        answer = sent(client, example, {"notes.md": b"# Notes\n\nThe cellar is damp.\n"})
        assert answer.is_success, example
        if "/v1/ask" in example or "/v1/chat" in example:
            assert "The new kitchen arrives on Tuesday." in answer.text
    assert space.stats().forgotten == 1


def test_the_table_of_addresses_is_complete() -> None:
    rows = {path: (method, scope, size) for method, path, scope, *size in ROW.findall(PAGE)}
    scopes = {path.partition("/")[0]: scope for path, (_, scope, _) in rows.items()}
    assert {("show" if path == "entries" else path): scope for path, scope in scopes.items()} == {
        verb.name: verb.scope for verb in VERBS
    }
    units = {"K": 1000, "M": 1_000_000}
    sizes = {path: int(size) * units[unit] for path, (_, _, (size, unit)) in rows.items() if size}
    assert sizes == LARGEST_BODIES


def test_every_type_of_problem_that_is_made_here_is_named() -> None:
    source = Path(__file__).resolve().parents[3] / "src" / "vertraut" / "interfaces"
    code = "".join(path.read_text(encoding="utf-8") for room in ("http", "server") for path in (source / room).glob("*.py"))
    made = set(re.findall(r'Refusal\(\s*"(\w+)", 4', code))
    assert made
    assert {name for name in made if f"`{name}`" not in PAGE} == set()
