"""The parts of ``peers`` that stand without the peers: scoring, results, table and plot, from made-up results."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from peers.adapters import PEERS
from peers.contract import RANKED, bytes_below, entries_of
from peers.plot import LARGEST, SMALLEST, draw, points
from peers.report import Summary, as_json, markdown, summaries, table
from peers.results import Answered, Figures, Result, fingerprint, place_of, read_result, write_result
from peers.scoring import Score, mean, score, scored_questions, threads_of
from rich.console import Console

from vertraut.evals.cases import Case, Question, read_cases

THREADS = {f"e{n}": f"t{n // 3}" for n in range(60)}
FIGURES = Figures("f", "1.2", 60, 0.25, 2_000_000)
SUMMARY = Summary(Score(0.5, 0.75, 0.9, 0.6), 12.0, 30.0, 4_000_000, 1.5, 60, 4, "1.2")


def question(*evidence: str, name: str = "q1") -> Question:
    threads = frozenset(THREADS[entry] for entry in evidence)
    return Question(name, "What?", frozenset(evidence), threads, "", answerable=bool(evidence), asked_at=None)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    folder = tmp_path / "cases" / "suite" / "one"
    folder.mkdir(parents=True)
    rows = [{"id": id_, "thread": thread, "at": "2025-01-01", "text": "x"} for id_, thread in THREADS.items()]
    asked = [
        {"id": "q1", "question": "What?", "evidence": ["e0", "e30"], "threads": ["t0", "t10"]},
        {"id": "q2", "question": "Who?", "evidence": ["e4"], "threads": ["t1"]},
        {"id": "q3", "question": "Why?", "answerable": False},
    ]
    (folder / "entries.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    (folder / "questions.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in asked), encoding="utf-8")
    return read_cases(tmp_path / "cases")[0]


def result(**times: float) -> Result:
    ranked = ("e0", "e4", "e8")
    return Result({name: Answered(name, ranked, ms) for name, ms in times.items()}, FIGURES)


def test_a_ranking_is_scored_by_entry_and_by_thread() -> None:
    ranked = [f"e{n}" for n in range(40)]
    assert score(ranked, question("e9"), THREADS) == Score(1, 1, 1, 1)
    assert score(ranked, question("e0", "e30"), THREADS) == Score(0.5, 1, 1, 0)  # t10 is the eleventh thread
    assert score(ranked, question("e12"), THREADS) == Score(0, 0, 1, 1)  # t4 is the fifth thread
    assert score(ranked, question("e15"), THREADS) == Score(0, 0, 0, 1)
    assert score(["e2", "e2", *ranked], question("e10"), THREADS) == Score(0, 0, 1, 1)  # twice the same counts once
    assert score([], question("e1"), THREADS) == Score(0, 0, 0, 0)


def test_scores_are_averaged_over_questions() -> None:
    assert mean([Score(1, 1, 0, 0), Score(0.5, 0, 0, 1)]) == Score(0.75, 0.5, 0, 0.5)


def test_only_questions_with_evidence_count(case: Case) -> None:
    assert [each.id for each in scored_questions(case)] == ["q1", "q2"]
    assert threads_of(case) == THREADS


def test_chunks_become_entries_each_once() -> None:
    assert entries_of(["a/1", "b/0", "a/0", "c/d/2"]) == ["a", "b", "c/d"]
    assert len(entries_of(f"{n}/0" for n in range(200))) == RANKED


def test_an_index_is_measured_by_its_files(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "a").write_bytes(b"12345")
    (tmp_path / "b").write_bytes(b"123")
    assert bytes_below(tmp_path) == 8


def test_results_are_read_as_they_were_written(case: Case, tmp_path: Path) -> None:
    path = place_of(tmp_path / "out", case, "bm25s")
    assert read_result(path) is None
    write_result(path, "suite/one", result(q1=1.5, q2=2.5))
    assert read_result(path) == result(q1=1.5, q2=2.5)
    first = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
    assert first == {"case": "suite/one", "question": "q1", "ranked": ["e0", "e4", "e8"], "ms": 1.5}


def test_a_changed_case_or_another_version_is_measured_again(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint("vertraut", case)
    assert before == fingerprint("vertraut", case)
    monkeypatch.setattr("peers.results.version", lambda _: "99")
    newer = fingerprint("vertraut", case)
    with case.entries[0].open("a", encoding="utf-8") as lines:
        lines.write("\n")
    assert len({before, newer, fingerprint("vertraut", case)}) == 3


def test_results_are_summed_up_over_the_cases_of_a_suite(case: Case) -> None:
    other = replace(case, name="two")
    measured = [(case, "vertraut", result(q1=1, q2=2, q3=90)), (other, "vertraut", result(q1=3, q2=4, q3=90))]
    found = summaries([*measured, (case, "bm25s", result(q1=1, q2=1, q3=1))])["suite"]
    assert list(found) == ["vertraut"]  # bm25s lacks a case, so that it cannot be compared
    assert found["vertraut"] == Summary(
        score=Score(recall=0.75, hit=1, thread_hit=1, thread_all=0.5),
        p50=2, p95=4, index_bytes=4_000_000, build_seconds=0.5, entries=120, questions=4, version="1.2",
    )  # fmt: skip


def test_the_table_shows_every_peer_and_marks_the_best() -> None:
    better = replace(SUMMARY, score=replace(SUMMARY.score, recall=0.8), p50=0.04, version="1.64.2")
    shown = table("german", {"vertraut": SUMMARY, "bm25s": better})
    console = Console(file=io.StringIO(), width=80, record=True)
    console.print(shown)
    text = console.export_text(clear=False)
    assert "german: 60 entries, 4 questions" in text
    assert [line.split()[0] for line in text.splitlines()[-2:]] == ["Vertraut", "bm25s"]
    assert "…" not in text
    assert "0.04" in text
    assert "\x1b[1m80.0" in console.export_text(styles=True)
    lines = markdown({"german": {"vertraut": SUMMARY, "bm25s": better}}).splitlines()
    assert (
        lines[-1]
        == "| bm25s | **80.0** | **75.0** | **90.0** | **60.0** | **0.04** | **30.0** | **4.0** | **1.5** | 1.64.2 |"
    )
    assert lines[-2].startswith("| Vertraut | 50.0 | **75.0** |")


def test_the_report_is_json_with_the_machine_and_all_figures() -> None:
    report = json.loads(json.dumps(as_json({"german": {"vertraut": SUMMARY}})))
    assert report["suites"]["german"]["vertraut"]["score"]["recall"] == 0.5
    assert "cores" in report["machine"]
    assert report["peers"].keys() == PEERS.keys()


def test_discs_are_as_large_as_the_index() -> None:
    large = replace(SUMMARY, index_bytes=40_000_000)
    tiny = replace(SUMMARY, index_bytes=1000)
    found = points({"bm25s": tiny, "vertraut": SUMMARY, "chromadb": large})
    assert [point.area for point in found] == [LARGEST, LARGEST / 10, SMALLEST]
    assert [point.label for point in found] == ["Chroma, 40 MB", "Vertraut, 4.0 MB", "bm25s, 0.0 MB"]
    assert (found[1].x, found[1].y) == (12.0, 50.0)


def test_the_plot_names_every_peer_in_every_panel(tmp_path: Path) -> None:
    crowd = {name: replace(SUMMARY, p50=12 + n / 10) for n, name in enumerate(PEERS)}  # all but in one place
    alone = {"vertraut": SUMMARY}
    draw({"german": crowd, "locomo": alone, "third": alone}, tmp_path / "plot.svg")
    root = ET.parse(tmp_path / "plot.svg").getroot()
    words = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words.count("Vertraut, 4.0 MB") == 3
    assert all(f"{about.title}, 4.0 MB" in words for about in PEERS.values())
    assert "german: 60 entries, 4 questions" in words
