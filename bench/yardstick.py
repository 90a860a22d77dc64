"""The yardstick for the machine: bm25s, in memory, on the same texts and questions."""

from __future__ import annotations

import time
from functools import partial

import bm25s
import numpy as np
import Stemmer

from bench.lives import Life
from bench.recalling import Asked

MOST = 100_000_000
"""Characters of all texts up to which it is applied: it holds every word in memory several times."""


def yardstick(life: Life, asked: list[Asked]) -> tuple[float, float, float]:
    """Return the rate of indexing in entries a second, and p50 and p95 of the questions in milliseconds."""
    stemmer = Stemmer.Stemmer("english")
    index = bm25s.BM25(k1=1.2, b=0.75)
    tokens = partial(bm25s.tokenize, stopwords="en", stemmer=stemmer, show_progress=False)
    start = time.perf_counter()
    index.index(tokens(list(life.texts())), show_progress=False)
    built = time.perf_counter() - start
    times = []
    for question in (asked[0], *asked):
        start = time.perf_counter()
        index.retrieve(tokens([question.text]), k=10, show_progress=False)
        times.append((time.perf_counter() - start) * 1000)
    return life.size / built, float(np.percentile(times[1:], 50)), float(np.percentile(times[1:], 95))
