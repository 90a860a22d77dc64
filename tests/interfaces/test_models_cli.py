"""``model`` and ``costs``: setting up, trying out, choosing, and what it cost."""

from __future__ import annotations

import getpass
import io
import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import get_args

import keyring
import pytest
from keyring.backend import KeyringBackend
from tests.interfaces.conftest import Run

from vertraut.application import open_space
from vertraut.errors import BadModel, ModelUnavailable, NoModel
from vertraut.interfaces.cli.models import ProviderChoice
from vertraut.interfaces.language.errors import explained
from vertraut.interfaces.language.reasons import REASONS
from vertraut.models import PROVIDERS, ProviderName, Trial, wire
from vertraut.models.usage import Call, Outcome
from vertraut.settings import load_settings

SECRET = "not-a-real-key-0815"


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # as the library has it
        self.kept: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[username]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ring]:
    for row in PROVIDERS.values():
        monkeypatch.delenv(row.env or "NONE", raising=False)
    before, mine = keyring.get_keyring(), Ring()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


def file_of(tmp_path: Path) -> Path:
    return tmp_path / "home" / "models.toml"


def test_the_providers_are_those_of_the_room_below() -> None:
    assert tuple(each.value for each in ProviderChoice) == get_args(ProviderName) == tuple(PROVIDERS)


def test_at_first_there_is_none(run: Run) -> None:
    assert "answers are quotes" in run("model").out
    assert "Geantwortet wird mit Zitaten" in run("model", "list", german=True).out
    assert run("model", "--json").json == {"dial": "best", "models": []}


def test_the_well_known_ones_can_be_listed(run: Run) -> None:
    assert "claude-haiku-5-5" in run("model", "list", "--known").out
    first = run("model", "list", "--known", "--json").json["known"][0]
    assert {"provider", "model", "context", "input_price", "output_price", "quality"} <= first.keys()


def test_a_model_on_this_machine_needs_nothing_more(run: Run, tmp_path: Path) -> None:
    done = run("model", "add", "ollama", "qwen3:8b", "--context", "16384", "--quality", "3")
    assert (done.code, done.out.splitlines()[0]) == (0, "Set up: qwen3:8b")
    assert "vertraut model test qwen3:8b" in done.err
    assert "outside" not in done.out + done.err
    (model,) = run("model", "--json").json["models"]
    assert (model["name"], model["outside"], model["context"], model["quality"]) == ("qwen3:8b", False, 16384, 3)
    assert stat.S_IMODE(file_of(tmp_path).stat().st_mode) == 0o600


def test_a_key_is_asked_for_and_kept_in_the_keyring(
    run: Run, ring: Ring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr(getpass, "getpass", lambda _: SECRET)
    done = run("model", "add", "anthropic", "claude-haiku-5-5", "--name", "haiku")
    assert done.code == 0
    assert "vertraut consent grant anthropic answer" in done.err
    assert list(ring.kept.values()) == [SECRET]
    assert SECRET not in done.out + done.err + file_of(tmp_path).read_text(encoding="utf-8")
    assert run("model", "remove", "haiku").out == "Removed: haiku\n"
    assert ring.kept == {}


def test_a_key_can_come_from_a_pipe_the_environment_or_a_file(
    run: Run, ring: Ring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{SECRET}\n"))
    assert run("model", "add", "openai", "gpt-6-luna", "--key", "keyring").code == 0
    assert [each.strip() for each in ring.kept.values()] == [SECRET]
    monkeypatch.setenv("MISTRAL_API_KEY", SECRET)
    assert run("model", "add", "mistral", "mistral-small-latest", "--json").json["added"]["key"] == "env:MISTRAL_API_KEY"
    key = tmp_path / "key"
    key.write_text(SECRET, encoding="utf-8")
    key.chmod(0o644)
    refused = run("model", "add", "google", "gemini-3.8-flash", "--key", f"file:{key}", german=True)
    assert refused.code == 8
    assert "andere dürfen die Datei mit seinem Schlüssel lesen (chmod 600" in refused.err
    key.chmod(0o600)
    assert run("model", "add", "google", "gemini-3.8-flash", "--key", f"file:{key}").code == 0
    assert SECRET not in file_of(tmp_path).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["openai-compatible", "m"], "es braucht seine Adresse"),
        (["openai-compatible", "m", "--url", "http://llm.example.org"], "https://"),
        (["openai-compatible", "m", "--url", "https://llm.example.org"], "keine Liste kennt seine Preise"),
        (["ollama", "m", "--forwards"], "keine Liste kennt seine Preise"),
        (["ollama", "m", "--input-price", "20000"], "wo Aufrufe nichts kosten; bitte die Preise weglassen"),
        (["openai-compatible", "m", "--url", "http://127.0.0.1:9/v1", "--output-price", "2"], "wo Aufrufe nichts kosten"),
        (["ollama", "m", "--key", "sk-0815"], "env:NAME"),
        (["ollama", "m", "--name", "auto"], "nicht auto"),
        (["gguf", "nowhere.gguf"], "eine solche Datei gibt es nicht"),
    ],
)
def test_what_cannot_be_set_up(run: Run, tmp_path: Path, arguments: list[str], why: str) -> None:
    done = run("model", "add", *arguments, german=True)
    assert done.code == 3
    assert why in " ".join(done.err.split())
    assert "sk-0815" not in done.err
    assert not file_of(tmp_path).exists()


def test_prices_that_nobody_knows_are_given(run: Run) -> None:
    priced = ["--url", "https://llm.example.org/v1", "--input-price", "0.25", "--output-price", "1"]
    added = run("model", "add", "openai-compatible", "m", *priced, "--json").json["added"]
    assert (added["input_price"], added["output_price"], added["outside"]) == ("0.25", "1.0", True)
    assert run("model", "add", "openai-compatible", "m", *priced).code == 3  # the name is taken


def test_a_model_on_this_machine_has_no_prices_unless_it_forwards(run: Run) -> None:
    refused = run("model", "add", "ollama", "m", "--input-price", "2")
    assert refused.code == 3
    assert "it answers on this machine, where calls cost nothing" in " ".join(refused.err.split())
    assert run("model", "add", "ollama", "free", "--input-price", "0").code == 0
    priced = ["--forwards", "--input-price", "2", "--output-price", "4"]
    assert "2.00 / 4.00" in run("model", "add", "ollama", "m", *priced).out


def test_a_key_that_is_not_there_is_said_in_the_list(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", SECRET)
    run("model", "add", "anthropic", "claude-haiku-5-5", "--name", "haiku")
    assert "no key" not in run("model", "list").out
    assert not run("model", "--json").json["models"][0]["lacks_key"]
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    run("model", "use", "haiku")
    run("model", "add", "ollama", "here")
    out = run("model", "list").out
    assert out.count("no key") == 1
    assert " first" in out
    assert "kein Schlüssel" in run("model", "list", german=True).out
    assert [each["lacks_key"] for each in run("model", "--json").json["models"]] == [True, False]


def test_one_is_put_first_switched_off_and_left_to_the_dial_again(run: Run) -> None:
    for name in ("a", "b"):
        run("model", "add", "ollama", name)
    assert "first" in run("model", "use", "b").out
    states = {each["name"]: (each["enabled"], each["first"]) for each in run("model", "--json").json["models"]}
    assert states == {"a": (True, False), "b": (True, True)}
    run("model", "use", "b", "--off")
    run("model", "use", "a")
    states = {each["name"]: (each["enabled"], each["first"]) for each in run("model", "--json").json["models"]}
    assert states == {"a": (True, True), "b": (False, False)}
    run("model", "use", "auto")
    assert [each["first"] for each in run("model", "--json").json["models"]] == [False, False]
    assert run("model", "use", "nobody").code == 8
    assert run("model", "use", "auto", "--off").code == 8
    assert run("model", "remove", "nobody").code == 8


def test_trying_out_is_shown_and_remembered(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("good", "down"):
        run("model", "add", "ollama", name)
    monkeypatch.setattr(
        "vertraut.models.try_out",
        lambda card, **_: (
            Trial("good", 0.25, 31.4, schema=True) if card.name == "good" else Trial("down", failure=NoModel())
        ),
    )
    done = run("model", "test")
    assert done.code == 8
    assert "No language model is set up." in done.out
    assert "0.25 s" in done.out
    good, down = run("model", "--json").json["models"]
    assert (good["speed"], good["schema"], good["tools"]) == (31.4, True, False)
    assert (down["speed"], down["schema"], down["tools"]) == (0.0, True, True)
    alone = run("model", "test", "good", "--json")
    assert (alone.code, [each["name"] for each in alone.json["trials"]]) == (0, ["good"])
    assert run("model", "test", "nobody").code == 8


def test_trying_out_what_is_not_there_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vertraut.models.gateway.PAUSES", (0.0, 0.0))
    assert "answers are quotes" in run("model", "test").out
    run("model", "add", "llama-server", "m", "--url", "http://127.0.0.1:1/v1")
    done = run("model", "test", "--json", german=True)
    (trial,) = done.json["trials"]
    assert done.code == 8
    assert trial["failure"] == "Das Modell m hat nicht geantwortet: es gibt keine Verbindung."


def call(purpose: str, model: str, cost: str, outcome: Outcome = "answered") -> Call:
    return Call(
        actor="owner", purpose=purpose, task="answer", provider="anthropic", model=model, input_tokens=2000,
        output_tokens=250, cost=Decimal(cost), seconds=2.5, first_token=0.5, outcome=outcome,
    )  # fmt: skip


def test_costs_by_month_model_and_purpose(run: Run, filled: Path) -> None:
    assert "No language model was ever asked" in run("costs").out
    with open_space(settings=load_settings()) as memory:
        for each in (
            call("answer", "opus", "1.25"),
            call("title", "haiku", "0.0004"),
            call("answer", "opus", "0", "failed"),
        ):
            memory.journal.write("call", each.content())
    done = run("costs")
    assert done.out.startswith("US$\xa01.25 for 3 calls\n6,000 tokens read, 750 written in 7.5\xa0s; 1 call failed\n")
    assert "anthropic/opus" in done.out
    assert "█" in done.out
    assert "20 US dollars a month" in done.out
    assert "0,0004\xa0US$" in run("costs", german=True).out
    shape = run("costs", "--json").json
    assert shape["total"] == {
        "calls": 3, "failed": 1, "input_tokens": 6000, "output_tokens": 750, "cost": "1.2504", "seconds": 7.5,
    }  # fmt: skip
    assert {name: each["cost"] for name, each in shape["by_purpose"].items()} == {"answer": "1.25", "title": "0.0004"}
    assert shape.keys() == {"total", "by_month", "by_model", "by_purpose", "by_actor"}


def test_costs_show_tokens_and_time_of_each_in_eighty_columns(
    run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    dear = call("answer", "a-model-with-a-name-that-is-longer-than-its-column", "1234.5")
    with open_space(settings=load_settings()) as memory:
        for each in (replace(dear, input_tokens=12_345_678, seconds=90.0), call("title", "haiku", "0.5")):
            memory.journal.write("call", each.content())
    done, german = run("costs").out, run("costs", german=True).out
    assert done.count("Money  Calls") == done.count("Tokens     Time") == 4
    rows = [" ".join(line.replace("\xa0", " ").split()) for line in done.splitlines()]
    assert any(row.startswith("answer US$ 1,234.50 1 12,345,928 1.5 min █") for row in rows)
    assert any(row.startswith("title US$ 0.5000 1 2,250 2.5 s") for row in rows)
    assert "12.345.928" in german
    assert "1,5\xa0min" in german
    assert max(map(len, (done + german).splitlines())) <= 80
    assert "…" not in done + german


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0.0 s"), (59.94, "59.9 s"), (59.96, "1.0 min"), (3599, "1.0 h"), (360_000, "100.0 h")],
)
def test_time_is_told_in_a_unit_that_suits_it(run: Run, filled: Path, seconds: float, shown: str) -> None:
    with open_space(settings=load_settings()) as memory:
        memory.journal.write("call", replace(call("answer", "m", "0"), seconds=seconds).content())
    assert f" written in {shown}; " in run("costs").out.replace("\xa0", " ")


def test_where_nothing_cost_money_the_bars_count_calls(run: Run, filled: Path) -> None:
    with open_space(settings=load_settings()) as memory:
        memory.journal.write("call", call("answer", "qwen", "0").content())
    assert "█" in run("costs").out


def test_every_reason_is_told_in_german() -> None:
    assert {text for _, text in wire.REASONS} <= REASONS.keys()
    for reason, german in REASONS.items():
        told = explained(ModelUnavailable("haiku", f"{reason} (HTTP 401)"), "de")[0]
        assert told == f"Das Modell haiku hat nicht geantwortet: {german} (HTTP 401)."
        assert explained(BadModel("haiku", reason), "de")[0].endswith(f": {german}.")
