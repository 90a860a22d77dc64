"""HTML to plain text, as a mail client shows it: no scripts, styles or hidden elements, nothing fetched.

Input is bounded in size and depth, so that no page can exhaust memory or recursion: attributes are dropped, tables are
read row by row, and what is nested too deeply is read without its tags. Along with the text come the ranges that the
page itself marks as quoted or as a signature. Never raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from inscriptis import Inscriptis
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.model.config import ParserConfig
from lxml import etree, html

HTML_LIMIT = 2_000_000
_DEPTH_LIMIT = 150

_INLINE_DATA = re.compile(r"data:[\w/.+;=-]{0,100};base64,[A-Za-z0-9+/=%\s]*")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u034f\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]+")
_TOKEN = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>|[^<]+|<")
_VOID = frozenset("area base basefont bgsound br col embed frame hr img input link meta param source track wbr".split())
_UNSEEN = ("script", "style", "title", "template", "svg", "math", "object", "iframe", "select", "textarea", "noframes")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_SET_APART = re.compile(
    r"gmail_(?:quote|signature|attr)|yahoo_quoted|moz-(?:cite-prefix|signature|forward-container)|protonmail_(?:quote|"
    r"signature)|tutanota_quote|zmail_extra|zimbra_quote|olk_src_body|isforwardcontent|reply-?intro",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    "blockquote table tbody thead tfoot tr caption center form fieldset legend dl dt dd section details summary hr".split()
)
_KEPT = frozenset(
    "html body p div br ul ol li pre blockquote h1 h2 h3 h4 h5 h6 address article aside footer header main nav figure "
    "figcaption".split()
)
_CONFIG = ParserConfig(css=STRICT_CSS_PROFILE, annotation_rules={"blockquote": ["apart"]})


@dataclass(frozen=True, slots=True)
class HtmlText:
    """The text of a page; ``apart`` are the disjoint ranges of it that are marked as quotes or signatures, in order.

    ``cut`` says that the page was longer than ``HTML_LIMIT`` characters and only its beginning was read.
    """

    text: str
    apart: tuple[tuple[int, int], ...] = ()
    cut: bool = False


def html_text(page: str) -> HtmlText:
    """Return the visible text of an HTML page or fragment."""
    if "base64," in page:
        page = _INLINE_DATA.sub("", page)
    cut = len(page) > HTML_LIMIT
    page = _UNPRINTABLE.sub("", page[:HTML_LIMIT])
    tree = _tree(page)
    if tree is None:
        return HtmlText("", cut=cut)
    _reduce(tree)
    engine = Inscriptis(tree, _CONFIG)
    text: str = engine.get_text()
    start = len(text) - len(text.lstrip())
    text = text.strip()
    apart = ((max(0, a.start - start), min(len(text), a.end - start)) for a in engine.get_annotations())
    return HtmlText(text, tuple(_outermost(apart)), cut)


def _outermost(ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the ranges that stand in no other; they nest as their elements do."""
    last = 0
    for start, end in sorted(ranges, key=lambda each: (each[0], -each[1])):
        if start >= last and start < end:
            yield start, end
            last = end


def _tree(page: str) -> Any:
    """Parse a page; one that is nested more deeply than the parser goes loses its innermost tags, not its text."""
    tree = None
    for deep in (False, True):
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        try:
            tree = html.document_fromstring(("".join(_shallow(page)) if deep else page).encode(), parser=parser)
        except etree.ParserError:
            return None
        if not any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
            break
    return tree


def _shallow(page: str) -> Iterator[str]:
    """Yield the page without the tags below a depth that every parser can take."""
    depth = 0
    for token in _TOKEN.finditer(page):
        name = (token[2] or "").lower()
        if not name or name in _VOID or name in _UNSEEN:
            yield token[0]
        elif token[1]:
            yield token[0] if depth <= _DEPTH_LIMIT else " "
            depth = max(0, depth - 1)
        else:
            depth += 1
            yield token[0] if depth <= _DEPTH_LIMIT else " "


def _reduce(tree: Any) -> None:
    """Leave of a tree only what makes lines, with quotes and signatures as ``blockquote``."""
    for element in tree.iter():
        if _is_hidden(element):
            element.tag = _UNSEEN[0]
            continue
        if _is_apart(element):
            element.tag = "blockquote"
        elif element.tag in _BLOCKS:
            element.tag = "div"
        elif element.tag in {"td", "th"}:
            element.tail = " " + (element.tail or "")
        element.attrib.clear()
    etree.strip_elements(tree, *_UNSEEN, with_tail=False)
    etree.strip_tags(tree, *({element.tag for element in tree.iter()} - _KEPT))
    for element in tree.iter():
        # The renderer resolves character references a second time, and reads a text of many pieces slowly.
        if text := element.text:
            element.text = _UNPRINTABLE.sub("", text).replace("&", "&amp;")
        if tail := element.tail:
            element.tail = _UNPRINTABLE.sub("", tail).replace("&", "&amp;")


def _is_apart(element: Any) -> bool:
    """Say whether a mail program marked an element as a quote or signature; a bare blockquote is only indented."""
    if element.get("type") == "cite" or element.get("name") == "quote":
        return True
    marks = f"{element.get('class', '')} {element.get('id', '')}"
    return marks != " " and bool(_SET_APART.search(marks))


def _is_hidden(element: Any) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style", "")))
