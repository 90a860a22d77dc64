"""Prompts are files: Markdown with a version, in the package of the room that uses them.

A file begins with ``version: N`` between two lines of ``---``. ``{name}`` is a place to fill, ``{{`` and ``}}`` are braces.
What is the same in every request comes first, up to the first place to fill, so that providers can cache it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from string import Formatter

_LINE = "---\n"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt. ``version`` is what its file says, ``sha256`` that of the file; both belong in what is measured with it."""

    name: str
    version: int
    sha256: str
    template: str = field(repr=False)

    @property
    def places(self) -> frozenset[str]:
        """The names of the places to fill."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.template) if name is not None)

    @property
    def stable(self) -> str:
        """What every text of this prompt begins with."""
        said = ""
        for literal, name, _, _ in Formatter().parse(self.template):
            said += literal
            if name is not None:
                break
        return said

    def text(self, **values: str) -> str:
        """Return the prompt with its places filled. Raises ``ValueError`` unless exactly these are given."""
        if values.keys() != self.places:
            raise ValueError(f"prompt {self.name} has the places {sorted(self.places)}, given were {sorted(values)}")
        return self.template.format_map(values)


@cache
def load_prompt(package: str, name: str) -> Prompt:
    """Return the prompt of a file ``name.md`` in a package. Raises ``ValueError`` for one that is not as it should be."""
    raw = resources.files(package).joinpath(f"{name}.md").read_bytes()
    head, separator, body = raw.decode().removeprefix(_LINE).partition(_LINE)
    label, _, number = head.strip().partition(": ")
    if not separator or label != "version" or not number.isdecimal():
        raise ValueError(f"prompt {name} does not begin with its version")
    prompt = Prompt(name, int(number), hashlib.sha256(raw).hexdigest(), body.strip())
    if not all(place.isidentifier() for place in prompt.places):
        raise ValueError(f"prompt {name} has a place that is no plain name")
    return prompt
