"""The programs that can use memory over MCP: where each keeps its servers, and in what form. One row a program."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final


class ClientName(StrEnum):
    """What a client is called on the command line."""

    CLAUDE_DESKTOP = "claude-desktop"
    CLAUDE_CODE = "claude-code"
    CURSOR = "cursor"
    VSCODE = "vscode"
    ZED = "zed"
    CODEX = "codex"
    GEMINI = "gemini"


@dataclass(frozen=True, slots=True)
class Client:
    """A row: its ``file``, with the folders of ``folders``, the table in it that holds servers, and how a server is written.

    ``typed`` servers name their transport; a file that ends in .toml is TOML, any other JSON, which may hold comments.
    """

    name: ClientName
    title: str
    file: str
    table: str = "mcpServers"
    typed: bool = False

    def path(self) -> Path:
        """Return where its file is on this machine, whether it is there or not."""
        return Path(self.file.format(**folders(sys.platform, os.environ)))

    def server(self, command: list[str], environment: Mapping[str, str]) -> dict[str, Any]:
        """Return how it writes a server that is started by a command."""
        kind = {"type": "stdio"} if self.typed else {}
        return {**kind, "command": command[0], "args": command[1:], **({"env": dict(environment)} if environment else {})}


CLIENTS: Final = {
    each.name: each
    for each in (
        Client(ClientName.CLAUDE_DESKTOP, "Claude Desktop", "{config}/Claude/claude_desktop_config.json"),
        Client(ClientName.CLAUDE_CODE, "Claude Code", "{home}/.claude.json", typed=True),
        Client(ClientName.CURSOR, "Cursor", "{home}/.cursor/mcp.json"),
        Client(ClientName.VSCODE, "VS Code", "{config}/Code/User/mcp.json", "servers", typed=True),
        Client(ClientName.ZED, "Zed", "{zed}/settings.json", "context_servers"),
        Client(ClientName.CODEX, "Codex CLI", "{codex}/config.toml", "mcp_servers"),
        Client(ClientName.GEMINI, "Gemini CLI", "{home}/.gemini/settings.json"),
    )
}


def folders(platform: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the folders that rows name: the home, where programs keep their configuration, and those of two programs."""
    home = Path.home()
    xdg = environment.get("XDG_CONFIG_HOME") or str(home / ".config")
    roaming = environment.get("APPDATA") or str(home / "AppData" / "Roaming")
    config = {"win32": roaming, "darwin": str(home / "Library" / "Application Support")}.get(platform, xdg)
    zed = {"win32": f"{roaming}/Zed", "darwin": str(home / ".config" / "zed")}.get(platform, f"{xdg}/zed")
    return {"home": str(home), "config": config, "zed": zed, "codex": environment.get("CODEX_HOME") or str(home / ".codex")}
