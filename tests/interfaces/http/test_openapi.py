"""The description of the door: complete, with examples that hold, and true for whatever is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema_rs import validator_for
from tests.interfaces.server.conftest import Served, running

from vertraut.application import Space
from vertraut.interfaces.http import application
from vertraut.interfaces.server import access

SUCCESS = ("200", "201")


@pytest.fixture
def described(served: Served) -> dict[str, Any]:
    found: dict[str, Any] = served.client().get("/openapi.json").json()
    return found


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def told(operation: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the media type and description of what an operation answers."""
    status = next(each for each in SUCCESS if each in operation["responses"])
    found: tuple[str, dict[str, Any]] = next(iter(operation["responses"][status]["content"].items()))
    return found


def test_every_operation_is_described_with_examples(described: dict[str, Any]) -> None:
    for path, method, operation in operations(described):
        assert operation["description"], path
        assert ("security" in operation) == (path not in {"/health", "/ready"})
        media_type, answer = told(operation)
        assert "example" in answer or media_type.startswith("text/plain"), path
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if method == "post" and body:
            name = body["schema"]["$ref"].rpartition("/")[2]
            assert described["components"]["schemas"][name]["examples"], path
        for status, response in operation["responses"].items():
            if status not in SUCCESS and path != "/ready":
                assert list(response["content"]) == ["application/problem+json"], (path, status)


def test_every_example_is_of_its_form(described: dict[str, Any]) -> None:
    def check(schema: dict[str, Any], example: Any) -> None:
        validator_for({**schema, "components": described["components"]}).validate(example)

    for name, schema in described["components"]["schemas"].items():
        for example in schema.get("examples", ()):
            check({"$ref": f"#/components/schemas/{name}"}, example)
    for _, _, operation in operations(described):
        _, answer = told(operation)
        if "example" in answer:
            check(answer["schema"], answer["example"])


def test_the_examples_of_requests_work(memory: Space, served: Served, described: dict[str, Any]) -> None:
    client = served.client()
    for path, method, operation in operations(described):
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if method == "post" and body and "forget" not in path:
            name = body["schema"]["$ref"].rpartition("/")[2]
            for example in described["components"]["schemas"][name]["examples"]:
                assert client.post(path, json=example).is_success, (path, example)


def test_nothing_is_loaded_from_elsewhere(served: Served) -> None:
    client = served.client()
    assert [client.get(path).headers.get("location") for path in ("/docs", "/redoc")] == ["/signin", "/signin"]
    assert [client.get(f"/v1{path}").status_code for path in ("/docs", "/redoc")] == [404, 404]


def test_the_examples_of_answers_belong_to_operations(described: dict[str, Any]) -> None:
    examples = json.loads(files(application.__package__ or "").joinpath("examples.json").read_text(encoding="utf-8"))
    assert examples.keys() <= {operation["operationId"] for _, _, operation in operations(described)}


@pytest.fixture
def api(memory: Space, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(access, "FAILURES", 100_000)  # it tries wrong tokens, too
    with running(memory) as served:
        yield described_to_schemathesis(served)


def described_to_schemathesis(served: Served) -> Any:
    expected = ["2xx", "401", "403", "404", "409", "410", "422", "429"]
    config = schemathesis.Config.from_dict({"checks": {"positive_data_acceptance": {"expected-statuses": expected}}})
    headers = {"Authorization": f"Bearer {served.token('recall', 'ask', 'remember', 'forget')}"}
    schema = schemathesis.openapi.from_dict(httpx.get(f"{served.url}/openapi.json", headers=headers).json(), config=config)
    schema.config.update(base_url=served.url)
    return schema, headers


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_whatever_is_sent_is_answered_as_described(api: Any, mode: schemathesis.GenerationMode) -> None:
    tried = set()
    schema, headers = api
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode is schemathesis.GenerationMode.NEGATIVE and not (operation.body or operation.path_parameters):
            continue

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=8, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        def try_it(case: schemathesis.Case[Any]) -> None:
            tried.add(case.path)
            case.call_and_validate(headers=headers)

        try_it()
    assert {"/v1/chat", "/v1/import", "/v1/forget", "/v1/entries/{number}"} <= tried
