"""Every verb over HTTP, each as its actor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from tests.interfaces.server.conftest import Served

from vertraut.application import Space
from vertraut.application.verbs import VERBS
from vertraut.governance import SCOPES
from vertraut.interfaces.http import LARGEST_BODIES

REQUESTS: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    "recall": ("POST", "/v1/recall", {"json": {"question": "Küche"}}),
    "ask": ("POST", "/v1/ask", {"json": {"question": "Wann kommt die Küche?"}}),
    "context": ("POST", "/v1/context", {"json": {"question": "Küche"}}),
    "chat": ("POST", "/v1/chat", {"json": {"text": "Wann kommt die Küche?"}}),
    "show": ("GET", "/v1/entries/1", {}),
    "stats": ("GET", "/v1/stats", {}),
    "remember": ("POST", "/v1/remember", {"json": {"text": "Der Schlüssel hängt hinter dem Sicherungskasten."}}),
    "import": ("POST", "/v1/import", {"files": {"file": ("Haus.md", b"# Haus\n\nDer Keller ist nass.\n")}}),
    "forget": ("POST", "/v1/forget", {"json": {"ids": [1]}}),
}


def sent(client: httpx.Client, verb: str, **more: Any) -> httpx.Response:
    method, path, what = REQUESTS[verb]
    return client.request(method, path, **what, **more)


def test_every_verb_has_its_address() -> None:
    assert REQUESTS.keys() == {verb.name for verb in VERBS}


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_needs_its_scope_and_no_other(memory: Space, served: Served, verb: Any) -> None:
    without = sent(served.client(*(scope for scope in SCOPES if scope not in {verb.scope, "admin"})), verb.name)
    assert (without.status_code, without.json()["type"]) == (403, "urn:vertraut:problem:NotAllowed")
    assert memory.stats().forgotten == 0
    assert sent(served.client(verb.scope), verb.name).is_success


def test_forgetting_cannot_be_tried_out_without_its_scope(memory: Space, served: Served) -> None:
    client = served.client("recall", "remember", "ask")
    assert client.post("/v1/forget/preview", json={"ids": [1]}).status_code == 403


def test_recall_gives_pages_of_hits(memory: Space, served: Served) -> None:
    client = served.client("recall")
    whole = client.post("/v1/recall", json={"question": "Küche Dienstag", "count": 10}).json()
    assert [hit["id"] for hit in whole["hits"]][:2] in ([1, 3], [3, 1])
    assert (whole["next_offset"], whole["entries"]) == (None, 4)
    hits, offset = [], 0
    while offset is not None:
        page = client.post("/v1/recall", json={"question": "Küche Dienstag", "count": 1, "offset": offset}).json()
        hits += [hit["id"] for hit in page["hits"]]
        offset = page["next_offset"]
    assert hits == [hit["id"] for hit in whole["hits"]]
    first = whole["hits"][0]["entry"]
    assert first["when"] == {
        "at": first["when"]["at"], "zone": "Europe/Berlin", "precision": "second", "zone_assumed": True,
    }  # fmt: skip
    assert first["when"]["at"].endswith("+01:00")


def test_limits_hold(memory: Space, served: Served) -> None:
    client = served.client("recall")
    limits = {"authors": ["Lena"], "after": "2025", "before": "April 2025", "without": ["Maurer"]}
    found = client.post("/v1/recall", json={"question": "Küche", "limits": limits}).json()
    assert [hit["id"] for hit in found["hits"]] == [1]


def test_ask_quotes_and_says_what_it_does_not_know(memory: Space, served: Served) -> None:
    client = served.client("ask")
    known = client.post("/v1/ask", json={"question": "Wann kommt die neue Küche?"}).json()
    assert known["known"]
    assert known["quotes"][0]["text"] == "Die neue Küche kommt am Dienstag."
    assert not client.post("/v1/ask", json={"question": "What is the capital of Peru?"}).json()["known"]


def test_context_is_text_with_its_lines(memory: Space, served: Served) -> None:
    told = served.client("recall").post("/v1/context", json={"question": "Küche", "tokens": 300}).json()
    assert told["tokens"] <= told["budget"] == 300
    numbers = [line["number"] for block in told["blocks"] for line in block["lines"]]
    assert all(f"[{number}]" in told["text"] for number in numbers)


def test_show_gives_the_entry_and_what_stands_around_it(memory: Space, served: Served) -> None:
    client = served.client("recall")
    told = client.get("/v1/entries/2").json()
    assert told["entry"]["text"] == "Dann brauchen wir den Elektriker."
    assert [each["id"] for each in told["around"]] == [1, 2, 3]
    assert told["remembered"] == "2026-09-01T12:00:00Z"


def test_stats_count(memory: Space, served: Served) -> None:
    told = served.client("recall").get("/v1/stats").json()
    assert (told["name"], told["entries"], told["by_year"]) == ("me", 4, {"2024": 1, "2025": 3})


def test_what_is_remembered_is_found_at_once(memory: Space, served: Served) -> None:
    client = served.client("remember", "recall")
    made = client.post("/v1/remember", json={"text": "Mirabellen einkochen", "title": "Rezept", "author": "Jürgen"})
    assert made.status_code == 201
    (hit,) = client.post("/v1/recall", json={"question": "Mirabellen"}).json()["hits"]
    assert (hit["id"], hit["entry"]["title"], hit["entry"]["author"]) == (made.json()["id"], "Rezept", "Jürgen")


def test_a_file_is_taken_in_once(memory: Space, served: Served) -> None:
    client = served.client("remember")
    first, again = (sent(client, "import").json() for _ in range(2))
    assert (first["name"], first["source"], first["read"], first["new"]) == ("Haus.md", "markdown", 1, 1)
    assert (again["new"], again["known"]) == (0, 1)
    strange = client.post("/v1/import", files={"file": ("x.bin", bytes(range(256)))}).json()
    assert strange["read"] == 0
    assert [each["code"] for each in strange["problems"]] != []


def test_forgetting_is_previewed_and_proved(memory: Space, served: Served) -> None:
    client = served.client("forget", "recall")
    selection = {"limits": {"authors": ["Lena"]}}
    preview = client.post("/v1/forget/preview", json=selection).json()
    assert [entry["id"] for entry in preview["entries"]] == [1, 3]
    receipt = client.post("/v1/forget", json=selection).json()
    assert (receipt["entries"], receipt["proof"]["clean"], receipt["proof"]["found"]) == (2, True, [])
    gone, never = client.get("/v1/entries/1"), client.get("/v1/entries/99")
    assert (gone.status_code, never.status_code) == (410, 404)
    nothing = client.post("/v1/forget", json={})
    assert (nothing.status_code, nothing.json()["type"]) == (422, "urn:vertraut:problem:NothingSelected")


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"question": ""}, "BadQuery"),
    ({"question": "kind:xyz"}, "BadFilter"),
    ({"question": "Küche", "limits": {"after": "irgendwann"}}, "BadTime"),
    ({"question": "Küche", "limits": {"authors": [" "]}}, "NotValid"),
    ({"question": "Küche", "limits": {"kinds": ["secret"]}}, "NotValid"),
    ({"question": "Küche", "count": 101}, "NotValid"),
    ({"question": "Küche", "offset": -1}, "NotValid"),
    ({"question": "Küche", "question2": ""}, "NotValid"),
    ({"question": "geheimnis" * 2000}, "NotValid"),
    ({"question": ["geheimnis"]}, "NotValid"),
    ({}, "NotValid"),
]


def test_what_cannot_be_asked_is_a_problem_that_repeats_nothing(memory: Space, served: Served) -> None:
    client = served.client("recall")
    for body, kind in REFUSED:
        answer = client.post("/v1/recall", json=body)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), body
        assert (answer.json()["type"], answer.json()["status"]) == (f"urn:vertraut:problem:{kind}", 422), body
        assert "geheimnis" not in answer.text


JSON = {"Content-Type": "application/json"}
WRONG: list[tuple[str, str, dict[str, Any], int]] = [
    ("GET", "/v1/recall", {}, 405),
    ("PATCH", "/v1/stats", {}, 405),
    ("GET", "/v1/nothing", {}, 404),
    ("GET", "/v1/recall/", {}, 404),
    ("GET", "/v1", {}, 404),
    ("POST", "/v1/recall", {"content": b'{"question":"a"}'}, 415),
    ("POST", "/v1/recall", {"data": {"question": "a"}}, 415),
    ("POST", "/v1/remember", {"content": b'{"text":"a"}', "headers": {"Content-Type": "text/plain"}}, 415),
    ("POST", "/v1/import", {"json": {}}, 415),
    ("POST", "/v1/import", {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 422),
    ("POST", "/v1/import", {"files": {"other": ("a.md", b"x")}}, 422),
    ("POST", "/v1/import", {"files": [("file", ("a.md", b"x")), ("file", ("b.md", b"x"))]}, 422),
    ("POST", "/v1/recall", {"content": b"{", "headers": JSON}, 422),
    ("POST", "/v1/recall", {"content": b"[" * 90_000, "headers": JSON}, 400),
    ("POST", "/v1/recall", {"content": b"\xff", "headers": JSON}, 400),
    ("POST", "/v1/recall", {"content": b" " * (LARGEST_BODIES["recall"] + 1), "headers": JSON}, 413),
    ("POST", "/v1/recall", {"content": iter([b" " * (LARGEST_BODIES["recall"] + 1)]), "headers": JSON}, 413),
    ("GET", "/v1/entries/99999999999999999999", {}, 422),
    ("GET", "/v1/entries/one", {}, 422),
]


def test_every_error_is_a_problem(memory: Space, served: Served) -> None:
    client = served.client()
    for method, path, what, status in WRONG:
        answer = client.request(method, path, **what)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), (path, what)
        assert answer.json()["status"] == status
        assert answer.json()["title"]
