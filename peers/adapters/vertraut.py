"""Vertraut itself, as ``vertraut eval`` measures it: a vault of its own for each case, recall with the shipped weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from peers.contract import RANKED, Built, Corpus, bytes_below
from vertraut.evals import EvalProgress
from vertraut.evals.runs import remembered
from vertraut.memory import Embedder


@contextmanager
def build(corpus: Corpus, folder: Path, engine: Embedder) -> Iterator[Built]:
    """Import the case's files, as a person would."""
    with remembered(corpus.case, engine, _unwatched) as (space, names):

        def ask(question: str, now: datetime) -> Sequence[str]:
            return [names[hit.id] for hit in space.recall(question, count=RANKED, now=now).hits]

        def size() -> int:
            space.backup(folder / "vault.db")
            return bytes_below(folder)

        yield Built(ask, size)


def _unwatched(progress: EvalProgress) -> None:
    """Pass over how far it is: it is watched from outside."""
