"""The server: all doors for programs behind one access check, with its log, its counters and its life from start to stop.

Public: ``create_app`` and what runs it.
"""

from vertraut.interfaces.server.application import create_app
from vertraut.interfaces.server.logs import log, log_to_standard_error
from vertraut.interfaces.server.running import Server, address, listening

__all__ = ["Server", "address", "create_app", "listening", "log", "log_to_standard_error"]
