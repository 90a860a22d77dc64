"""What remains of a forgetting: its receipt, and how the ledger keeps it, so that the proof can be had again at any time.

A kept receipt says everything but the names of files: those could say what was forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from vertraut.ledger import Head, Record
from vertraut.ledger.records import canonical_json
from vertraut.memory.proof import IN_VAULT, Found, Proof


@dataclass(frozen=True, slots=True)
class ForgettingReceipt:
    """What was forgotten, where the chain stood before and after, and what the proof found."""

    entries: int
    attachments: int
    passages: int
    before: Head
    after: Head
    log_emptied: bool
    proof: Proof


@dataclass(frozen=True, slots=True)
class PastForgetting:
    """That something was forgotten, never what: its record's number, when, and how many of which records.

    ``receipt`` is there where one was asked for by its number, and kept.
    """

    number: int
    at: datetime
    entries: int
    attachments: int
    sent: int
    receipt: ForgettingReceipt | None = None


def kept_form(receipt: ForgettingReceipt) -> bytes:
    """Return the content of the record that keeps a receipt."""
    found = [{"where": _unnamed(each.where), "kind": each.kind} for each in receipt.proof.found]
    proof = asdict(receipt.proof) | {"found": found, "elsewhere": (), "unnamed": len(receipt.proof.elsewhere)}
    heads = {"before": _head_json(receipt.before), "after": _head_json(receipt.after)}
    return canonical_json(asdict(receipt) | heads | {"proof": proof})


def receipt_in(record: Record, forgetting: Record) -> ForgettingReceipt | None:
    """Return the receipt that a record keeps, if it is that of this forgetting."""
    try:
        receipt = _receipt_of(json.loads(record.content or b""))
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return receipt if receipt.after == Head(forgetting.seq, forgetting.link) else None


def _receipt_of(data: Mapping[str, Any]) -> ForgettingReceipt:
    proof = data["proof"]
    return ForgettingReceipt(
        entries=int(data["entries"]),
        attachments=int(data["attachments"]),
        passages=int(data["passages"]),
        before=_head_of(data["before"]),
        after=_head_of(data["after"]),
        log_emptied=bool(data["log_emptied"]),
        proof=Proof(
            patterns=int(proof["patterns"]),
            vault_bytes=int(proof["vault_bytes"]),
            files=int(proof["files"]),
            found=tuple(Found(str(each["where"]), each["kind"]) for each in proof["found"]),
            unnamed=int(proof["unnamed"]),
        ),
    )


def _unnamed(where: str) -> str:
    return where if where.startswith(IN_VAULT) else "home"


def _head_json(head: Head) -> dict[str, int | str]:
    return {"seq": head.seq, "link": head.link.hex()}


def _head_of(data: Mapping[str, Any]) -> Head:
    return Head(int(data["seq"]), bytes.fromhex(data["link"]))
