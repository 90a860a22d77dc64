"""What stands around every page, in a browser."""

from __future__ import annotations

from typing import Any


def test_a_link_signs_in_and_an_unknown_page_says_so(app: Any) -> None:
    app.expected.append("404")
    page = app.open("/nowhere")
    assert page.get_by_role("heading", name="That did not work").is_visible()
    assert page.get_by_role("navigation").get_by_role("link", name="Life").is_visible()


def test_the_frame_speaks_german(app: Any) -> None:
    app.expected.append("404")
    page = app.open("/nirgends", language="de")
    assert page.get_by_role("heading", name="Das ging nicht").is_visible()
    assert page.locator("html").get_attribute("lang") == "de"
