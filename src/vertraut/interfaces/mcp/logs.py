"""What the protocol's libraries log, without what they would quote: where it happened and what kind of error, no message.

Their messages may hold arguments and results, which are a person's words.
"""

from __future__ import annotations

import logging
import sys
import threading
from typing import Final

from mcp import MCPError

LOGGER: Final = logging.getLogger("vertraut.mcp")
_LIBRARIES: Final = ("fastmcp", "mcp")


class WithoutContent(logging.Handler):
    """Passes a record on to our own log as its place and the kind of its error; what a caller was told is none."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log where a record comes from."""
        kind = record.exc_info[0] if record.exc_info else None
        if kind is None or not issubclass(kind, MCPError):
            LOGGER.log(record.levelno, "%s:%d%s", record.name, record.lineno, f" {kind.__name__}" if kind else "")


def log_to_standard_error() -> None:
    """Send our log there, and what all libraries and Python itself would say, the same way: clients keep it in files."""
    ours = logging.getLogger("vertraut")
    ours.addHandler(logging.StreamHandler(sys.stderr))
    ours.propagate = False
    logging.getLogger().handlers[:] = [WithoutContent(logging.WARNING)]
    logging.captureWarnings(True)
    threading.excepthook = sys.unraisablehook = _defect


def _defect(failed: threading.ExceptHookArgs | sys.UnraisableHookArgs) -> None:
    LOGGER.error("defect: %s", failed.exc_type.__name__)


def keep_content_out() -> None:
    """Put this in the place of the handlers of the libraries."""
    for name in _LIBRARIES:
        logger = logging.getLogger(name)
        logger.handlers[:] = [WithoutContent(logging.ERROR)]
        logger.propagate = False
