"""What stands around every page, in a browser."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect


def test_a_link_signs_in_and_an_unknown_page_says_so(app: Any) -> None:
    app.expected.append("404")
    page = app.open("/nowhere")
    expect(page.get_by_role("heading", name="That did not work")).to_be_visible()
    expect(page.get_by_role("navigation").get_by_role("link", name="Life")).to_be_visible()


def test_the_frame_speaks_german(app: Any) -> None:
    app.expected.append("404")
    page = app.open("/nirgends", language="de")
    expect(page.get_by_role("heading", name="Das ging nicht")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")
