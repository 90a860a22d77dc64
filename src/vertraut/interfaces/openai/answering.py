"""Who answers a request: the assistant with its checked turns, or a model of itself with what memory says beside it.

Both ways nothing is shown that the boundaries forbid, what leaves the machine passes the privacy gate, and a turn is
remembered once, when it is finished. What goes wrong before the first word is raised by ``begin``.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace

from starlette.datastructures import Headers

from vertraut.application.service import Service
from vertraut.assistant import Assistant, Finished, Notice, Said, TurnEvent
from vertraut.assistant.conversation import TURNS_TOLD
from vertraut.governance import Actor
from vertraut.interfaces.openai.asking import LONGEST_QUESTION, Ask
from vertraut.interfaces.openai.conversations import Conversations, Place
from vertraut.interfaces.openai.cutting import Cut
from vertraut.interfaces.openai.direct import Direct
from vertraut.interfaces.openai.naming import Chosen, chosen
from vertraut.interfaces.openai.refusals import Refusal, invalid
from vertraut.interfaces.openai.replies import Exchange, Piece, Reply, cited
from vertraut.ledger import OWN_SOURCE, said_by_us
from vertraut.memory.tokens import estimated_tokens
from vertraut.models import Message, ModelCard


class Answering:
    """Answers requests over one served space. Any thread may use it."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._quotes = Assistant(service.memory, None, service.journal, service.clock, service.settings)
        self._conversations = Conversations(service.clock)

    @property
    def cards(self) -> tuple[ModelCard, ...]:
        """The models that are set up."""
        return self._service.models.cards if self._service.models else ()

    def begin(self, actor: Actor, ask: Ask, headers: Headers, *, conversation: str = "", after: str = "") -> Exchange:
        """Begin to answer, up to the first word. Raises ``Refusal`` and whatever goes wrong until then.

        ``conversation`` is its name if the client has one for it; ``after`` the response that it goes on with: what was said
        before is then not in the request, but in memory.
        """
        actor.require("ask")
        choice = chosen(ask.model, headers, self.cards)
        place = self._conversations.place(actor, ask, conversation, after)
        events = self._events(actor, self._resumed(ask, conversation) if after else ask, choice, place)
        noted = self._noted(events, actor, ask, after or conversation, place.conversation)
        return Exchange(place.conversation, _after(next(noted), noted))

    def _events(self, actor: Actor, ask: Ask, choice: Chosen, place: Place) -> Generator[Piece | Reply]:
        kept = choice.use == "read-write" and not place.again and actor.allows("remember")
        if choice.speaker == "model" or ask.needs_model or choice.use == "off":
            if choice.speaker == "quotes":
                raise invalid("vertraut-quotes uses no language model: it knows no tools and no response_format.", "model")
            return Direct(self._service, actor, ask, choice, place.conversation, kept=kept).events()
        if len(ask.question) > LONGEST_QUESTION:
            raise invalid(f"A question has at most {LONGEST_QUESTION:,} characters.", "messages", "input_too_large")
        speaker = self._quotes if choice.speaker == "quotes" else self._service.assistant
        turn = speaker.turn(ask.question, conversation=place.conversation, actor=actor, remember=kept, history=ask.history)
        return _of_turn(turn, ask)

    def _resumed(self, ask: Ask, conversation: str) -> Ask:
        """Return a request with the turns of its conversation that memory holds before what it says itself."""
        past = self._service.memory.thread(OWN_SOURCE, conversation, last=2 * TURNS_TOLD)
        if not past:
            message = "Nothing of that response was remembered. Send the whole conversation as input instead."
            raise Refusal(400, message, "previous_response_not_found", param="previous_response_id")
        told = [Message("assistant" if said_by_us(entry) else "user", entry.text) for _, entry in past]
        return replace(ask, messages=(*told, *ask.messages))

    def _noted(
        self, events: Generator[Piece | Reply], actor: Actor, ask: Ask, within: str, conversation: str
    ) -> Generator[Piece | Reply]:
        with closing(events):
            for event in events:
                if isinstance(event, Reply) and event.finish != "tool_calls":
                    self._conversations.answered(actor, ask, within, conversation, event.text)
                yield event


def _after(first: Piece | Reply, rest: Generator[Piece | Reply]) -> Generator[Piece | Reply]:
    with closing(rest):
        yield first
        yield from rest


def _of_turn(events: Iterator[TurnEvent], ask: Ask) -> Generator[Piece | Reply]:
    """Give a turn of the assistant: all of it is taken and remembered, and shown up to where the client wants it to end.

    Remarks stand in the text, too: most clients would show them nowhere else.
    """
    cut, said, notices = Cut(ask.stops, ask.max_tokens), "", []
    for event in events:
        match event:
            case Said(text):
                shown = cut.feed(text)
            case Notice(code, text):
                notices.append((code, text))
                shown = cut.feed(_paragraph(said, text))
            case Finished(turn):
                if rest := cut.finish():
                    yield Piece(rest)
                said += rest
                yield Reply(
                    said,
                    "length" if cut.reason == "length" else "stop",
                    turn.model,
                    sum(each.input_tokens for each in turn.usage) or _told(ask),
                    sum(each.output_tokens for each in turn.usage) or estimated_tokens(said),
                    evidence=cited(said, turn.lines),
                    notices=tuple(notices),
                    known=turn.known,
                )
                return
            case _:
                continue
        said += shown
        if shown:
            yield Piece(shown)


def _told(ask: Ask) -> int:
    return sum(estimated_tokens(each.text) for each in ask.messages)


def _paragraph(before: str, text: str) -> str:
    """Return a remark as a paragraph of its own behind what was said."""
    return f"\n\n{text}" if before.strip() else f"{text}\n\n"
