"""A turn with the assistant: recall, an answer with numbered evidence, its check, and the turn remembered.

What a model says is judged before it is shown (``speech``), by what was recalled (``grounds``). Without a model, or where
none answers, memory is quoted. A finished turn is remembered before ``Finished`` is given: what was told is durable.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import Final

from vertraut.assistant import quoting, tools
from vertraut.assistant.beginning import Beginning, begun
from vertraut.assistant.boundaries import Spoken, opening
from vertraut.assistant.conversation import turn_entries
from vertraut.assistant.events import QUOTES, Evidence, Finished, Notice, Proposal, Turn, TurnEvent
from vertraut.assistant.feedback import Feedback
from vertraut.assistant.grounds import Grounds
from vertraut.assistant.memory import Memory
from vertraut.assistant.persona import PersonaStore
from vertraut.assistant.prompting import asked, instructions, people_in, told
from vertraut.assistant.remarks import remark_of
from vertraut.assistant.speech import Speech
from vertraut.clock import Clock, When
from vertraut.errors import BadQuery, ModelError, ModelUnavailable
from vertraut.governance import Actor
from vertraut.ledger import Entry, Journal
from vertraut.memory import Embedder
from vertraut.models import Completion, Event, Message, Models, Request, TextPiece, ToolCall, Usage
from vertraut.settings import Settings

ROUNDS: Final = 4
"""How often a model may be asked within a turn: its answer, and before it what came of its tools."""

_CALLS: Final = 8  # of tools, that are carried out in a round
_TOKENS: Final = 2400
_TOKENS_FOR_SMALL: Final = 1200


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
        beginning = begun(
            text,
            conversation,
            history,
            memory=self.memory,
            persona=self.personas.get(),
            settings=self.settings,
            now=now or self.clock.now(),
        )
        left_out = self.feedback.left_out(text) | set(without)
        return _Taking(self, actor, beginning, left_out, remember=remember, confirm=confirm).events()


class _Taking:
    """One turn while it is taken."""

    def __init__(
        self,
        assistant: Assistant,
        actor: Actor,
        beginning: Beginning,
        left_out: Collection[int],
        *,
        remember: bool,
        confirm: Callable[[Proposal], bool] | None,
    ) -> None:
        self._by = assistant
        self._begun = beginning
        self._actor = actor
        self._may = actor if remember else actor.without("remember")
        self._kept = remember
        self._confirm = confirm
        self._grounds = Grounds(assistant.memory, beginning, left_out)
        self._speech = Speech(beginning, self._grounds, assistant.memory, assistant.embedder)
        self._usage: list[Usage] = []
        self._model = QUOTES
        self._known = True
        self._reminded = False
        self._noting = False

    def events(self) -> Generator[TurnEvent, None, None]:
        """Give what happens in the turn."""
        first = opening(self._begun.situation)
        if first and first.code == "crisis":
            yield self._speech.say(f"{first.text}\n\n")
        yield from self._answered(crisis=bool(first and first.code == "crisis"))
        if first and first.code != "crisis":
            self._reminded = True
            yield Notice("long_session", first.text)
        yield Finished(self._finished())

    def _answered(self, *, crisis: bool) -> Iterator[TurnEvent]:
        """Answer with a model if one does, else with quotes; what is asked for by number is forgotten without either."""
        if ids := self._to_forget():
            gone = tools.forget(ids, self._by.memory, self._confirmed)
            yield self._speech.say(quoting.forgotten(self._begun.language, gone))
            return
        models = self._by.models
        if models is not None and models.available:
            try:
                yield from self._by_model(models)
            except ModelError as why:
                yield Notice(*remark_of(why, self._begun.language, self._begun.persona))
                if self._speech.statements:  # it broke off: what was said stays said
                    return
            else:
                return
        if not crisis:
            yield from self._by_quotes()

    def _to_forget(self) -> tuple[int, ...]:
        """Return the entries that the person asks to forget by their numbers in the answer before."""
        named = tools.asked_to_forget(self._begun.text) if self._may.allows("forget") else ()
        return tuple(dict.fromkeys(self._begun.cited[number] for number in named if number in self._begun.cited))

    def _by_quotes(self) -> Iterator[TurnEvent]:
        language, persona = self._begun.language, self._begun.persona
        self._model = QUOTES
        if small := quoting.small_talk(self._begun.text, persona):
            yield self._speech.say(small)
            return
        if number := self._grounds.noted or self._noted_unasked():
            yield self._speech.say(quoting.noted(language, number))
            return
        answer = self._grounds.quote()
        self._known = answer.known
        yield Evidence(self._grounds.lines)
        yield self._speech.quote(quoting.quoted_answer(answer, language, persona))

    def _by_model(self, models: Models) -> Iterator[TurnEvent]:
        """Let a model answer, sentence by sentence, with what its tools bring."""
        grounds, begun = self._grounds, self._begun
        grounds.gather(_TOKENS_FOR_SMALL if models.is_small("answer") else _TOKENS)
        yield Evidence(grounds.lines)
        messages = [*instructions(begun.persona, begun.now, begun.zone), *told(begun.history)]
        messages.append(asked(begun.text, grounds.lines))
        for left in reversed(range(ROUNDS)):
            completion = yield from self._round(models, self._request(messages, with_tools=left > 0))
            if not completion.calls or not left:
                break
            before = grounds.lines
            calls = completion.calls[:_CALLS]
            messages.append(Message("assistant", completion.text, calls))
            messages += [Message("tool", self._run(call), call_id=call.id) for call in calls]
            if grounds.lines != before:
                yield Evidence(grounds.lines)
        yield from self._speech.end()
        self._known = self._speech.known
        yield from self._closing()
        if not self._speech.text:
            yield from self._by_quotes()

    def _closing(self) -> Iterator[TurnEvent]:
        """Say what a model left unsaid: that a note was kept, what was reckoned, or that memory does not hold it."""
        rest, unsaid = self._speech.rest(), self._speech.rest() or not self._speech.text
        number = self._noted_unasked() or (self._grounds.noted if unsaid else 0)
        own = quoting.noted(self._begun.language, number) if number else self._grounds.sum() if unsaid else ""
        self._known = self._known or bool(own)
        if own or rest:
            yield self._speech.say(f" {own}" if own else rest)

    def _noted_unasked(self) -> int:
        """Keep the note that the person asked for where no model has called for it; 0 where there is none to keep."""
        wanted = self._may.allows("remember") and tools.asks_to_remember(self._begun.text)
        return self._note(self._begun.text) if wanted and not self._noting else 0

    def _run(self, call: ToolCall) -> str:
        """Carry out a call; what it reckons, and whether it was about a note, counts for the answer."""
        self._noting = self._noting or call.name == "remember"
        result = tools.run(call, self._setting())
        self._grounds.brought(call.name, result)
        return result

    def _round(self, models: Models, request: Request) -> Generator[TurnEvent, None, Completion]:
        """Ask the model once; what it says is shown as far as it is carried and may be said."""
        self._speech.listen()
        with closing(self._spoken(models, request)) as events:
            for event in events:
                if isinstance(event, TextPiece):
                    yield from self._speech.hear(event.text)
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
        completion = models.complete(request, self._actor, check=self._speech.is_good)
        yield TextPiece(completion.text)
        yield completion

    def _request(self, messages: Sequence[Message], *, with_tools: bool) -> Request:
        return Request(
            "answer",
            "answer",
            tuple(messages),
            tools.specs(self._may) if with_tools else (),
            entries=tuple(line.id for line in self._grounds.lines),
            names=people_in(self._grounds.lines, self._begun.persona.name),
            conversation=self._begun.conversation,
        )

    def _setting(self) -> tools.ToolSetting:
        return tools.ToolSetting(
            self._may,
            self._begun.text,
            self._begun.now,
            self._begun.zone,
            self._grounds.lines,
            self._by.memory,
            self._grounds.look,
            self._note,
            self._confirmed,
            earlier=self._begun.own_words,
        )

    def _note(self, text: str) -> int:
        when = When.of_datetime(self._begun.now, self._begun.zone, self._begun.zone)
        author = self._begun.persona.name
        entry = Entry("written", str(uuid.uuid4()), "note", when, text, author=author, thread="notes")
        self._grounds.note, self._noting = f"{self._grounds.note}\n{text}".strip(), True
        self._grounds.noted = self._by.memory.remember(entry)[0]
        return self._grounds.noted

    def _confirmed(self, proposal: Proposal) -> bool:
        """Ask the person; after a yes the turn is not remembered: it may hold what is forgotten."""
        agreed = self._confirm is not None and self._confirm(proposal)
        self._kept = self._kept and not agreed
        return agreed

    def _finished(self) -> Turn:
        text = self._speech.text
        turn = Turn(
            self._begun.text,
            text,
            self._begun.conversation,
            self._grounds.lines,
            self._grounds.cited(text),
            self._known,
            self._model,
            tuple(self._speech.statements),
            self._speech.findings,
            tuple(self._usage),
            (),
            tuple(sorted(self._grounds.left_out)),
        )
        return replace(turn, numbers=self._remembered(turn)) if self._kept else turn

    def _remembered(self, turn: Turn) -> tuple[int, ...]:
        return self._by.memory.remember(
            *turn_entries(
                turn.question,
                turn.text,
                conversation=turn.conversation,
                title=self._begun.title,
                person=self._begun.persona.name,
                now=self._begun.now,
                zone=self._begun.zone,
                evidence=turn.evidence,
                citations=turn.citations,
                model=turn.model,
                reminded=self._reminded,
            )
        )
