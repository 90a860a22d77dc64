"""A turn with the assistant: recall, an answer with numbered evidence, its check, and the turn remembered.

Every sentence passes two judges that no model can talk to before it is shown: what it says about the person must be carried
by what it cites (``checking``), and nothing that must never be said stays in it (``boundaries``). Without a model, or where
none answers, memory is quoted. A finished turn is remembered before ``Finished`` is given: what was told is durable.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import Final

from vertraut.assistant import quoting, tools
from vertraut.assistant.boundaries import Guard, Situation, Spoken, continuous_since, guarded, opening
from vertraut.assistant.checking import Checker
from vertraut.assistant.conversation import (
    REMINDED,
    TURNS_TOLD,
    citations_of,
    cited_numbers,
    new_conversation,
    spoken,
    turn_entries,
)
from vertraut.assistant.events import (
    QUOTES,
    Evidence,
    Finished,
    Notice,
    Proposal,
    Said,
    Turn,
    TurnEvent,
)
from vertraut.assistant.feedback import Feedback
from vertraut.assistant.links import without_foreign_addresses
from vertraut.assistant.memory import Memory
from vertraut.assistant.persona import Persona, PersonaStore, language_for
from vertraut.assistant.prompting import asked, instructions, memory_text, people_in, renumbered, told
from vertraut.assistant.remarks import remark_of
from vertraut.assistant.sentences import Sentence, Sentences
from vertraut.assistant.statements import Statement, sentences_of
from vertraut.clock import Clock, When, zone_of
from vertraut.errors import BadQuery, ModelError, ModelUnavailable
from vertraut.governance import Actor
from vertraut.ledger import OWN_SOURCE, Entry, Journal
from vertraut.memory import Embedder, Recalled
from vertraut.memory.context import Line
from vertraut.models import Completion, Event, Message, Models, Request, TextPiece, Usage
from vertraut.settings import Settings

ROUNDS: Final = 4
"""How often a model may be asked within a turn: its answer, and before it what came of its tools."""

_HITS: Final = 10
_CALLS: Final = 8  # of tools, that are carried out in a round
_TOKENS: Final = 2400
_TOKENS_FOR_SMALL: Final = 1200
_LOOKED_BACK: Final = 200  # entries of a conversation, for how long it has lasted
_TOKENS_MORE: Final = 800
_FOR_MACHINES: Final = re.compile(r"```json\b|</?tool_call|[{}\[\]]+,?\s*$|\{\s*\"|\"\w+\"\s*:")
"""How JSON begins: a small model may write a call of a tool as if it were an answer."""


class Assistant:
    """The assistant of one space. It holds no state of a conversation: that is in memory."""

    def __init__(
        self,
        memory: Memory,
        models: Models | None,
        journal: Journal,
        clock: Clock,
        settings: Settings,
        *,
        embedder: Embedder | None = None,
    ) -> None:
        """Answer from ``memory``; the embedder lets a statement pass that says the same in other words."""
        self.memory = memory
        self.embedder = embedder
        self.models = models
        self.clock = clock
        self.settings = settings
        self.personas = PersonaStore(journal, settings)
        self.feedback = Feedback(journal)

    def turn(
        self,
        text: str,
        *,
        conversation: str = "",
        actor: Actor,
        remember: bool = True,
        history: Sequence[Spoken] | None = None,
        now: datetime | None = None,
        confirm: Callable[[Proposal], bool] | None = None,
        without: Collection[int] = (),
    ) -> Generator[TurnEvent, None, None]:
        """Take a turn and give what happens in it; the last event is ``Finished``, unless it is closed before.

        An empty ``conversation`` begins one. Without ``remember`` nothing of it is kept. ``history`` is for those who keep
        the conversation themselves; else it is what memory holds of it. ``confirm`` is asked before anything is forgotten.
        The answer rests on no entry of ``without``, and on none that the person did not want for this very question.
        Raises ``NotAllowed`` and ``BadQuery`` before anything happens.
        """
        actor.require("ask")
        if not text.strip():
            raise BadQuery
        taking = _Taking(self, text, actor, conversation, history, now or self.clock.now())
        return taking.events(remember=remember, confirm=confirm, without=without)


class _Taking:
    """One turn while it is taken."""

    def __init__(  # noqa: PLR0917  made in one place, in the order of what it needs
        self,
        assistant: Assistant,
        text: str,
        actor: Actor,
        conversation: str,
        history: Sequence[Spoken] | None,
        now: datetime,
    ) -> None:
        self._by = assistant
        self._text = text
        self._actor = actor
        self._conversation = conversation or new_conversation()
        self._now = now
        self._may = actor
        self._kept = True
        self._confirm: Callable[[Proposal], bool] | None = None
        self._persona: Persona = assistant.personas.get()
        past = assistant.memory.thread(OWN_SOURCE, conversation, last=_LOOKED_BACK) if conversation else []
        self._history = tuple(history) if history is not None else spoken(past[-2 * TURNS_TOLD :])
        told_by_person = [*(each.text for each in self._history if each.role == "person"), text]
        self._language = language_for(self._persona, told_by_person, assistant.settings.language)
        first = self._history[0].text if self._history else text
        self._title = past[0][1].thread_title if past else first
        self._situation = self._situated(past)
        self._guard = Guard(self._situation)
        self._lines: tuple[Line, ...] = ()
        self._sentences = Sentences()
        self._said: list[str] = []
        self._statements: list[Statement] = []
        self._usage: list[Usage] = []
        self._checker = Checker((), self._language)
        self._model = QUOTES
        self._known = True
        self._reminded = False
        self._left_out = assistant.feedback.left_out(text)
        self._cited_before = {each.number: each.entry for each in citations_of(past[-1][1])} if past else {}

    def events(
        self, *, remember: bool, confirm: Callable[[Proposal], bool] | None, without: Collection[int]
    ) -> Generator[TurnEvent, None, None]:
        """Give what happens in the turn."""
        self._kept, self._confirm = remember, confirm
        self._left_out |= set(without)
        self._may = self._actor if remember else self._actor.without("remember")
        first = opening(self._situation)
        if first and first.code == "crisis":
            yield self._show(f"{first.text}\n\n")
        yield from self._answered(crisis=bool(first and first.code == "crisis"))
        if first and first.code != "crisis":
            self._reminded = True
            yield Notice("long_session", first.text)
        yield Finished(self._finished())

    def _situated(self, past: Sequence[tuple[int, Entry]]) -> Situation:
        started = continuous_since((entry.when.instant for _, entry in past), self._now)
        reminded = max((entry.when.instant for _, entry in past if entry.meta.get(REMINDED)), default=None)
        country = self._persona.country
        return Situation(self._text, self._history, self._language, country, started, self._now, reminded)

    def _answered(self, *, crisis: bool) -> Iterator[TurnEvent]:
        """Answer with a model if one does, else with quotes; what is asked for by number is forgotten without either."""
        if ids := self._to_forget():
            gone = tools.forget(ids, self._by.memory, self._confirmed)
            yield self._show(quoting.forgotten(self._language, gone))
            return
        models = self._by.models
        if models is not None and models.available:
            try:
                yield from self._by_model(models)
            except ModelError as why:
                yield Notice(*remark_of(why, self._language, self._persona))
                if self._statements:  # it broke off: what was said stays said
                    return
            else:
                return
        if not crisis:
            yield from self._by_quotes()

    def _by_quotes(self) -> Iterator[TurnEvent]:
        self._model = QUOTES
        if small := quoting.small_talk(self._text, self._persona):
            yield self._show(small)
            return
        if not self._usage and self._may.allows("remember") and tools.asks_to_remember(self._text):
            yield self._show(quoting.noted(self._language, self._note(self._text)))
            return
        answer = self._by.memory.answer(self._recalled())
        self._lines, self._known = quoting.quoted_lines(answer), answer.known
        yield Evidence(self._lines)
        text = quoting.quoted_answer(answer, self._language, self._persona)
        yield self._show(without_foreign_addresses(text, self._known_words(), self._language))

    def _to_forget(self) -> tuple[int, ...]:
        """Return the entries that the person asks to forget by their numbers in the answer before."""
        named = tools.asked_to_forget(self._text) if self._may.allows("forget") else ()
        return tuple(dict.fromkeys(self._cited_before[number] for number in named if number in self._cited_before))

    def _recalled(self) -> Recalled:
        recalled = self._by.memory.recall(self._text, count=_HITS + len(self._left_out), now=self._now)
        wanted = tuple(hit for hit in recalled.hits if hit.id not in self._left_out)
        return replace(recalled, hits=wanted[:_HITS])

    def _by_model(self, models: Models) -> Iterator[TurnEvent]:
        """Let a model answer, sentence by sentence, with what its tools bring."""
        self._lines = self._found(self._text, _TOKENS_FOR_SMALL if models.is_small("answer") else _TOKENS)
        yield Evidence(self._lines)
        messages = [*instructions(self._persona, self._now, self._by.settings.zone), *told(self._history)]
        messages.append(asked(self._text, self._lines))
        for left in reversed(range(ROUNDS)):
            completion = yield from self._round(models, self._request(messages, with_tools=left > 0))
            if not completion.calls or not left:
                break
            before = self._lines
            calls = completion.calls[:_CALLS]
            messages.append(Message("assistant", completion.text, calls))
            messages += [Message("tool", tools.run(call, self._setting()), call_id=call.id) for call in calls]
            if self._lines != before:
                yield Evidence(self._lines)
        yield from self._judged(self._sentences.feed(self._guard.finish()) + self._sentences.finish())
        if rest := self._checker.rest():
            yield self._show(rest)
        self._known = self._checker.known
        if not "".join(self._said).strip():
            yield from self._by_quotes()

    def _round(self, models: Models, request: Request) -> Generator[TurnEvent, None, Completion]:
        """Ask the model once; what it says is shown as far as it is carried and may be said."""
        self._checker = self._checking()
        with closing(self._spoken(models, request)) as events:
            for event in events:
                if isinstance(event, TextPiece):
                    yield from self._judged(self._sentences.feed(self._guard.feed(event.text)))
                else:
                    self._model = event.model
                    self._usage.append(event.usage)
                    return event
        raise ModelUnavailable(self._model, "it ended without an answer")

    def _spoken(self, models: Models, request: Request) -> Generator[Event, None, None]:
        """Give the model's answer while it is written; where a better one may have to be asked, when it is there."""
        if not models.cascading:
            yield from models.stream(request, self._actor)
            return
        completion = models.complete(request, self._actor, check=self._is_good)
        yield TextPiece(completion.text)
        yield completion

    def _is_good(self, completion: Completion) -> bool:
        """Say whether everything an answer says is carried, and nothing in it must be left out."""
        text, findings = guarded(completion.text, self._situation)
        checker = self._checking()
        judged = [checker.sentence(text[start:stop]) for start, stop in sentences_of(text)]
        return bool(completion.calls) or not (findings or any(each.verdict == "unsupported" for each in judged))

    def _checking(self) -> Checker:
        zone = self._by.settings.zone
        return Checker(
            self._lines,
            self._language,
            known_text=self._own_words(),
            embedder=self._by.embedder,
            asked=self._now.astimezone(zone_of(zone)).date(),
            owner=self._persona.name,
            names=self._by.memory.authors(),
            zone=zone,
        )

    def _judged(self, sentences: Sequence[Sentence]) -> Iterator[TurnEvent]:
        """Show sentences that are carried. What the guard said in a sentence's place needs no evidence."""
        for gap, sentence in sentences:
            shown = sentence
            if _FOR_MACHINES.match(sentence):
                continue
            if not any(sentence in each for each in self._guard.own):
                statement = self._checker.sentence(sentence)
                self._statements.append(statement)
                if statement.verdict == "unsupported":
                    continue
                shown = statement.text
            yield self._show(f"{gap}{without_foreign_addresses(shown, self._known_words(), self._language)}")

    def _request(self, messages: Sequence[Message], *, with_tools: bool) -> Request:
        offered = tools.specs(self._may) if with_tools else ()
        entries = tuple(line.id for line in self._lines)
        names = people_in(self._lines, self._persona.name)
        return Request(
            "answer", "answer", tuple(messages), offered, entries=entries, names=names, conversation=self._conversation
        )

    def _setting(self) -> tools.ToolSetting:
        zone, memory = self._by.settings.zone, self._by.memory
        return tools.ToolSetting(
            self._may,
            self._text,
            self._now,
            zone,
            self._lines,
            memory,
            self._look,
            self._note,
            self._confirmed,
            earlier=self._own_words(),
        )

    def _look(self, question: str) -> str:
        """Recall for a tool: new lines are numbered on, and told to the model as quoted memory."""
        known = {line.id for line in self._lines}
        found = [line for line in self._found(question, _TOKENS_MORE) if line.id not in known]
        first = max((line.number for line in self._lines), default=0) + 1
        new = tuple(renumbered(line, number) for number, line in enumerate(found, start=first))
        self._lines += new
        return memory_text(new) or "Nothing more was found."

    def _note(self, text: str) -> int:
        when = When.of_datetime(self._now, self._by.settings.zone, self._by.settings.zone)
        entry = Entry("written", str(uuid.uuid4()), "note", when, text, author=self._persona.name, thread="notes")
        return self._by.memory.remember(entry)[0]

    def _confirmed(self, proposal: Proposal) -> bool:
        """Ask the person; after a yes the turn is not remembered: it may hold what is forgotten."""
        agreed = self._confirm is not None and self._confirm(proposal)
        self._kept = self._kept and not agreed
        return agreed

    def _found(self, question: str, tokens: int) -> tuple[Line, ...]:
        try:
            lines = self._by.memory.context(question, tokens=tokens, now=self._now).lines
        except BadQuery:  # nothing in it to look for: "?", "…"
            return ()
        return tuple(line for line in lines if line.id not in self._left_out)

    def _known_words(self) -> str:
        """Return what an address in an answer may come from."""
        return "\n".join([self._text, *(line.entry.text for line in self._lines)])

    def _own_words(self) -> str:
        return "\n".join([*(each.text for each in self._history if each.role == "person"), self._text])

    def _show(self, text: str) -> Said:
        shown = text if self._said else text.lstrip()
        self._said.append(shown)
        return Said(shown)

    def _finished(self) -> Turn:
        text = "".join(self._said).strip()
        numbers = {line.number for line in self._lines}
        cited = tuple(sorted({number for number in cited_numbers(text) if number in numbers}))
        turn = Turn(
            self._text, text, self._conversation, self._lines, cited, self._known, self._model,
            tuple(self._statements), tuple(self._guard.findings), tuple(self._usage), (), tuple(sorted(self._left_out)),
        )  # fmt: skip
        return replace(turn, numbers=self._remembered(turn)) if self._kept else turn

    def _remembered(self, turn: Turn) -> tuple[int, ...]:
        about = {"conversation": self._conversation, "title": self._title, "person": self._persona.name}
        zone = self._by.settings.zone
        return self._by.memory.remember(
            *turn_entries(
                turn.question,
                turn.text,
                now=self._now,
                zone=zone,
                evidence=turn.evidence,
                citations=turn.citations,
                model=turn.model,
                reminded=self._reminded,
                **about,
            )
        )
