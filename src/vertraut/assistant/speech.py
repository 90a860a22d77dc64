"""What is said in a turn: a model's words pass two judges sentence by sentence before they are shown.

What they say about the person must be carried by what they cite (``checking``), and nothing that must never be said stays in
them (``boundaries``). Our own sentences need neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from vertraut.assistant.beginning import Beginning
from vertraut.assistant.boundaries import Finding, Guard, guarded
from vertraut.assistant.checking import Checker
from vertraut.assistant.events import Said
from vertraut.assistant.grounds import Grounds
from vertraut.assistant.links import without_foreign_addresses
from vertraut.assistant.memory import Memory
from vertraut.assistant.noting import only_says_noted, says_noted
from vertraut.assistant.sentences import Sentence, Sentences
from vertraut.assistant.statements import Statement, bare, cited, sentences_of
from vertraut.assistant.tools import asks_to_remember
from vertraut.clock import zone_of
from vertraut.memory import Embedder
from vertraut.models import Completion

_FOR_MACHINES: Final = re.compile(r"```json\b|</?tool_call|[{}\[\]]+,?\s*$|\{\s*\"|\"\w+\"\s*:")
"""How JSON begins: a small model may write a call of a tool as if it were an answer."""


class Speech:
    """What was said in one turn so far, judged against its grounds."""

    def __init__(self, begun: Beginning, grounds: Grounds, memory: Memory, embedder: Embedder | None) -> None:
        self._begun = begun
        self._grounds = grounds
        self._memory = memory
        self._embedder = embedder
        self._guard = Guard(begun.situation)
        self._sentences = Sentences()
        self._checker = Checker((), begun.language)
        self._said: list[str] = []
        self.statements: list[Statement] = []

    @property
    def text(self) -> str:
        """All that was shown."""
        return "".join(self._said).strip()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the guard found in a model's words."""
        return tuple(self._guard.findings)

    @property
    def known(self) -> bool:
        """Whether what was shown of a model's words is more than that memory does not hold the answer."""
        return self._checker.known

    def say(self, text: str) -> Said:
        """Say something of our own."""
        shown = text if self._said else text.lstrip()
        self._said.append(shown)
        return Said(shown)

    def quote(self, text: str) -> Said:
        """Say what memory says, without addresses that are not in it."""
        return self.say(without_foreign_addresses(text, self._grounds.known_words(), self._begun.language))

    def listen(self) -> None:
        """Begin to judge what a model says by the lines that there are now."""
        self._checker = self._checking()

    def hear(self, piece: str) -> Iterator[Said]:
        """Take a piece of what a model says, and say what is whole and may be said of it."""
        yield from self._judged(self._sentences.feed(self._guard.feed(piece)))

    def end(self) -> Iterator[Said]:
        """Say what was held back until the model had ended."""
        yield from self._judged(self._sentences.feed(self._guard.finish()) + self._sentences.finish())

    def rest(self) -> str:
        """Return what must be said at the end where every claim was dropped: that memory holds nothing."""
        return self._checker.rest()

    def is_good(self, completion: Completion) -> bool:
        """Say whether everything an answer says is carried, and nothing in it must be left out."""
        text, findings = guarded(completion.text, self._begun.situation)
        checker = self._checking()
        judged = [self._statement(text[start:stop], checker) for start, stop in sentences_of(text)]
        return bool(completion.calls) or not (findings or any(each.verdict == "unsupported" for each in judged))

    def _judged(self, sentences: Sequence[Sentence]) -> Iterator[Said]:
        """Show sentences that are carried. What the guard said in a sentence's place needs no evidence."""
        for gap, sentence in sentences:
            shown = sentence
            if _FOR_MACHINES.match(sentence):
                continue
            own = any(sentence in each for each in self._guard.own)
            if own and self._is_for_a_note():
                continue
            if not own:
                statement = self._statement(sentence, self._checker)
                self.statements.append(statement)
                if statement.verdict == "unsupported":
                    continue
                shown = statement.text
            clean = without_foreign_addresses(shown, self._grounds.known_words(), self._begun.language)
            yield self.say(f"{gap}{clean}")

    def _is_for_a_note(self) -> bool:
        """Say whether the guard only took "I remember it" for a claim about itself: that it was noted, we say."""
        return asks_to_remember(self._begun.text) and all(each.rule == "self" for each in self._guard.findings)

    def _statement(self, sentence: str, checker: Checker) -> Statement:
        """Judge a sentence; that something was noted is said only where it was, and of nothing else."""
        said, note = bare(sentence), self._grounds.note
        if not says_noted(said) or cited(sentence) or not (note or asks_to_remember(self._begun.text)):
            return checker.sentence(sentence)
        return Statement(sentence, (), "general" if note and only_says_noted(said, note) else "unsupported")

    def _checking(self) -> Checker:
        return Checker(
            self._grounds.lines,
            self._begun.language,
            known_text=self._begun.own_words,
            embedder=self._embedder,
            asked=self._begun.now.astimezone(zone_of(self._begun.zone)).date(),
            owner=self._begun.persona.name,
            names=self._memory.authors(),
            zone=self._begun.zone,
            results=self._grounds.results,
        )
