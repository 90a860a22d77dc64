"""A turn as a stream of parts of the page: the question at once, what was found, the answer as it comes, the whole at last.

What goes wrong is said where the answer would stand. A stream that is not read any more closes its turn.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final

from vertraut.assistant import Evidence, Finished, Notice, Proposal, Said, TurnEvent
from vertraut.assistant.events import citation_of
from vertraut.errors import VertrautError
from vertraut.interfaces.language.errors import explained
from vertraut.interfaces.web.answer_text import blocks_of
from vertraut.interfaces.web.models_later import cards_after_restart
from vertraut.interfaces.web.page import Page
from vertraut.interfaces.web.turn_view import TurnView, new_element, sources_of
from vertraut.memory.context import Line

FOUND_SHOWN: Final = 3
_LINE: Final = re.compile(r"\r\n|\r|\n")


@dataclass(slots=True)
class TurnStream:
    """What was told of a turn so far. ``first`` says that it begins what the page shows."""

    page: Page
    question: str
    off: bool
    first: bool
    element: str = field(default_factory=new_element)
    asked_to_forget: tuple[int, ...] = ()
    _lines: tuple[Line, ...] = ()
    _said: str = ""

    def confirm(self, proposal: Proposal) -> bool:
        """Agree to nothing: what should be forgotten is chosen and confirmed on a page of its own."""
        self.asked_to_forget = proposal.numbers
        return False

    def messages(self, turn: Generator[TurnEvent, None, None]) -> Generator[str]:
        """Yield the stream."""
        with closing(turn):
            yield self._message("ask_begun.part.html", turn=TurnView(self.element, self.question, off=self.off))
            try:
                for event in turn:
                    yield self._told(event)
            except VertrautError as error:
                sentence, way_out = explained(error, self.page.say.language)
                yield self._message("ask_failed.part.html", sentence=sentence, way_out=way_out)

    def _told(self, event: TurnEvent) -> str:
        match event:
            case Evidence(lines):
                self._lines = lines
                nearest = sorted((line for line in lines if line.rank is not None), key=lambda line: line.rank or 0)
                found = sources_of(nearest[:FOUND_SHOWN], self._disputed())
                return self._message("ask_found.part.html", sources=found, count=len(lines))
            case Said(text):
                self._said += text
                citations = {line.number: citation_of(line) for line in self._lines}
                return self._message("ask_said.part.html", blocks=blocks_of(self._said, citations))
            case Notice(code, text):
                return self._message("ask_notice.part.html", code=code, blocks=blocks_of(text, {}))
            case Finished(turn):
                view = TurnView.finished(self.element, turn, self._disputed(), off=self.off, first=self.first)
                title = turn.question if self.first else ""
                return self._message(
                    "ask_finished.part.html",
                    turn=view,
                    title=title,
                    remembered=bool(turn.numbers),
                    forget=self.asked_to_forget,
                    no_model=not self._has_model(),
                    model_later=bool(cards_after_restart(self.page.web.service)),
                )

    def _disputed(self) -> frozenset[int]:
        return self.page.web.service.talks.judged(self.page.actor).disputed

    def _has_model(self) -> bool:
        models = self.page.web.service.models
        return models is not None and models.available

    def _message(self, template: str, **values: object) -> str:
        html = self.page.text(template, element=self.element, off=self.off, first=self.first, **values)
        return "".join(f"data: {line}\n" for line in _LINE.split(html)) + "\n"
