"""What left this machine: every request to a model outside, word for word, when it went, to whom, and for what.

A line is durable before its words leave. When an entry that was quoted in it is forgotten, the line's words go with it, and
those of its conversation's other lines, which may tell them again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from vertraut.errors import NothingSent
from vertraut.governance import Actor
from vertraut.ledger import Journal, JournalLine
from vertraut.models.catalog import ModelCard
from vertraut.models.consent import recipient
from vertraut.models.messages import Message, Request


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that left: its number in the ledger, when, to whom, what for, at whose wish, and its words."""

    number: int
    at: datetime
    provider: str
    model: str
    purpose: str
    actor: str
    text: str = field(repr=False)

    @property
    def size(self) -> int:
        """How many bytes of words it was."""
        return len(self.text.encode())


class Outbox:
    """The requests of a space that left this machine."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def write(self, request: Request, card: ModelCard, actor: Actor) -> int:
        """Note a request that is about to leave, and return its number. Where this fails, it must not leave."""
        line = {
            "provider": recipient(card),
            "model": card.model,
            "purpose": request.purpose,
            "actor": actor.name,
            "text": written(request),
            "entries": list(request.entries),
            "conversation": request.conversation,
        }
        return self._journal.write("sent", line)

    def read(self, since: datetime | None = None) -> Iterator[Sent]:
        """Yield what left, in order, or what left at or after an instant."""
        for line in self._journal.read("sent"):
            if since is None or line.at >= since:
                yield _sent(line)

    def get(self, number: int) -> Sent:
        """Return what left under a number. Raises ``NothingSent``."""
        line = next(self._journal.read("sent", number - 1), None)
        if line is None or line.seq != number:
            raise NothingSent(number)
        return _sent(line)


def written(request: Request) -> str:
    """Return everything of a request that has words in it, readable: messages, then tools and the form of the answer."""
    parts = [_message(each) for each in request.messages]
    parts += [f"--- tool {each.name}\n{each.description}\n{_json(each.parameters)}" for each in request.tools]
    parts += [f"--- form of the answer\n{_json(request.schema)}"] if request.schema else []
    return "\n\n".join(parts)


def _message(message: Message) -> str:
    calls = [f"calls {call.name} {call.arguments}" for call in message.calls]
    return "\n".join([f"--- {message.role}", *([message.text] if message.text else []), *calls])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _sent(line: JournalLine) -> Sent:
    about = line.content
    return Sent(
        line.seq, line.at, about["provider"], about["model"], about["purpose"], about["actor"], about["text"]
    )  # fmt: skip
