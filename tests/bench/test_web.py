"""What of the measurement in a browser needs none: the life that is walked through, and the table it ends in."""

from __future__ import annotations

import io
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from bench.walks import SEARCH, WALKS
from bench.web import DOCUMENT
from bench.web_figures import INTERACTION, TRANSFER, Figure, markdown, placed, table
from rich.console import Console

from bench import years

QUICK = Figure("open Life", [40.0] * 19 + [400.0], INTERACTION)
SLOW = Figure("open Privacy", [40.0] * 18 + [400.0] * 2, INTERACTION)
GONE = Figure("open Nowhere", [], INTERACTION, missed=1)


def test_a_budget_is_met_where_nineteen_of_twenty_are_within_it() -> None:
    assert (QUICK.middle, QUICK.met) == (40, True)
    assert not SLOW.met
    assert not GONE.met
    assert not Figure("open You", [40.0] * 20, INTERACTION, missed=1).met


def test_a_row_says_how_often_and_how_long() -> None:
    assert QUICK.row() == ("open Life", "20", "40 ms", "58 ms", "≤ 150 ms")
    assert SLOW.row()[3] == "400 ms"
    assert GONE.row() == ("open Nowhere", "0, 1 without an answer", "–", "–", "≤ 150 ms")
    assert Figure("first page", [61_240.0], TRANSFER, "B").row()[2:] == ("61.2 KB", "61.2 KB", "≤ 150.0 KB")


def test_the_table_marks_what_misses_its_budget() -> None:
    console = Console(width=120, file=io.StringIO(), record=True)
    console.print(table([QUICK, SLOW, GONE], "The web app"))
    lines = console.export_text().splitlines()
    assert [line.split()[1] for line in lines if line.rstrip().endswith("missed")] == ["Privacy", "Nowhere"]


def test_the_document_gets_the_table_between_its_markers_only() -> None:
    part = markdown([QUICK, SLOW], "2026-11-22, a machine.")
    assert "| open Privacy | 20 | 40 ms | **400 ms** | ≤ 150 ms |\n\n2026-11-22, a machine.\n" in part
    before = "# A\n<!-- figures: other -->\nold\n<!-- /figures -->\n<!-- figures: web -->\nold\n<!-- /figures -->\nend\n"
    after = placed(before, "web", part)
    assert after == before.replace("web -->\nold\n", f"web -->\n{part}")
    assert placed(after, "web", part) == after
    with pytest.raises(LookupError):
        placed(before, "nothing", part)


def test_the_document_has_a_place_for_the_table() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.count("<!-- figures: web -->") == 1
    assert Path(DOCUMENT).name == "benchmarks.md"


def test_the_long_life_is_the_same_each_time_and_in_order() -> None:
    found = list(years.entries(2000))
    assert found[:50] == list(years.entries(2000))[:50]
    assert len({each.identity for each in found}) == 2000
    assert {each.when.instant.year for each in found} >= set(range(2012, 2027))
    seconds = [each.when.instant for each in found if each.when.precision == "second"]
    assert all(earlier <= later for earlier, later in pairwise(seconds))
    assert {each.when.precision for each in found} == {"second", "day"}
    assert set(Counter(each.kind for each in found)) == {"message", "mail", "event", "chat", "note"}


def test_walks_differ_in_their_names_and_begin_somewhere() -> None:
    assert len({walk.name for walk in WALKS}) == len(WALKS)
    assert all(walk.start(number).startswith("/") for walk in WALKS for number in range(30))


def test_searching_has_a_budget_of_its_own() -> None:
    assert {walk.budget for walk in WALKS if walk.name.startswith("life: search")} == {SEARCH} == {100.0}
