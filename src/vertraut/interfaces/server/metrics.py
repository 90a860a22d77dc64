"""What a server counts, for Prometheus: requests and how long they took, open streams, and calls of language models.

Labels are routes, statuses, and names of models; nothing of any person. Engagement is not measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from vertraut.ledger import Journal

MEDIA_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4

_SECONDS: Final = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5, 10, 30, 60, 120)


class Metrics:
    """The counters of one server."""

    def __init__(self, journal: Journal) -> None:
        self._registry = registry = CollectorRegistry()
        labels = ["method", "route"]
        self._requests = Counter("vertraut_http_requests", "Requests that ended", [*labels, "status"], registry=registry)
        self._seconds = Histogram(
            "vertraut_http_request_seconds",
            "Until the last byte of the answer was sent",
            labels,
            buckets=_SECONDS,
            registry=registry,
        )
        self.running = Gauge("vertraut_http_requests_running", "Requests being answered", registry=registry)
        self.streams = Gauge("vertraut_http_streams_open", "Answers being streamed", registry=registry)
        registry.register(_ModelCalls(journal))

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that ended."""
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(method, route).observe(seconds)

    def text(self) -> bytes:
        """Return all of it as Prometheus reads it."""
        return generate_latest(self._registry)


class _ModelCalls(Collector):
    """Counts the calls of language models that the journal holds, those of other processes among them."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._read_up_to = 0
        self._calls: dict[tuple[str, ...], float] = {}
        self._tokens: dict[tuple[str, ...], float] = {}
        self._dollars: dict[tuple[str, ...], float] = {}

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Yield the counters, brought up to date."""
        for line in self._journal.read("call", after=self._read_up_to):
            self._read_up_to = line.seq
            call = line.content
            model = f"{call['provider']}/{call['model']}"
            _add(self._calls, (model, call["task"], call["outcome"]), 1)
            _add(self._tokens, (model, "input"), call["input_tokens"])
            _add(self._tokens, (model, "output"), call["output_tokens"])
            _add(self._dollars, (model,), float(Decimal(call["cost"])))
        yield _family("calls", "Calls of language models", ["model", "task", "outcome"], self._calls)
        yield _family("tokens", "Tokens of language models", ["model", "direction"], self._tokens)
        yield _family("cost_dollars", "US dollars for language models", ["model"], self._dollars)

    def describe(self) -> Iterator[CounterMetricFamily]:
        """Yield nothing: what there is, is only known when it is collected."""
        yield from ()


def _add(counts: dict[tuple[str, ...], float], key: tuple[str, ...], value: float) -> None:
    counts[key] = counts.get(key, 0) + value


def _family(name: str, help_line: str, labels: list[str], counts: dict[tuple[str, ...], float]) -> CounterMetricFamily:
    family = CounterMetricFamily(f"vertraut_model_{name}", help_line, labels=labels)
    for key, value in counts.items():
        family.add_metric(key, value)
    return family
