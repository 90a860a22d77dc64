"""A page changes when it gets to it: no test here may look at it once and judge."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

ONCE: Final = frozenset(
    "all_inner_texts all_text_contents count get_attribute inner_html inner_text input_value is_checked is_disabled "
    "is_editable is_enabled is_hidden is_visible text_content".split()
)
"""What tells how a page is now, and waits at most until there is something to tell of."""


def looks_once(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="count"), args=[_, *_]):  # of a text, not of elements
            return False
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in ONCE
        case ast.Attribute(value=ast.Name(id="page"), attr="url"):
            return True
    return False


def test_what_is_asserted_of_a_page_is_waited_for() -> None:
    found = [
        f"{file.name}:{node.lineno}"
        for file in sorted(Path(__file__).parent.glob("test_*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assert) and any(map(looks_once, ast.walk(node)))
    ]
    assert found == []  # `expect` waits
