"""The assistant: it answers its person from memory, with evidence, within boundaries, with any language model or none.

May use: memory, models, governance, ledger, settings, clock, errors. How good a statement's evidence is, and what must never
be said, is decided here, outside the model.
"""

from vertraut.assistant.boundaries import Spoken
from vertraut.assistant.events import Evidence, Finished, Notice, Proposal, Said, Turn, TurnEvent
from vertraut.assistant.memory import Memory
from vertraut.assistant.turn import Assistant

__all__ = ["Assistant", "Evidence", "Finished", "Memory", "Notice", "Proposal", "Said", "Spoken", "Turn", "TurnEvent"]
