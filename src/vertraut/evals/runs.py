"""Running cases: each is remembered in a vault of its own in a temporary home, then asked its questions.

Nothing of a case stays behind but the run file and the cached vectors.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vertraut.application import Space, open_space
from vertraut.clock import zone_of
from vertraut.errors import BadCases
from vertraut.evals.cases import Case, Question, read_cases
from vertraut.evals.embedding_cache import CachedEmbedder, cache_path
from vertraut.memory import Embedder
from vertraut.settings import Settings


@dataclass(frozen=True, slots=True)
class EvalProgress:
    """Where a run stands: which case, what it is at ("remembering", "embedding", "asking"), how far."""

    case: str
    doing: str
    done: int
    total: int


Watcher = Callable[[EvalProgress], None]


def run_cases(cases: Path, out: Path, *, embedder: Embedder, count: int = 50, progress: Watcher | None = None) -> int:
    """Recall ``count`` entries for every question of the cases and write one line each; return the number of questions.

    Vectors of entries are kept in the platform's cache folder, so that a second run is quick.

    A line: {"case", "question", "ranked": [entry ids], "ms", "confidence", "known"}. Raises ``BadCases``.
    """
    watch = progress or (lambda _: None)
    cached = CachedEmbedder(embedder, cache_path())
    done = 0
    found = read_cases(cases)
    with out.open("w", encoding="utf-8") as lines:
        for case in found:
            with remembered(case, cached, watch) as (space, names):
                for line in _asked(case, space, names, count, watch):
                    lines.write(json.dumps(line, ensure_ascii=False) + "\n")
                    done += 1
    return done


@contextmanager
def remembered(case: Case, embedder: Embedder, watch: Watcher) -> Iterator[tuple[Space, dict[int, str]]]:
    """Give a space that remembers a case, and the case's own name of each entry."""
    label = f"{case.suite}/{case.name}"
    with tempfile.TemporaryDirectory(prefix="vertraut-eval-") as folder:
        settings = Settings(home=Path(folder), zone="UTC", master_key="file")
        with open_space("case", settings=settings, embedder=embedder) as space:
            report = space.import_paths(case.entries)
            for file in report.files:
                for problem in file.problems:
                    raise BadCases(case.entries[0].parent / file.name, f"{problem.place}: {problem.reason}")
            watch(EvalProgress(label, "remembering", report.read, report.read))
            space.embed(progress=lambda p: watch(EvalProgress(label, "embedding", p.done, p.total)))
            names = {seq: case.name_of(entry) for seq, entry in space.entries()}
            yield space, names


def asked_time(space: Space, question: Question) -> datetime:
    """Return when a question is asked: as it says, else right after the newest entry."""
    if question.asked_at:
        return question.asked_at.replace(tzinfo=zone_of(space.settings.zone)).astimezone(UTC)
    return space.stats().last or datetime.now(UTC)


def _asked(case: Case, space: Space, names: dict[int, str], count: int, watch: Watcher) -> Iterator[dict[str, Any]]:
    label = f"{case.suite}/{case.name}"
    for number, question in enumerate(case.questions, start=1):
        now = asked_time(space, question)
        start = time.perf_counter()
        recalled = space.recall(question.text, count=count, now=now)
        spent = (time.perf_counter() - start) * 1000
        said = space.answer(recalled)
        yield {
            "case": label,
            "question": question.id,
            "ranked": [names[hit.id] for hit in recalled.hits],
            "ms": round(spent, 3),
            "confidence": round(said.confidence, 4),
            "known": said.known,
        }
        watch(EvalProgress(label, "asking", number, len(case.questions)))
