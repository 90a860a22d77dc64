"""The door for agents: the verbs of memory as tools of the Model Context Protocol, entries as resources, and prompts.

``create_server`` gives the server for standard input and output, or for HTTP with ``http_app``. Every call has an actor;
without one everything is denied. What is quoted from memory is marked as data that nobody has to obey.
May use: application, assistant, memory, governance, ledger, errors.
"""

from vertraut.interfaces.mcp.server import create_server

__all__ = ["create_server"]
