from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from vertraut.errors import BadModel, NoSuchModel, StorageFailed
from vertraut.models.cards import FILE_NAME, CardFile, card_named, card_of

HAIKU: dict[str, Any] = {
    "name": "haiku",
    "provider": "anthropic",
    "model": "claude-haiku-4-5",
    "key": "env:ANTHROPIC_API_KEY",
}
LOCAL: dict[str, Any] = {"name": "my model", "provider": "llama-server", "model": "qwen"}


@pytest.fixture
def file(tmp_path: Path) -> CardFile:
    return CardFile(tmp_path / "home")


def test_a_home_without_models_has_none(file: CardFile) -> None:
    assert file.read() == ()
    assert not file.home.exists()


def test_models_are_read_as_they_were_written(file: CardFile) -> None:
    file.change(lambda rows: [*rows, HAIKU])
    file.change(lambda rows: [*rows, {**LOCAL, "context": 4096, "tools": False, "input_price": Decimal("0.5")}])
    first, second = file.read()
    assert (first.name, first.address, first.input_price) == ("haiku", "https://api.anthropic.com", Decimal(1))
    assert (second.name, second.context, second.tools) == ("my model", 4096, False)
    assert (second.input_price, second.outside) == (Decimal("0.5"), False)


def test_the_file_is_for_its_owner_and_holds_no_more_than_was_given(file: CardFile) -> None:
    file.change(lambda _: [HAIKU])
    path = file.home / FILE_NAME
    assert path.stat().st_mode & 0o777 == 0o600
    assert "price" not in path.read_text(encoding="utf-8")
    path.chmod(0o644)
    assert file.read()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.home.iterdir() if each.name.endswith(".new")] == []


def test_one_model_is_changed_and_the_others_stay(file: CardFile) -> None:
    file.change(lambda _: [HAIKU, LOCAL])
    file.update("my model", speed=41.5, first=True)
    haiku, local = file.read()
    assert (haiku.first, local.speed, local.first) == (False, 41.5, True)
    with pytest.raises(NoSuchModel):
        file.update("nobody", speed=1.0)


def test_a_change_that_cannot_be_leaves_the_file_as_it_was(file: CardFile) -> None:
    file.change(lambda _: [HAIKU])
    with pytest.raises(BadModel):
        file.change(lambda rows: [*rows, {**LOCAL, "quality": 9}])
    assert [card.name for card in file.read()] == ["haiku"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "auto"},
        {"name": "a\nb"},
        {"name": "x" * 200},
        {"provider": "acme"},
        {"provider": 5},
        {"model": ""},
        {"key": "sk-ant-0123456789"},
        {"url": "http://api.example.org/v1"},
        {"url": "http://8.8.8.8/v1"},
        {"url": "http://[2001:4860::1]/v1"},
        {"url": "https://me:secret@api.example.org"},
        {"url": "ftp://127.0.0.1"},
        {"url": "https://api.example.org/\n"},
        {"url": "https://"},
        {"input_price": -1},
        {"output_price": "NaN"},
        {"speed": float("inf")},
        {"speed": -1.0},
        {"quality": 0},
        {"context": 0},
        {"context": "many"},
        {"threads": -1},
        {"temperature": 1},
    ],
    ids=str,
)
def test_what_cannot_be_a_model(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadModel) as caught:
        card_of({**HAIKU, **wrong})
    assert "sk-ant" not in caught.value.sentence
    assert "secret" not in caught.value.sentence


@pytest.mark.parametrize(
    "url", ["http://192.168.1.7:11434/v1", "http://nas:8080/v1", "http://10.0.0.2/v1", "https://a.example/v1"]
)
def test_addresses_of_ones_own_network_need_no_encryption_and_are_outside_all_the_same(url: str) -> None:
    assert card_of({**LOCAL, "url": url}).outside


@pytest.mark.parametrize(
    "text", ["not toml [", "model = 5", "[model]\nhaiku = 5", "\xe4", "[model.a]\nname = 'b'\nprovider = 'gguf'"]
)
def test_a_damaged_file_is_named(file: CardFile, text: str) -> None:
    file.home.mkdir()
    (file.home / FILE_NAME).write_bytes(text.encode("latin-1"))
    with pytest.raises(BadModel):
        file.read()


def test_a_file_that_cannot_be_read_is_named(file: CardFile) -> None:
    (file.home / FILE_NAME).mkdir(parents=True)
    with pytest.raises(StorageFailed):
        file.read()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.text(some.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=30))
def test_any_printable_name_comes_back(file: CardFile, text: str) -> None:
    if text.isprintable() and text != "auto":
        file.change(lambda _: [{**LOCAL, "name": text, "model": text}])
        assert card_named(file.read(), text).model == text
