from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from vertraut import errors
from vertraut.errors import VertrautError

SOURCE = Path(errors.__file__).parent
BRANCHES = (
    errors.RequestError,
    errors.InputError,
    errors.AccessError,
    errors.VaultError,
    errors.StorageError,
    errors.ModelError,
)
CLASSES = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, VertrautError)]
LEAVES = [each for each in CLASSES if not each.__subclasses__()]
EXAMPLES: dict[str, object] = {"path": Path("/home/v"), "home": Path("/home"), "seconds": 2.0}


def made(kind: type[VertrautError]) -> VertrautError:
    """Make an error with something plausible for each of its parameters."""
    parameters = inspect.signature(kind).parameters.values()
    types = {"int": 7, "str": "text", "object": "text", "float": 2.0, "bool": True, "Path": Path("/home/v")}
    needed: dict[str, Any] = {p.name: EXAMPLES.get(p.name, types[p.annotation]) for p in parameters if p.default is p.empty}
    return kind(**needed)


def raised_in_source() -> set[str]:
    """Return the names of the classes that anything but their own module constructs or raises."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        if path.name == "errors.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = node.func if isinstance(node, ast.Call) else node.exc if isinstance(node, ast.Raise) else None
            if isinstance(named, ast.Name):
                found.add(named.id)
            elif isinstance(named, ast.Attribute):
                found.add(named.attr)
    return found


@pytest.mark.parametrize("kind", LEAVES, ids=lambda kind: kind.__name__)
def test_every_error_is_raised_somewhere(kind: type[VertrautError]) -> None:
    assert kind.__name__ in raised_in_source()


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn: dict[str, str] = {}
    branch = ""
    for line in (errors.__doc__ or "").splitlines():
        if line.startswith(("├── ", "└── ")):
            branch = line[4:].split()[0]
            drawn[branch] = "VertrautError"
        elif line.startswith(("│   ", "    ")):
            drawn.update(dict.fromkeys(re.findall(r"\w+", line), branch))
    real = {each.__name__: each.__mro__[1].__name__ for each in CLASSES if each is not VertrautError}
    assert drawn == real


def test_the_tree_has_a_branch_for_each_exit_code() -> None:
    assert set(BRANCHES) == set(VertrautError.__subclasses__())


@pytest.mark.parametrize("kind", LEAVES, ids=lambda kind: kind.__name__)
def test_every_error_is_a_sentence_for_a_person(kind: type[VertrautError]) -> None:
    error = made(kind)
    for text in filter(None, (error.sentence, error.way_out)):
        assert text[-1] == "."
        assert text[0] == text[0].upper() or text[0] == "/"
        assert "None" not in text
        assert "{" not in text
    assert str(error) == error.sentence
    assert kind.__doc__


@pytest.mark.parametrize("kind", LEAVES, ids=lambda kind: kind.__name__)
def test_every_error_carries_the_data_it_was_built_from(kind: type[VertrautError]) -> None:
    error = made(kind)
    for name in inspect.signature(kind).parameters:
        value = EXAMPLES.get(name)
        if value is not None and hasattr(error, name):
            assert getattr(error, name) == value
    assert vars(error).keys() >= {"sentence", "way_out"}


def test_an_entry_that_was_forgotten_is_told_from_one_that_never_was() -> None:
    assert "forgotten" in errors.NoSuchEntry(4, forgotten=True).sentence
    assert "does not exist" in errors.NoSuchEntry(4).sentence


def test_nobody_raises_a_bare_error_of_python_at_a_person() -> None:
    """What a person did wrong has a class of the tree: only mistakes of the caller are ``ValueError`` and the like."""
    bare = {"Exception", "RuntimeError", "BaseException", "AssertionError"}
    assert not bare & raised_in_source()
