"""Write what of ``docs/`` is generated from the code: ``python tools/write_docs.py``, or ``make docs``.

Whole pages: ``commands.md`` from the command line, ``settings.md`` from the settings. In ``formats.md`` the tables of
problems and limits, between their markers. ``--picture`` also runs ``vertraut demo`` in a temporary home and draws what it
prints as ``pictures/demo.svg``. ``tests/test_docs.py`` fails where a page is older than the code.
"""

from __future__ import annotations

import ast
import inspect
import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType, UnionType
from typing import Any, get_args, get_origin

import typer
from rich.console import Console
from rich.text import Text
from typer.models import OptionInfo, ParameterInfo, ParamMeta
from typer.utils import get_params_from_function

from vertraut import errors
from vertraut.errors import VertrautError
from vertraut.interfaces import shapes
from vertraut.interfaces.cli import COMMANDS, GROUPS, app, exits
from vertraut.interfaces.language.problems import PROBLEMS
from vertraut.settings import Settings
from vertraut.sources import ProblemCode

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PICTURE = DOCS / "pictures" / "demo.svg"
COLUMNS = 96

_NOTE = "<!-- Written by tools/write_docs.py from the code; `make docs` writes it again. -->"
_PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- /generated -->)", re.DOTALL)
_BRACES = re.compile(r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}")

_INLINE = {
    ("home", "answers"): "`answers` are what `vertraut ask --json` prints, one for each question.",
    ("run", "questions"): "Where the run file is, and how many questions it holds.",
    ("file", "bytes", "key"): "`key` is the file that holds the wrapped key of the space.",
    ("recovery_code",): "",
    ("id",): "The number of the entry.",
    ("known",): "Well-known models, each as below.",
    ("dial", "models"): "Each model with its name, provider, address, prices in US dollars a million tokens, and abilities.",
    ("added",): "The model, as above.",
    ("removed",): "Its name.",
    ("trials",): "Of each model: its speed, and whether it kept to a schema and used a tool.",
    ("token",): "The token, shown this once, and what it may do.",
    ("link",): "The address that signs a browser in.",
    ("address", "link", "token"): "Where the server is; the address that signs a browser in; a token made with it, or null.",
    ("tokens",): "Each with its name, scopes, and when it was made and ends.",
    ("revoked",): "Its name.",
    ("clients", "servers"): "The clients that are known, and the configuration of the server.",
    ("client", "file", "name", "server", "written"): "What would be written, and where.",
    ("client", "file", "name", "server"): "What was written, and where.",
}
"""What is to be said of JSON that a command makes itself, by its names."""

_READERS = {
    "archive": ("zip archives",), "planning": ("files and folders",), "discovery": ("files and folders",),
    "calendar": ("ics",), "mail": ("mail",), "chatgpt": ("chatgpt",), "jsonl": ("jsonl",),
    "json_values": ("chatgpt", "jsonl"), "markdown": ("markdown",), "front_matter": ("markdown",),
    "decoding": ("chatgpt", "jsonl", "markdown"),
}  # fmt: skip
"""Which formats a module of ``vertraut.sources`` serves, by the beginning of its name."""

_LIMITS = (
    ("a mail", "mail", "MESSAGE_LIMIT", "bytes"),
    ("the header of a mail", "mail_headers", "HEADER_LIMIT", "bytes"),
    ("the parts of a mail", "mail_parts", "PARTS_LIMIT", ""),
    ("their nesting", "mail_parts", "DEPTH_LIMIT", "levels"),
    ("the text of a mail", "mail_body", "TEXT_LIMIT", "characters"),
    ("HTML in a mail or event", "html_text", "HTML_LIMIT", "characters"),
    ("a conversation of a ChatGPT export", "chatgpt", "LARGEST_CONVERSATION", "bytes"),
    ("the nesting of JSON", "json_values", "MAX_DEPTH", "levels"),
    ("a line of JSON Lines", "jsonl", "LONGEST_LINE", "bytes"),
    ("a note", "markdown", "LARGEST", "bytes"),
    ("its front matter", "front_matter", "LARGEST", "characters"),
    ("the nesting of front matter", "front_matter", "MAX_DEPTH", "levels"),
    ("a line of a calendar", "calendar_lines", "LINE_LIMIT", "bytes"),
    ("an event, task or journal note", "calendar_lines", "COMPONENT_LIMIT", "characters"),
    ("the files in an archive", "archive", "MOST_MEMBERS", ""),
    ("an archive, unpacked", "archive", "MOST_BYTES", "bytes"),
    ("an archive, unpacked, for each of its bytes", "archive", "HIGHEST_RATIO", "bytes"),
    ("an archive that is packed more tightly, unpacked", "archive", "FREE_OF_RATIO", "bytes"),
)
"""What is bounded, by which constant of which module of ``vertraut.sources``."""

_ENVIRONMENT = (
    ("VERTRAUT_HOME", "the folder of the home; empty: the platform's data folder (`~/.local/share/vertraut` on Linux)"),
    ("VERTRAUT_PASSPHRASE_FILE", "a file whose first line is the passphrase of the home, for use without a terminal"),
    ("VERTRAUT_DEBUG", "any value: a defect of Vertraut is shown with its place in the code"),
)

_SETTINGS = """\
# Settings

{note}

A home needs no settings. Those that differ from the defaults stand in `settings.toml` in the folder of the home. An
environment variable wins over the file, the file over the default. A mistake is an error that names its place; nothing is
passed over in silence.

```toml
zone = "Europe/Berlin"
language = "de"
attachment_limit = 5_000_000
```

{settings}

These are read from the environment only:

{environment}

No passphrase and no key is a setting: see [security](security.md). `vertraut eval` also keeps computed vectors in the
platform's cache folder (`~/.cache/vertraut` on Linux).
"""

_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="vertraut demo in a terminal">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; \
font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: system-ui, sans-serif }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>\
</clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""Rich's own form of a picture without the fonts that it would fetch."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument or option of a command, in the words of its help."""

    names: tuple[str, ...]
    takes: str
    default: str
    meaning: str

    @property
    def is_option(self) -> bool:
        """Say whether it starts with a dash."""
        return self.names[0].startswith("-")


def main() -> None:
    """Write the pages, and with ``--picture`` the picture."""
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
    if "--picture" in sys.argv[1:]:
        PICTURE.write_text(picture(), encoding="utf-8")


def generated() -> dict[Path, str]:
    """Return the text of every page that is generated, wholly or in part."""
    formats = DOCS / "formats.md"
    parts = {"problems": problem_table(), "limits": limits_table()}
    page = _PART.sub(lambda found: f"{found[1]}{parts[found[2]]}\n{found[3]}", formats.read_text(encoding="utf-8"))
    return {DOCS / "commands.md": commands_page(), DOCS / "settings.md": settings_page(), formats: page}


def commands_page() -> str:
    """Return the page of all commands."""
    help_of_all = typer.main.get_command(app).help or ""
    parts = [
        "# Commands",
        _NOTE,
        help_of_all.partition("\n\n")[0],
        "Results go to standard output, progress and remarks to standard error. `--help` after a command says what is here.",
        "## Exit codes",
        _exit_codes(help_of_all),
        "## JSON",
        "Every command takes `--json` and then prints one object. " + _prose(shapes).partition("\n\n")[2],
        "An entry is " + _prose(shapes.entry_shape).partition("\n\n")[2] + ".",
        "A hit is " + _prose(shapes.hit_shape),
    ]
    for each in COMMANDS:
        parts += _command(each.name, each.run, each.example)
    for group in GROUPS:
        for each in group.commands:
            parts += _command(f"{group.name} {each.name}", each.run, each.example)
    return "\n\n".join(parts) + "\n"


def settings_page() -> str:
    """Return the page of all settings."""
    rows = [("setting", "default", "unit", "meaning", "environment")]
    for each in fields(Settings)[1:]:
        about, default = each.metadata, f"`{each.default}`" if each.default != "" else "empty"
        rows.append((f"`{each.name}`", default, about["unit"], about["help"], f"`VERTRAUT_{each.name.upper()}`"))
    environment = [("variable", "meaning"), *((f"`{name}`", meaning) for name, meaning in _ENVIRONMENT)]
    return _SETTINGS.format(note=_NOTE, settings=_table(rows), environment=_table(environment))


def problem_table() -> str:
    """Return the table of everything that can be wrong in a file, and which readers find it."""
    found: dict[str, dict[str, None]] = {code: {} for code in get_args(ProblemCode)}
    for path in sorted((ROOT / "src" / "vertraut" / "sources").glob("*.py")):
        readers = next((names for start, names in _READERS.items() if path.stem.startswith(start)), ())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in found:
                found[node.value].update(dict.fromkeys(readers))
    rows = [("code", "in words", "found in")]
    rows += [(f"`{code}`", PROBLEMS[code][0], ", ".join(readers) or "nothing yet") for code, readers in found.items()]
    return _table(rows)


def limits_table() -> str:
    """Return the table of what a file may be, by the constants that bound it."""
    rows = [("what", "at most")]
    for what, module, constant, unit in _LIMITS:
        value = getattr(import_module(f"vertraut.sources.{module}"), constant)
        rows.append((what, f"{value:,} {unit}".strip()))
    return _table(rows)


def parameters(run: Callable[..., None]) -> list[Parameter]:
    """Return the arguments and options of a command, in their order."""
    return [_parameter(each) for each in get_params_from_function(run).values()]


def json_shapes(run: Callable[..., None]) -> list[str]:
    """Return what a command prints with ``--json``: what its module hands to ``emit`` on the way, described."""
    tree = ast.parse(inspect.getsource(sys.modules[run.__module__]))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    waiting, seen, found = [run.__name__], set[str](), dict[str, None]()
    while waiting:
        name = waiting.pop(0)
        seen.add(name)
        calls = [node for node in ast.walk(functions[name]) if isinstance(node, ast.Call)]
        for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "emit":
                found[_emitted(call.args[0], sys.modules[run.__module__])] = None
            elif isinstance(call.func, ast.Name) and call.func.id in functions.keys() - seen:
                waiting.append(call.func.id)
    return list(found)


def picture() -> str:
    """Run ``vertraut demo`` in English in a home of its own and return what a terminal shows of it, as SVG."""
    with tempfile.TemporaryDirectory() as home:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("VERTRAUT_", "NO_COLOR", "LC_"))}
        shown = {"FORCE_COLOR": "1", "COLORTERM": "truecolor", "COLUMNS": str(COLUMNS)}
        spoken = {"VERTRAUT_HOME": home, "VERTRAUT_LANGUAGE": "en", "LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-m", "vertraut", "demo"]
        done = subprocess.run(command, env=kept | shown | spoken, capture_output=True, check=True, encoding="utf-8")
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.assemble(("$ ", "dim"), ("vertraut demo\n", "bold")))
    for line in done.stdout.rstrip("\n").split("\n"):
        console.print(Text.from_ansi(line.rstrip()), soft_wrap=True)
    return console.export_svg(title="vertraut", code_format=_SVG, unique_id="demo")


def _command(name: str, run: Callable[..., None], example: str) -> Iterator[str]:
    every = parameters(run)
    arguments = "".join(f" {each.takes}" for each in every if not each.is_option)
    rows = [("argument or option", "default", "meaning")]
    for each in every:
        names = [f"`{each.takes}`"] if not each.is_option else [f"`{each_name}`" for each_name in each.names]
        takes = f" {each.takes}" if each.is_option and each.takes else ""
        rows.append((", ".join(names) + takes, each.default, each.meaning))
    yield f"## vertraut {name}"
    yield inspect.cleandoc(run.__doc__ or "")
    yield f"```console\n$ {example}\n```"
    yield f"Usage: `vertraut {name} [OPTIONS]{arguments}`"
    yield _table(rows)
    if found := json_shapes(run):
        yield "JSON: " + "\n\nor: ".join(found)


def _parameter(given: ParamMeta) -> Parameter:
    about: ParameterInfo = given.default
    kind, many = _bare(given.annotation)
    choices: list[str] = [choice.value for choice in kind] if inspect.isclass(kind) and issubclass(kind, StrEnum) else []
    is_option = isinstance(about, OptionInfo)
    takes = about.metavar or ("" if kind is bool else "N" if not choices else "CHOICE" if is_option else "|".join(choices))
    meaning = (about.help or "") + (f" One of {', '.join(choices)}." if takes == "CHOICE" else "")
    if about.min is not None and about.max is not None and about.max < sys.maxsize:
        meaning += f" From {about.min:,} to {about.max:,}."
    required = about.default is ...
    default = "required" if required else "" if about.default in {None, False} else f"{about.default}"
    if is_option:
        names = tuple(about.param_decls or ()) or (f"--{given.name.replace('_', '-')}",)
        return Parameter(names, takes, default, meaning)
    takes += "…" if many else ""
    return Parameter((given.name,), takes if required else f"[{takes}]", default, meaning)


def _bare(kind: Any) -> tuple[Any, bool]:
    """Return a type without None and list, and whether it was a list."""
    if isinstance(kind, UnionType):
        kind = next(each for each in get_args(kind) if each is not type(None))
    many = get_origin(kind) is list
    return (get_args(kind)[0] if many else kind), many


def _emitted(node: ast.expr, module: ModuleType) -> str:
    """Describe the value of an ``emit``: by the docstring of its shape, or by the names that it is made with."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _prose(getattr(shapes, node.func.attr))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _prose(getattr(module, node.func.id))
    if isinstance(node, ast.Dict):
        names = tuple(str(key.value) for key in node.keys if isinstance(key, ast.Constant))
        listed = ", ".join(f'"{name}"' for name in names)
        return f"`{{{listed}}}`. {_INLINE[names]}".removesuffix(" ")
    raise ValueError(ast.dump(node))


def _prose(what: Any) -> str:
    """Return a docstring as Markdown: objects in braces as code, without its "Return", paragraphs on one line each."""
    text = inspect.cleandoc(what.__doc__ or "").replace("``", "`")
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return "\n\n".join(_BRACES.sub(lambda found: f"`{found[0]}`", part).removeprefix("Return ") for part in paragraphs)


def _exit_codes(help_text: str) -> str:
    """Return the table of exit codes: their meaning as the help says it, and the errors behind each."""
    said = " ".join(help_text.partition("Exit codes: ")[2].split()).removesuffix(".")
    meanings = dict(part.split(" ", 1) for part in said.split(", "))
    meanings[str(exits.UNHEARD)] = "whoever read the output went away"
    names: dict[str, list[str]] = {}
    for kind in vars(errors).values():
        if inspect.isclass(kind) and issubclass(kind, VertrautError) and not kind.__subclasses__():
            names.setdefault(str(exits.exit_code(kind.__new__(kind))), []).append(f"`{kind.__name__}`")
    rows = [
        ("code", "meaning", "errors"),
        *((code, text, ", ".join(names.get(code, ()))) for code, text in meanings.items()),
    ]
    return _table(rows)


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "| " + " | ".join("---" for _ in rows[0]) + " |", *lines[1:]])


if __name__ == "__main__":
    main()
