"""The log of a server: one JSON object a line on standard error, without a word of what anybody wrote.

Of a request: its method, route, status, milliseconds, actor and number. Of a defect: its kind and where in the code it
happened, never its message. What libraries log is cut down the same way, because their messages may quote content.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

LOGGER: Final = logging.getLogger("vertraut.server")

_OURS: Final = "vertraut."
_FRAMES: Final = 8


class WithoutContent(logging.Formatter):
    """Writes a record as JSON: all of ours, of others only where it comes from."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a line."""
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.name.startswith(_OURS):
            said["event"] = record.getMessage()
        else:
            said["place"] = f"{Path(record.pathname).name}:{record.lineno}"
        said |= getattr(record, "facts", {})
        if record.exc_info and (error := record.exc_info[1]):
            said |= _without_message(error)
        return json.dumps(said, ensure_ascii=False)


def _without_message(error: BaseException) -> dict[str, Any]:
    """Return the kind of an error, and where in the code it happened; of several that of the first."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return {
        "error": type(error).__name__,
        "where": [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
    }


def log_to_standard_error() -> None:
    """Send our log there from the level "info" on, that of libraries from "warning" on; so Python's own remarks, too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(WithoutContent())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    LOGGER.setLevel(logging.INFO)
    logging.captureWarnings(True)  # they quote values
    threading.excepthook = sys.unraisablehook = _defect


def _defect(failed: threading.ExceptHookArgs | sys.UnraisableHookArgs) -> None:
    """Log what broke where nobody could catch it."""
    LOGGER.error("defect", exc_info=failed.exc_value or True)


def log(event: str, **facts: Any) -> None:
    """Log an event of ours with its facts."""
    LOGGER.info(event, extra={"facts": facts})
