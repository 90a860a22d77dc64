"""Entries as resources, each under its number, and the threads in which something happened last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from fastmcp import FastMCP
from fastmcp.resources import ResourceContent, ResourceResult
from mcp import MCPError
from mcp_types import INVALID_PARAMS
from pydantic import Field

from vertraut.application.service import Service
from vertraut.errors import VertrautError
from vertraut.interfaces.mcp.access import Callers, in_words
from vertraut.interfaces.mcp.quotations import NOTE, about, fenced, name_of, thread_of
from vertraut.interfaces.mcp.shapes import Note
from vertraut.memory import Limits
from vertraut.memory.context_lines import INDENT
from vertraut.memory.quoting import quoted

_LOOKED_AT: Final = 200  # newest entries, whose threads are listed
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_LONGEST: Final = 100_000  # characters of an entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A thread, and its newest entry."""

    title: str
    kind: str
    source: str
    newest: Annotated[int, Field(description="Number of its newest entry.")]
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Threads:
    """Threads, the one with the newest entry first."""

    threads: list[Thread]
    note: Note = NOTE


@contextmanager
def _told() -> Iterator[None]:
    """Turn an error of ours into one of the protocol."""
    try:
        yield
    except VertrautError as error:
        raise MCPError(INVALID_PARAMS, in_words(error)) from None


def add_resources(server: FastMCP, service: Service, callers: Callers) -> None:
    """Give a server its resources."""

    @server.resource(
        "vertraut://entry/{number}",
        name="entry",
        title="Entry · Eintrag",
        description="One entry of memory by its number: time, people, thread and text, quoted as untrusted data.",
        mime_type="text/plain",
    )
    def entry(number: str) -> str:
        with _told():
            if not _NUMBER.fullmatch(number):
                raise MCPError(INVALID_PARAMS, "Entries have numbers, like vertraut://entry/1204.")
            shown = service.show(callers.actor(), int(number))
        text = quoted(shown.entry.text)
        cut = f"\nThe text goes on: call show with number={number}." if len(text) > _LONGEST else ""
        whole = f"{about(shown.id, shown.entry, service.settings.zone)}:\n{text[:_LONGEST]}"
        return fenced(whole.replace("\n", f"\n{INDENT}")) + cut

    @server.resource(
        "vertraut://threads",
        name="threads",
        title="Recent threads · Letzte Verläufe",
        description="The conversations, mail threads, calendars and notebooks in which something happened last.",
        mime_type="application/json",
    )
    def threads() -> ResourceResult:
        with _told():
            limits = Limits(before=service.clock.now() + timedelta(minutes=1))
            newest = service.recall(callers.actor(), "", count=_LOOKED_AT, limits=limits)
        found: dict[tuple[str, str], Thread] = {}
        for hit in newest.hits:
            each = hit.entry
            thread = Thread(
                title=thread_of(each), kind=each.kind, source=name_of(each.source), newest=hit.id, when=str(each.when)
            )
            found.setdefault((each.source, each.thread), thread)
        content = ResourceContent(Threads(threads=list(found.values())), mime_type="application/json")
        return ResourceResult([content])
