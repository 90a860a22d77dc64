"""Every text is there in both languages, and every thing of the rooms below that is spoken of has its words."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

import vertraut
from vertraut import errors
from vertraut.assistant import persona
from vertraut.errors import VertrautError
from vertraut.interfaces.cli.options import Kind
from vertraut.interfaces.cli.texts import TEXTS
from vertraut.interfaces.language import MONTHS, NOUNS
from vertraut.interfaces.language.errors import GERMAN, SENTENCES, explained
from vertraut.interfaces.language.problems import PROBLEMS
from vertraut.interfaces.language.reasons import LISTS, SETTINGS, in_german
from vertraut.ledger import ENTRY_KINDS
from vertraut.ledger.master_places import Method
from vertraut.memory.proof import TraceKind
from vertraut.memory.signals import FAMILIES
from vertraut.sources import ProblemCode

EXAMPLES: list[VertrautError] = [
    errors.NoSuchSpace("me", Path("/home")),
    errors.SpaceExists("me"),
    errors.NoSuchEntry(7),
    errors.NoSuchEntry(7, forgotten=True),
    errors.NothingSelected(),
    errors.BadSetting("batch", "many", "it must be a whole number", "settings.toml"),
    errors.BadTime("soon"),
    errors.BadQuery(),
    errors.BadFilter("kind:xyz"),
    errors.NoSuchDelivery(),
    errors.TooManyFiles(50_000),
    errors.NoRoom(9000, 300),
    errors.UnreadablePath(Path("/a: b"), "Permission denied"),
    errors.BadExport(Path("/export"), "manifest.json cannot be read"),
    errors.BadCases(Path("/cases"), "line 3 is no question"),
    errors.MasterKeyMissing("/home/master.key does not hold it"),
    errors.PassphraseNeeded(),
    errors.WrongPassphrase(),
    errors.SpaceKeyMissing(Path("/key.json")),
    errors.SpaceKeyDamaged(Path("/key.json")),
    errors.VaultMissing(Path("/vault.db")),
    errors.VaultUnreadable(Path("/vault.db"), "it is empty"),
    errors.VaultTruncated(Path("/vault.db"), 8192, 4096),
    errors.VaultTooNew(Path("/vault.db"), 9, 2),
    errors.LedgerBroken(4, "its link does not fit"),
    errors.IndexOutdated(),
    errors.NotAllowed("reader", "forget"),
    errors.NoSuchToken("phone"),
    errors.NoSuchDevice(7),
    errors.TokenNameTaken("phone"),
    errors.AddressTaken("127.0.0.1", 7777, "Address already in use"),
    errors.BadModel("haiku", "quality goes from 1 to 5"),
    errors.PreviewGone(),
    errors.NothingSent(7),
    errors.NoModel(),
    errors.NoSuchModel("haiku"),
    errors.ModelUnavailable("haiku", "timeout"),
    errors.ExtraMissing("haiku", "anthropic"),
    errors.ConsentNeeded("anthropic", "answer"),
    errors.CeilingReached("owner", "10"),
    errors.DiskFull(Path("/vault.db")),
    errors.VaultBusy(Path("/vault.db"), 30.0),
    errors.StorageFailed(Path("/out"), "the folder is not empty"),
]
REASONS = (
    "es muss eine ganze Zahl sein", "Permission denied", "manifest.json cannot be read", "line 3 is no question",
    "does not hold it", "it is empty", "its link does not fit", "the folder is not empty",
)  # fmt: skip


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_say_the_same_fields(key: str) -> None:
    english, german = TEXTS[key]
    assert english
    assert german
    assert fields_of(english) == fields_of(german)


def test_nouns_and_months_are_complete() -> None:
    assert all(word for noun in NOUNS.values() for pair in noun for word in pair)
    assert [len(months) for months in MONTHS] == [12, 12]


def test_everything_that_is_spoken_of_has_its_words() -> None:
    signals = {f"signal.{name}" for name in (*FAMILIES, "words_named", "words_unseen")} - {"signal.question"}
    assert {key for key in TEXTS if key.startswith("signal.")} == signals
    wanted = [f"kind.{kind}" for kind in ENTRY_KINDS]
    wanted += [f"trace.{kind}" for kind in get_args(TraceKind)]
    wanted += [f"key.{method}" for method in get_args(Method)]
    assert [key for key in wanted if key not in TEXTS] == []
    assert [kind for kind in ENTRY_KINDS if kind not in NOUNS] == []


def test_every_problem_has_its_words() -> None:
    assert set(PROBLEMS) == set(get_args(ProblemCode))
    assert all(english and german for english, german in PROBLEMS.values())


def test_kinds_are_those_of_the_ledger() -> None:
    assert tuple(kind.value for kind in Kind) == ENTRY_KINDS


def test_every_error_has_a_german_row() -> None:
    tree = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, VertrautError)]
    leaves = {each for each in tree if not each.__subclasses__()}
    assert leaves == set(GERMAN)
    assert {type(example) for example in EXAMPLES} == leaves


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_are_explained_in_german(error: VertrautError) -> None:
    sentence, way_out = explained(error, "de")
    assert sentence.endswith(".")
    assert sentence != error.sentence or isinstance(error, errors.BadCases)
    assert bool(way_out) == bool(error.way_out)
    assert not sentence.endswith(": .")
    assert explained(error, "en") == (error.sentence, error.way_out)


def test_reasons_survive_the_translation() -> None:
    said = " ".join(explained(error, "de")[0] for error in EXAMPLES)
    assert [reason for reason in REASONS if reason not in said] == []


def reasons_of_settings() -> Iterator[str]:
    """Yield each reason that the code can give for refusing a setting; what varies in it is called "x"."""
    for path in sorted(Path(vertraut.__file__).parent.rglob("*.py")):
        code = ast.parse(path.read_text("utf-8"))
        named = {node.targets[0].id: node.value for node in ast.walk(code) if isinstance(node, ast.Assign) and
                 isinstance(node.targets[0], ast.Name)}  # fmt: skip
        for call in ast.walk(code):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "BadSetting":
                why = call.args[2]
                yield from written(named[why.id] if isinstance(why, ast.Name) else why)


def written(why: ast.expr) -> Iterator[str]:
    match why:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in parts)
        case ast.Subscript(value=ast.Name(id="_RULES")):
            yield from persona._RULES.values()
        case _:
            raise AssertionError(ast.dump(why))


def test_every_reason_to_refuse_a_setting_is_told_in_german() -> None:
    found = set(reasons_of_settings())
    assert set(SETTINGS) - found == {"it is not TOML"}
    assert [start for start in LISTS if not any(reason.startswith(start) for reason in found)] == []
    for reason in found:
        told = explained(errors.BadSetting("zone", "y", reason, "settings.toml"), "de")[0]
        german = told.removeprefix("Die Einstellung zone in settings.toml kann nicht 'y' sein: ").removesuffix(".")
        assert german == in_german(reason)
        assert german.partition(" (")[0] != reason.partition(" (")[0]


def test_a_setting_that_stands_in_no_file_is_placed_in_german() -> None:
    wrong = errors.BadSetting("country", "XX", persona._RULES["country"], "persona")
    assert explained(wrong, "de")[0] == (
        "Die Einstellung country in der Persona kann nicht 'XX' sein: "
        "es müssen die zwei Buchstaben eines Landes sein, wie DE oder GB."
    )
    wrong = errors.BadSetting("language", "xx", "it must be one of de, en", "this request")
    assert explained(wrong, "de")[0] == (
        "Die Einstellung language in dieser Anfrage kann nicht 'xx' sein: möglich sind de, en."
    )


def test_errors_without_a_class_of_their_own() -> None:
    for sentence, german in SENTENCES.items():
        assert explained(errors.AccessError(sentence), "de") == german
    assert explained(errors.AccessError("Something else.", "Do this."), "de") == ("Something else.", "Do this.")
