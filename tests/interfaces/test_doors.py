"""The table of doors says what there is: each verb in each door, and in no door a verb that the table leaves out."""

from __future__ import annotations

import re
from pathlib import Path

import anyio
import pytest
from fastapi.routing import APIRoute

from vertraut.application import Space
from vertraut.application.service import Service
from vertraut.application.verbs import VERBS
from vertraut.governance import OWNER
from vertraut.interfaces.cli import COMMANDS
from vertraut.interfaces.http import create_http
from vertraut.interfaces.mcp import create_server
from vertraut.interfaces.openai import create_router

PAGE = Path(__file__).resolve().parents[2] / "docs" / "doors.md"
CODE = re.compile(r"`([^`]+)`")
ROW = re.compile(r"^\| (\w+) \|(.+)\|$", re.MULTILINE)
DOORS = ("cli", "python", "http", "openai", "mcp")
NO_VERBS = {"POST /v1/embeddings", "GET /v1/models", "GET /v1/models/{name:path}"}
NAMES = [verb.name for verb in VERBS]


def rows() -> list[tuple[str, list[str]]]:
    found = [(name, [cell.strip() for cell in cells.split("|")]) for name, cells in ROW.findall(PAGE.read_text("utf-8"))]
    return [(name, cells) for name, cells in found if name != "verb"]


@pytest.fixture
def table() -> dict[str, dict[str, str]]:
    return {name: dict(zip(DOORS, cells, strict=True)) for name, cells in rows()[len(VERBS) :]}


@pytest.fixture
def service(space: Space) -> Service:
    return Service(space.opened_again)


def named(table: dict[str, dict[str, str]], door: str) -> set[str]:
    """Return what the table names in a door, where it does not give a reason."""
    return {code for cells in table.values() if not cells[door].startswith("—") for code in CODE.findall(cells[door])}


def test_the_first_table_is_that_of_the_verbs() -> None:
    assert rows()[: len(VERBS)] == [
        (verb.name, [verb.scope, "yes" if verb.writes else "no", verb.summary]) for verb in VERBS
    ]


def test_every_verb_has_every_door_or_a_reason(table: dict[str, dict[str, str]]) -> None:
    assert list(table) == NAMES
    for cells in table.values():
        assert all(CODE.search(cell) or len(cell.removeprefix("— ").split()) > 4 for cell in cells.values())
        assert all(not cells[door].startswith("—") for door in DOORS if door != "openai")


def test_the_commands_are_there(table: dict[str, dict[str, str]]) -> None:
    assert named(table, "cli") == {f"vertraut {name}" for name in NAMES}
    assert {f"vertraut {each.name}" for each in COMMANDS} >= named(table, "cli")


def test_the_python_names_are_there(table: dict[str, dict[str, str]]) -> None:
    owners = {"Space": Space, "Service": Service}
    for name in named(table, "python"):
        owner, _, method = name.partition(".")
        assert callable(getattr(owners[owner], method))
    for verb in NAMES:
        assert any(each.startswith(verb) for each in dir(Service))


def test_the_addresses_are_there(table: dict[str, dict[str, str]], service: Service) -> None:
    with service:
        paths = create_http(service).openapi()["paths"]
        routes = create_router(service).routes
    assert named(table, "http") == {
        f"{method.upper()} {path}" for path, methods in paths.items() for method in methods if path.startswith("/v1/")
    }
    offered = {
        f"{method} /v1{route.path}" for route in routes if isinstance(route, APIRoute) for method in route.methods or ()
    }
    assert {each for each in named(table, "openai") if " " in each} == offered - NO_VERBS


def test_the_tools_are_there(table: dict[str, dict[str, str]], service: Service) -> None:
    with service:
        tools = anyio.run(create_server(service, OWNER)._list_tools)
    assert named(table, "mcp") == {tool.name for tool in tools}
