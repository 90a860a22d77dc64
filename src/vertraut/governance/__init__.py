"""Who acts, and what they may do: every request has an actor, and what no scope allows is refused.

May use: ledger, settings, clock, errors.
"""

from vertraut.governance.actors import OWNER, SCOPES, Actor, Scope
from vertraut.governance.devices import Device, Devices
from vertraut.governance.tokens import TokenInfo, Tokens

__all__ = ["OWNER", "SCOPES", "Actor", "Device", "Devices", "Scope", "TokenInfo", "Tokens"]
