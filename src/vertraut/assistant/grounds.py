"""What an answer may rest on: entries that were recalled, as numbered lines. Only what is here can be cited."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from vertraut.assistant.beginning import Beginning
from vertraut.assistant.conversation import cited_numbers
from vertraut.assistant.facts import facts_of
from vertraut.assistant.memory import Memory
from vertraut.assistant.prompting import memory_text, renumbered
from vertraut.assistant.quoting import quoted_lines
from vertraut.assistant.reckoning import Reckoned, founded_sum, reckoned
from vertraut.errors import BadQuery
from vertraut.memory import Answer
from vertraut.memory.context import Line

_HITS: Final = 10
_TOKENS_MORE: Final = 800


class Grounds:
    """The lines of one turn, in the order of their numbers; ``left_out`` are entries that are never among them.

    ``results`` is what tools reckoned in the turn, ``note`` the text that was noted in it, as entry ``noted``.
    """

    def __init__(self, memory: Memory, begun: Beginning, left_out: Collection[int]) -> None:
        self._memory = memory
        self._begun = begun
        self.left_out = frozenset(left_out)
        self.lines: tuple[Line, ...] = ()
        self.results: tuple[Reckoned, ...] = ()
        self.note = ""
        self.noted = 0

    def gather(self, tokens: int) -> None:
        """Recall what the question needs, as much as so many tokens allow."""
        self.lines = self._found(self._begun.text, tokens)

    def quote(self) -> Answer:
        """Answer the question with sentences of memory, which are the lines from now on."""
        count = _HITS + len(self.left_out)
        recalled = self._memory.recall(self._begun.text, count=count, now=self._begun.now)
        wanted = tuple(hit for hit in recalled.hits if hit.id not in self.left_out)
        answer = self._memory.answer(replace(recalled, hits=wanted[:_HITS]))
        self.lines = quoted_lines(answer)
        return answer

    def look(self, question: str) -> str:
        """Recall for a tool: new lines are numbered on, and told to the model as quoted memory."""
        known = {line.id for line in self.lines}
        found = [line for line in self._found(question, _TOKENS_MORE) if line.id not in known]
        first = max((line.number for line in self.lines), default=0) + 1
        new = tuple(renumbered(line, number) for number, line in enumerate(found, start=first))
        self.lines += new
        return memory_text(new) or "Nothing more was found."

    def brought(self, tool: str, result: str) -> None:
        """Take what a tool reckoned for something that an answer may say."""
        if found := reckoned(tool, result):
            self.results += (found,)

    def sum(self) -> str:
        """Return the last sum of the person's own figures, as a line; "" where there is none."""
        return founded_sum(self.results, facts_of(self._begun.own_words), self._begun.language)

    def cited(self, text: str) -> tuple[int, ...]:
        """Return the numbers of the lines that a text cites."""
        numbers = {line.number for line in self.lines}
        return tuple(sorted({number for number in cited_numbers(text) if number in numbers}))

    def known_words(self) -> str:
        """Return what an address in an answer may come from."""
        return "\n".join([self._begun.text, *(line.entry.text for line in self.lines)])

    def _found(self, question: str, tokens: int) -> tuple[Line, ...]:
        try:
            lines = self._memory.context(question, tokens=tokens, now=self._begun.now).lines
        except BadQuery:  # nothing in it to look for: "?", "…"
            return ()
        return tuple(line for line in lines if line.id not in self.left_out)
