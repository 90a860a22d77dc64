"""Nothing without an actor, and to an actor only what its scopes name."""

from __future__ import annotations

import pytest
from mcp import MCPError
from tests.interfaces.mcp.conftest import Connect, called, refused

from vertraut.application.service import Service
from vertraut.application.verbs import VERBS
from vertraut.governance import SCOPES, Actor, Scope

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_without_an_actor_everything_is_denied(connect: Connect, mode: str) -> None:
    with pytest.RaisesGroup(pytest.RaisesExc(MCPError, match="token"), allow_unwrapped=True, flatten_subgroups=True):
        async with connect(None, mode):
            pass


@pytest.mark.parametrize("scope", SCOPES)
async def test_an_actor_sees_and_may_use_only_what_its_scopes_name(connect: Connect, service: Service, scope: Scope) -> None:
    arguments: dict[str, dict[str, object]] = {
        "recall": {"question": "Piet"}, "ask": {"question": "Piet"}, "context": {"question": "Piet"}, "show": {"number": 1},
        "stats": {}, "remember": {"text": "x"}, "import_text": {"name": "x.md", "text": "x"}, "forget": {"numbers": [1]},
        "chat": {"text": "Piet", "remember": False},
    }  # fmt: skip
    allowed = {"import_text" if verb.name == "import" else verb.name for verb in VERBS if scope in {verb.scope, "admin"}}
    async with connect(Actor("phone", frozenset([scope]))) as client:
        assert {each.name for each in (await client.list_tools()).tools} == allowed
        for name, given in arguments.items():
            if name in allowed:
                await called(client, name, **given)
            else:
                assert "phone may not do this: it needs the scope" in await refused(client, name, **given)
        reads = scope in {"recall", "admin"}
        assert bool((await client.list_resources()).resources) is reads
        assert bool((await client.list_resource_templates()).resource_templates) is reads
        if not reads:
            for uri in ("vertraut://entry/1", "vertraut://threads"):
                with pytest.raises(MCPError, match="may not do this"):
                    await client.read_resource(uri)
        prompts = {each.name for each in (await client.list_prompts()).prompts}
        assert ("answer_from_memory" in prompts) is reads
        assert ("remember_this" in prompts) is (scope in {"remember", "admin"})


async def test_a_preview_is_only_for_who_saw_it(service: Service, connect: Connect) -> None:
    async with (
        connect(Actor("phone", frozenset(["forget"]))) as phone,
        connect(Actor("desk", frozenset(["forget"]))) as desk,
    ):
        _, preview = await called(phone, "forget", numbers=[1])
        assert "no such preview" in await refused(desk, "forget", confirm=True, preview=preview["preview"])
