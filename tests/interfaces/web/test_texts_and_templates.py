"""The pages keep their promises: no text without a use, no use without a text, nothing inline, no colour but a token's."""

from __future__ import annotations

import ast
import importlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Final

import pytest
from jinja2 import Environment, nodes
from matplotlib.colors import CSS4_COLORS

from vertraut.application import Space
from vertraut.application.service import Service
from vertraut.governance import Devices
from vertraut.interfaces.language import SHARED
from vertraut.interfaces.web import texts
from vertraut.interfaces.web.page import Web
from vertraut.interfaces.web.texts import TEXTS

ROOT: Final = Path(__file__).resolve().parents[3]
ASSETS: Final = ROOT / "assets"
WEB: Final = ROOT / "src/vertraut/interfaces/web"
PAGES: Final = [each.stem for each in sorted(Path(texts.__file__).parent.glob("*.py")) if each.stem != "__init__"]
TEMPLATES: Final = sorted(each.relative_to(WEB / "templates").as_posix() for each in (WEB / "templates").rglob("*.*"))
MODULES: Final = sorted(each for each in WEB.glob("*.py"))
STYLES: Final = sorted(each.relative_to(ASSETS).as_posix() for each in (*ASSETS.glob("*.css"), *ASSETS.glob("pages/*.css")))
SCRIPTS: Final = sorted(each.relative_to(ASSETS).as_posix() for each in (*ASSETS.glob("*.js"), *ASSETS.glob("pages/*.js")))

KEY: Final = re.compile(r"[a-z][a-z_0-9]*(?:\.[a-z_0-9]+)+")
FILE: Final = re.compile(r".*\.(?:html|xml|css|js|svg|png|webp|json|webmanifest|zip|db|toml)")
FORBIDDEN: Final = {
    "a style": r"\sstyle\s*=|<style",
    "a handler": r"\son[a-z]+\s*=|\bhx-on\b",
    "a script": r"javascript:|<script(?![^>]*\ssrc=)|=[\"']js:",
    "a condition that needs eval": r"hx-trigger=\"[^\"]*\[",
    "an address elsewhere": r"(?:src|href|action|srcset|data|poster|hx-\w+)=[\"'](?:https?:)?//|@import|url\(",
    "a form whose submission is not ours": r"formaction=|<(?:iframe|object|embed|base)\b",
}
ELSEWHERE: Final = r"https?://(?!\{|www\.w3\.org/)\S+"
IMPORT: Final = re.compile(r"""(?:@import|from|import)\s*["'](\./[^"']+)["']""")


@pytest.fixture
def web(space: Space) -> Iterator[Web]:
    with Service(space.opened_again) as service:
        yield Web(service, Devices(service.journal, service.clock))


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def source(template: str) -> str:
    return (WEB / "templates" / template).read_text(encoding="utf-8")


def said_in(template: nodes.Template) -> Iterator[tuple[str, set[str] | None]]:
    """Yield the texts that a template says, with the fields it fills in; None where it hands over what it was given."""
    for call in template.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "say" and isinstance(call.args[0], nodes.Const):
            yield call.args[0].value, None if call.dyn_kwargs else {each.key for each in call.kwargs}


def said_by(module: Path) -> Iterator[tuple[str, set[str] | None]]:
    """Yield the same of a module: ``say("key", …)`` and ``page.say("key", …)``."""
    for call in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and "say" in {getattr(call.func, "id", ""), getattr(call.func, "attr", "")}:
            names = {each.arg for each in call.keywords}
            for key in (each.value for each in call.args[:1] if isinstance(each, ast.Constant)):
                yield str(key), None if None in names else {each for each in names if each}


def parts_of(node: nodes.Node | ast.expr) -> list[str]:
    """Return what a text is put together from, as expressions for ``re``: constants, and groups for what only time tells."""
    match node:
        case nodes.Const(value=str(text)) | ast.Constant(value=str(text)):
            return [re.escape(text)]
        case nodes.Concat(nodes=each):
            return [part for one in each for part in parts_of(one)]
        case nodes.Add(left=left, right=right) | ast.BinOp(left=left, op=ast.Add(), right=right):
            return [*parts_of(left), *parts_of(right)]
        case ast.JoinedStr(values=each):
            return [part for one in each for part in parts_of(one)]
    return ["(.+)"]


@cache
def spoken_of() -> tuple[frozenset[str], frozenset[str]]:
    """Return every text constant of templates and modules, and the forms of those that are put together."""
    whole, forms = set[str](), set[str]()
    trees = [Environment().parse(source(name)) for name in TEMPLATES]
    found: list[nodes.Node | ast.expr] = [each for tree in trees for each in tree.find_all((nodes.Concat, nodes.Add))]
    for name in TEMPLATES:
        whole |= {token[1:-1] for _, kind, token in Environment().lex(source(name)) if kind == "string"}
    for node in (node for module in MODULES for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            whole.add(node.value)
        elif isinstance(node, ast.JoinedStr | ast.BinOp):
            found.append(node)
    for parts in map(parts_of, found):
        if re.fullmatch(r"[a-z_]+\\\.[a-z_.\\]*", parts[0]) and "(.+)" in parts:
            forms.add("".join(parts))
    return frozenset(whole), frozenset(forms)


@cache
def named_anywhere() -> frozenset[str]:
    """Return every quoted word of the package, in small letters: of these are the ends of texts that are put together."""
    paths = (path for path in WEB.parents[1].rglob("*.py") if path.parent.name != "texts")
    return frozenset(
        word.lower() for path in paths for word in re.findall(r"\"([^\"\s]+)\"", path.read_text(encoding="utf-8"))
    )


def is_used(key: str) -> bool:
    """Say whether a text is named whole, or has a form that is spoken of, with ends that are named somewhere."""
    whole, forms = spoken_of()
    found = (re.fullmatch(form, key) for form in forms)
    return key in whole or any(set(match.groups()) <= named_anywhere() | whole for match in found if match)


def test_no_text_stands_on_two_pages() -> None:
    rows = Counter(key for name in PAGES for key in importlib.import_module(f"{texts.__name__}.{name}").TEXTS)
    assert [key for key, count in rows.items() if count > 1] == []
    assert [key for key in rows if key in SHARED] == []
    assert set(TEXTS) == {*rows, *SHARED}


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_say_the_same_fields(page: str) -> None:
    for key, (english, german) in importlib.import_module(f"{texts.__name__}.{page}").TEXTS.items():
        assert english.strip(), key
        assert german.strip(), key
        assert fields_of(english) == fields_of(german), key


@pytest.mark.parametrize("page", PAGES)
def test_every_text_is_used(page: str) -> None:
    rows = importlib.import_module(f"{texts.__name__}.{page}").TEXTS
    assert [key for key in rows if not is_used(key)] == []


def test_every_text_that_is_spoken_of_is_there() -> None:
    pages = {key.partition(".")[0] for key in TEXTS}
    whole, forms = spoken_of()
    keys = {each for each in whole if KEY.fullmatch(each) and each.partition(".")[0] in pages and not FILE.fullmatch(each)}
    assert sorted(key for key in keys - set(TEXTS) if not key.endswith("_")) == []
    ours = [form for form in forms if form.partition("\\")[0] in pages]
    assert [form for form in ours if not any(re.fullmatch(form, key) for key in TEXTS)] == []


def test_every_field_is_filled_in(web: Web) -> None:
    said = [each for name in TEMPLATES for each in said_in(web.templates.parse(source(name)))]
    said += [each for module in MODULES for each in said_by(module)]
    assert len(said) > 10
    assert sorted({key for key, _ in said if key not in TEXTS}) == []
    assert [(key, given) for key, given in said if given is not None and given != fields_of(TEXTS[key][0])] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_parse_and_trust_nothing(web: Web, name: str) -> None:
    web.templates.get_template(name)
    parsed = web.templates.parse(source(name))
    assert [each.name for each in parsed.find_all(nodes.Filter) if each.name in {"safe", "forceescape"}] == []
    assert list(parsed.find_all((nodes.MarkSafe, nodes.ScopedEvalContextModifier))) == []
    markup = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", source(name), flags=re.DOTALL)
    assert {what: found for what, form in FORBIDDEN.items() if (found := re.findall(form, markup))} == {}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_only_icons_are_marked_as_safe(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert ("Markup" in text) == (module.stem == "static")
    assert re.findall(ELSEWHERE, text) == []


@pytest.mark.parametrize("name", STYLES)
def test_colours_are_those_of_the_tokens(name: str) -> None:
    rules = re.sub(r"/\*.*?\*/", "", (ASSETS / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    defined = set(re.findall(r"(--[\w-]+)\s*:", (ASSETS / "tokens.css").read_text(encoding="utf-8") + rules))
    assert {each for each in re.findall(r"var\((--[\w-]+)", rules) if each not in defined} == set()
    assert re.findall(r"https?:|//|@import (?!\"\./)", rules) == []
    if name != "tokens.css":
        values = [re.sub(r"var\([^)]*\)|\"[^\"]*\"", "", value) for value in re.findall(r":\s*([^;{}]+);", rules)]
        assert [
            value for value in values if re.search(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|hwb|okl\w+|lab|lch)\(", value)
        ] == []
        assert [value for value in values if CSS4_COLORS.keys() & set(re.findall(r"[a-z]+", value.lower()))] == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_make_no_markup_of_texts(name: str) -> None:
    script = (ASSETS / name).read_text(encoding="utf-8")
    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.style\b", script) == []
    )
    assert re.findall(ELSEWHERE, script) == []


def test_every_file_of_the_assets_is_loaded() -> None:
    waiting, found = ["app.js", "app.css", "sw.js"], set[str]()
    while waiting:
        name = waiting.pop()
        found.add(name)
        imported = IMPORT.findall((ASSETS / name).read_text(encoding="utf-8"))
        places = ((ASSETS / name).parent.joinpath(each).resolve().relative_to(ASSETS).as_posix() for each in imported)
        waiting += set(places) - found
    assert sorted(found) == sorted([*STYLES, *SCRIPTS])


def test_every_picture_and_icon_is_shown() -> None:
    whole, _ = spoken_of()
    assert [each.name for each in sorted((ASSETS / "pictures").iterdir()) if each.name not in whole] == []
    icons = (ASSETS / "icons.txt").read_text(encoding="utf-8").split()
    assert [name for name, count in Counter(icons).items() if count > 1] == []
    assert [name for name in icons if name not in whole] == []


def test_every_icon_that_is_shown_is_there(web: Web) -> None:
    shown = {
        call.args[0].value
        for name in TEMPLATES
        for call in web.templates.parse(source(name)).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "icon" and isinstance(call.args[0], nodes.Const)
    }
    assert sorted(shown - set((ASSETS / "icons.txt").read_text(encoding="utf-8").split())) == []
