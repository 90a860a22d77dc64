"""A GGUF file as a model in this process: a llama.cpp server on loopback that only this process has the key to.

There is one server for each file and way of running it, shared by all who ask; it lives until the process ends.
"""

from __future__ import annotations

import os
import secrets
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vertraut.errors import ExtraMissing, ModelUnavailable
from vertraut.models.catalog import ModelCard

if TYPE_CHECKING:
    import xllamacpp

_servers: Final[dict[tuple[str, str, int, int], tuple[xllamacpp.Server, str]]] = {}
_starting: Final = threading.Lock()
_QUIET = 0


def serve(card: ModelCard) -> tuple[str, str]:
    """Return (address, key) of the server of a card's file, and start it first if it does not run; that takes seconds.

    Raises ``ExtraMissing``, or ``ModelUnavailable`` where the file cannot be loaded.
    """
    with _starting:
        running = _servers.get(_way(card)) or _servers.setdefault(_way(card), _started(card))
    server, key = running
    return f"{server.listening_address}/v1", key


def _way(card: ModelCard) -> tuple[str, str, int, int]:
    return str(Path(card.model).expanduser()), card.template, card.context, card.threads


def _started(card: ModelCard) -> tuple[xllamacpp.Server, str]:
    try:
        import xllamacpp  # noqa: PLC0415  the extra
    except ImportError:
        raise ExtraMissing(card.name, "gguf") from None
    key = secrets.token_urlsafe(32)
    params = xllamacpp.CommonParams()
    params.model.path = str(Path(card.model).expanduser())
    params.n_ctx, params.n_parallel = card.context, 1
    # Its threads wait for each other at every layer: on cores that others use, too, one more is many times slower.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = card.threads or max(1, (os.cpu_count() or 1) // 2)
    params.verbosity, params.ui, params.endpoint_slots = _QUIET, False, False
    params.hostnames, params.api_keys = ["127.0.0.1"], [key]
    try:
        if card.template:
            params.chat_template = Path(card.template).expanduser().read_text(encoding="utf-8")
        return xllamacpp.Server(params), key
    except (OSError, RuntimeError, UnicodeDecodeError):
        raise ModelUnavailable(card.name, f"its file or its chat template cannot be loaded ({card.model})") from None
