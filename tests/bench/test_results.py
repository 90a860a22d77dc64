from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from bench.likeness import Likeness
from bench.plot import draw
from bench.results import Figures, Measurement, Result, code_version, digest, keep, kept, load
from bench.table import cost_table, likeness_table
from rich.console import Console

FIGURES = Figures(
    entries=1000,
    vectors="generated",
    passages_an_entry=1.4,
    import_rate=6000,
    embed_rate=60,
    opening=2.0,
    first=30,
    p50=12,
    p95=18,
    memory=100_000_000,
    bytes_an_entry=1300,
    text_an_entry=430,
)
LARGER = replace(FIGURES, entries=3_000_000, p50=71, p95=133, memory=612_000_000, opening=3.25, bytes_an_entry=1100)
RESULT = Result(
    Measurement(1000, "generated", "abc"),
    "v1",
    "2026-01-02",
    "a machine",
    FIGURES,
    (Likeness("de", "different terms", 90, 100),),
)


def drawn(path: Path) -> str:
    return " ".join("".join(text.itertext()) for text in ET.parse(path).getroot().iter("{http://www.w3.org/2000/svg}text"))


def test_what_was_measured_is_found_again_for_the_same_code_and_options(tmp_path: Path) -> None:
    assert load(tmp_path) == []
    keep(tmp_path, RESULT)
    assert kept(tmp_path, RESULT.measurement, "v1") == RESULT
    assert kept(tmp_path, RESULT.measurement, "v2") is None
    assert kept(tmp_path, replace(RESULT.measurement, while_importing=True), "v1") is None
    assert kept(tmp_path, replace(RESULT.measurement, cases="def"), "v1") is None


def test_a_newer_result_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    keep(tmp_path, RESULT)
    keep(tmp_path, replace(RESULT, measurement=Measurement(10, "real")))
    keep(tmp_path, replace(RESULT, code="v2"))
    assert [(each.measurement.entries, each.code) for each in load(tmp_path)] == [(10, "v1"), (1000, "v2")]


def test_the_version_of_the_code_is_that_of_its_contents(tmp_path: Path) -> None:
    assert code_version() == code_version()
    (tmp_path / "a.py").write_text("1", encoding="utf-8")
    before = digest([tmp_path / "a.py"])
    (tmp_path / "a.py").write_text("2", encoding="utf-8")
    assert digest([tmp_path / "a.py"]) != before


def test_the_table_has_a_column_a_size_and_leaves_out_what_was_not_measured() -> None:
    console = Console(width=160, file=io.StringIO(), record=True)
    console.print(cost_table([RESULT, replace(RESULT, figures=replace(LARGER, yardstick_p50=0.5))]))
    console.print(likeness_table(RESULT))
    shown = console.export_text()
    assert "1,000" in shown
    assert "3,000,000" in shown
    assert "–" in next(line for line in shown.splitlines() if "bm25s in memory: p50" in line)
    assert "while another process imports" not in shown
    assert "0.90" in next(line for line in shown.splitlines() if "different terms" in line)


def test_the_plot_shows_every_cost_with_its_budget_and_its_last_value(tmp_path: Path) -> None:
    draw([LARGER, FIGURES], tmp_path / "deep" / "cost.svg")
    shown = drawn(tmp_path / "deep" / "cost.svg")
    for text in ("Recall p50", "Recall p95", "Memory", "Opening", "Disk", "entries in the vault", "3,000,000"):
        assert text in shown
    for budget in (
        "budget: 20",
        "budget: 40",
        "budget: 90",
        "budget: 500",
        "budget: 1,500",
        "budget beyond the text: 1,200",
    ):
        assert budget in shown
    for label in ("alone 71", "alone 133", "memory 612", "opening 3.2", "beyond the text 1,100", "with the text 1,530"):
        assert label in shown
    assert "while importing" not in shown


def test_the_plot_shows_recall_while_importing_where_it_was_measured(tmp_path: Path) -> None:
    draw([FIGURES, replace(LARGER, p50_importing=80, p95_importing=200)], tmp_path / "cost.svg")
    shown = drawn(tmp_path / "cost.svg")
    assert "while importing 80" in shown
    assert "while importing 200" in shown


def test_the_same_figures_give_the_same_picture(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        draw([FIGURES, LARGER], tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize("figures", [FIGURES, LARGER])
def test_one_size_is_a_picture_too(tmp_path: Path, figures: Figures) -> None:
    draw([figures], tmp_path / "cost.svg")
    assert "alone" in drawn(tmp_path / "cost.svg")
