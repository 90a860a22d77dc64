"""axe-core finds nothing serious on any page, in either language, light or dark, on a phone or a wide screen."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

AXE: Final = Path(__file__).parents[3] / "assets/node_modules/axe-core/axe.min.js"
LOOKS: Final = (("en", "light", 320), ("en", "dark", 1440), ("de", "light", 1440), ("de", "dark", 320))
"""Every two of language, colours and width occur together."""
PAGES: Final = (
    "/", "/life", "/life/2026", "/life/2026/3", "/life/2026/3/8", "/life?q=Lena", "/life/entry/10", "/bring", "/you",
    "/forget", "/forget?words=Lena", "/privacy", "/share", "/share/kept", "/nowhere", "/signin", "/offline",
)  # fmt: skip
FOUND: Final = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .filter((each) => ["serious", "critical"].includes(each.impact))
  .map((each) => [each.id, each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160))])"""


@cache
def axe() -> str:
    return AXE.read_text(encoding="utf-8")


SHARED: Final = "const form = new FormData(); form.append('text', 'Look'); fetch('/share', {method: 'POST', body: form})"


def test_nothing_serious(lived: Any) -> None:
    lived.expected += ["404", "410"]
    found = {}
    for language, scheme, width in LOOKS:
        page = lived.open(language=language, scheme=scheme, width=width)
        page.evaluate(SHARED)
        for address in PAGES:
            page.goto(lived.url + address)
            page.locator(".htmx-request").first.wait_for(state="detached")
            page.evaluate(axe())
            problems = page.evaluate(FOUND)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                problems.append("wider than the screen")
            if problems:
                found[address, language, scheme, width] = problems
    assert found == {}
