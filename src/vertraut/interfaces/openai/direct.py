"""A model of itself, asked on behalf of a client: with the client's instructions and tools, and what memory says.

The client's messages go to it as they are. Its text passes the boundaries sentence by sentence, JSON string by string; with
memory beside it no address is shown that stands nowhere in what it was given.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from contextlib import closing, suppress
from typing import Any, Final, Literal

from vertraut.application.service import Service
from vertraut.assistant.boundaries import Guard, Situation, guarded, opening
from vertraut.assistant.conversation import turn_entries
from vertraut.assistant.events import citation_of
from vertraut.assistant.links import without_foreign_addresses
from vertraut.assistant.persona import PersonaStore
from vertraut.assistant.prompting import people_in
from vertraut.errors import BadFilter, BadQuery, NoModel
from vertraut.governance import Actor
from vertraut.interfaces.openai.asking import Ask, heard
from vertraut.interfaces.openai.cutting import Cut
from vertraut.interfaces.openai.naming import Chosen
from vertraut.interfaces.openai.replies import Piece, Reply, cited
from vertraut.memory import Context
from vertraut.memory.tokens import estimated_tokens
from vertraut.memory.words import question_language
from vertraut.models import Completion, Message, Models, Request, TextPiece, load_prompt

MEMORY_TOKENS: Final = 2000
"""As much of memory a model is given beside a client's messages."""
ANSWER_TOKENS: Final = 4096
"""So long an answer may be where the client does not say."""

_PROMPTS = "vertraut.interfaces.openai.prompts"
_TEMPERATURE = 0.7
_QUESTION = 4000  # characters of what was said last that memory is asked with
_FENCED = re.compile(r"\s*```(?:json)?\s*\n(.*?)\n?```\s*", re.DOTALL)


class Direct:
    """One request to a model, in a conversation; ``kept`` says that the turn is remembered."""

    def __init__(self, service: Service, actor: Actor, ask: Ask, choice: Chosen, conversation: str, *, kept: bool) -> None:
        self._service = service
        self._actor = actor
        self._ask = ask
        self._choice = choice
        self._conversation = conversation
        self._kept = kept
        self._persona = PersonaStore(service.journal, service.settings).get()
        self._language: Literal["de", "en"] = "de" if question_language(heard(ask.question)) == "de" else "en"
        self._situation = Situation(
            heard(ask.question), ask.history, self._language, self._persona.country, started=None, now=service.clock.now()
        )
        self._context = self._looked_up()
        self._lines = self._context.lines if self._context else ()
        self._known = "\n".join([*(each.text for each in ask.messages), *(line.entry.text for line in self._lines)])

    def events(self) -> Generator[Piece | Reply]:
        """Give the answer."""
        request, help_first = self._request(), opening(self._situation)
        notices = ((help_first.code, help_first.text),) if help_first else ()
        cut, said, done = Cut(self._ask.stops), "", None
        with closing(self._shown(request, f"{help_first.text}\n\n" if help_first else "")) as events:
            for event in events:
                if isinstance(event, Completion):
                    done, shown = event, cut.finish()
                else:
                    shown = cut.feed(event)
                said += shown
                if shown:
                    yield Piece(shown)
                if cut.reason:
                    break
        speaker = done.model if done else self._choice.card
        offered = {tool.name for tool in self._ask.tools}
        calls = tuple(call for call in done.calls if call.name in offered) if done else ()
        finish = done.finish if done and done.finish != "tool_calls" else "stop"
        if self._kept and said.strip() and not calls:
            self._remember(said, speaker)
        yield Reply(
            said,
            "tool_calls" if calls else finish,
            speaker,
            done.usage.input_tokens if done else sum(estimated_tokens(each.text) for each in request.messages),
            done.usage.output_tokens if done else estimated_tokens(said),
            calls=calls,
            evidence=cited(said, self._lines),
            notices=notices,
        )

    def _shown(self, request: Request, first: str) -> Generator[str | Completion]:
        """Give what may be shown of a model's text, then its completion. JSON is looked at when it is whole."""
        guard = Guard(self._situation)
        if first and request.schema is None:
            yield first
        with closing(self._models().stream(request, self._actor)) as events:
            for event in events:
                if isinstance(event, Completion):
                    whole = self._guarded_json(event.text) if request.schema is not None else guard.finish()
                    yield self._with_known_addresses(whole)
                    yield event
                elif isinstance(event, TextPiece) and request.schema is None:
                    yield self._with_known_addresses(guard.feed(event.text))

    def _models(self) -> Models:
        if self._service.models is None:
            raise NoModel
        return self._service.models.only(self._choice.card) if self._choice.card else self._service.models

    def _looked_up(self) -> Context | None:
        """Return what memory says to what was said last; None where it is not asked, or there is nothing to ask it with."""
        if self._choice.use == "off":
            return None
        with suppress(BadQuery, BadFilter):
            return self._service.memory.context(self._ask.question[-_QUESTION:], tokens=MEMORY_TOKENS)
        return None

    def _request(self) -> Request:
        """Return the request: the client's instructions come first, because they stay the same, then what memory says."""
        ask, instructions = self._ask, [each for each in self._ask.messages if each.role == "system"]
        if self._context and self._lines:
            instructions.append(Message("system", load_prompt(_PROMPTS, "memory").text(memory=self._context.text)))
        if ask.call:
            instructions.append(Message("system", load_prompt(_PROMPTS, "call").text()))
        return Request(
            "answer",
            "answer",
            (*instructions, *(each for each in ask.messages if each.role != "system")),
            ask.tools,
            ask.schema,
            ask.max_tokens or ANSWER_TOKENS,
            _TEMPERATURE if ask.temperature is None else ask.temperature,
            tuple(line.id for line in self._lines),
            people_in(self._lines, self._persona.name),
            self._conversation,
        )

    def _guarded_json(self, text: str) -> str:
        fenced = _FENCED.fullmatch(text)
        bare = fenced[1] if fenced else text
        try:
            value = json.loads(bare)
        except (ValueError, RecursionError):
            return self._allowed(bare)
        allowed = self._guarded_value(value)
        return bare if allowed == value else json.dumps(allowed, ensure_ascii=False)

    def _guarded_value(self, value: Any) -> Any:
        match value:
            case str():
                return self._allowed(value) if value.strip() else value
            case list():
                return [self._guarded_value(each) for each in value]
            case dict():
                return {key: self._guarded_value(each) for key, each in value.items()}
        return value

    def _allowed(self, text: str) -> str:
        return guarded(text, self._situation)[0]

    def _with_known_addresses(self, text: str) -> str:
        return without_foreign_addresses(text, self._known, self._language) if text and self._lines else text

    def _remember(self, text: str, model: str) -> None:
        first = next(each.text for each in self._ask.messages if each.role == "user")
        self._service.memory.remember(
            *turn_entries(
                self._ask.question,
                text,
                conversation=self._conversation,
                title=first,
                person=self._persona.name,
                now=self._service.clock.now(),
                zone=self._service.settings.zone,
                evidence=[line.id for line in cited(text, self._lines)],
                citations=[citation_of(line) for line in cited(text, self._lines)],
                model=model,
            )
        )
