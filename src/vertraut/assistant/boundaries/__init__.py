"""Boundaries: what the assistant never says, kept outside the model, on every answer, streaming included.

``docs/boundaries.md`` is the policy. May use nothing but the standard library; knows no memory and no model.
"""

from vertraut.assistant.boundaries.guard import Guard, guarded
from vertraut.assistant.boundaries.opening import continuous_since, opening
from vertraut.assistant.boundaries.situation import Finding, Opening, Situation, Spoken

__all__ = ["Finding", "Guard", "Opening", "Situation", "Spoken", "continuous_since", "guarded", "opening"]
