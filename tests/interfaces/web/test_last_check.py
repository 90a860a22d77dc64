"""When the chain was last checked, and what that found, is told after a restart too."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from vertraut.application import Space
from vertraut.application.service import Service
from vertraut.errors import LedgerBroken
from vertraut.governance import OWNER
from vertraut.interfaces.web.application import create_web


def told_after_a_restart(app: Any, space: Space, language: str) -> str:
    """Return the page Privacy of a service that is begun after another one has checked the space."""
    with Service(space.opened_again) as checking:
        checking.keeping.check(OWNER)
        thread = checking.keeping._checks._thread
        assert thread
        thread.join(30)
    with Service(space.opened_again) as again:
        client = TestClient(create_web(again, app.devices), base_url=app.url)
        client.get(app.link())
        return client.get("/privacy", headers={"Accept-Language": language}).text


@pytest.mark.parametrize(("language", "when"), [("en", "1 September 2026, 14:00"), ("de", "1. September 2026, 14:00")])
def test_a_sound_chain(app: Any, space: Space, language: str, when: str) -> None:
    space.remember_text("The spare key hangs behind the fuse box.")
    page = told_after_a_restart(app, space, language)
    assert when in page.split('id="summary"')[1].split("</section>")[0]
    assert space.ledger.get([1])[1].link.hex() in page


def test_a_broken_one(app: Any, space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise LedgerBroken(3, "the record is missing")

    monkeypatch.setattr(Space, "verify", broken)
    page = told_after_a_restart(app, space, "de")
    assert "Die Kette ist bei Datensatz 3 gebrochen" in page
