"""Language models: which are set up, which one is asked, what may leave the machine for it, and what it took.

May use: governance, ledger, settings, clock, errors.
"""

from vertraut.models.cards import CardFile, card_named, card_of
from vertraut.models.catalog import Known, ModelCard, ProviderName, known_models
from vertraut.models.consent import Consents, recipient
from vertraut.models.gate import Gate, Prepared, PrivacyGate
from vertraut.models.gateway import Models
from vertraut.models.messages import (
    Completion,
    Event,
    Finish,
    Message,
    Request,
    Role,
    Task,
    TextPiece,
    ToolCall,
    ToolSpec,
    Usage,
)
from vertraut.models.outbox import Outbox
from vertraut.models.portal import Interrupted, Interruption
from vertraut.models.prompts import Prompt, load_prompt
from vertraut.models.providers import PROVIDERS, build_model
from vertraut.models.pseudonyms import Restorer
from vertraut.models.routing import Dial
from vertraut.models.trials import Trial, try_out
from vertraut.models.usage import Costs, Spent, costs

__all__ = [
    "PROVIDERS",
    "CardFile",
    "Completion",
    "Consents",
    "Costs",
    "Dial",
    "Event",
    "Finish",
    "Gate",
    "Interrupted",
    "Interruption",
    "Known",
    "Message",
    "ModelCard",
    "Models",
    "Outbox",
    "Prepared",
    "PrivacyGate",
    "Prompt",
    "ProviderName",
    "Request",
    "Restorer",
    "Role",
    "Spent",
    "Task",
    "TextPiece",
    "ToolCall",
    "ToolSpec",
    "Trial",
    "Usage",
    "build_model",
    "card_named",
    "card_of",
    "costs",
    "known_models",
    "load_prompt",
    "recipient",
    "try_out",
]
