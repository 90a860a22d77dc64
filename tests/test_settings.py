from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from vertraut.clock import zone_of
from vertraut.errors import BadSetting, StorageFailed
from vertraut.settings import FILE_NAME, Settings, load_settings

OTHERS = {
    "space": "team",
    "zone": "Asia/Tokyo",
    "language": "de",
    "master_key": "passphrase",
    "batch": 17,
    "threads": 3,
    "busy_seconds": 7,
    "model_dial": "cheap",
    "model_ceiling": 7,
    "model_timeout": 9,
    "pseudonyms": "on",
    "attachment_limit": 1234,
    "port": 8080,
    "hosts": "memory.example",
    "origins": "https://memory.example",
    "request_rate": 5,
}
"""A value of each setting that is not its default."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def load(home: Path, **variables: str) -> Settings:
    return load_settings({"VERTRAUT_HOME": str(home), **variables})


def write(home: Path, text: str) -> str:
    path = home / FILE_NAME
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_every_setting_is_tried_here_and_explains_itself() -> None:
    known = {each.name: each for each in fields(Settings)[1:]}
    assert known.keys() == OTHERS.keys()
    for name, setting in known.items():
        assert setting.default != OTHERS[name]
        assert setting.metadata["help"]
        assert not isinstance(setting.default, int) or setting.metadata["unit"]


def test_without_anything_the_defaults_hold(home: Path) -> None:
    settings = load(home)
    assert settings == Settings(home=home, zone=settings.zone)
    assert settings.zone
    assert settings.spaces == home / "spaces"


@pytest.mark.parametrize("name", OTHERS)
def test_each_setting_can_be_given_in_the_file(home: Path, name: str) -> None:
    value = OTHERS[name]
    write(home, f"{name} = {value!r}\n")
    assert getattr(load(home), name) == value


@pytest.mark.parametrize("name", OTHERS)
def test_each_setting_can_be_given_in_the_environment_and_wins_there(home: Path, name: str) -> None:
    default = getattr(Settings(home=home, zone="UTC"), name)
    write(home, f"{name} = {default!r}\n")
    assert getattr(load(home, **{f"VERTRAUT_{name.upper()}": str(OTHERS[name])}), name) == OTHERS[name]


def test_an_empty_variable_is_as_none(home: Path) -> None:
    write(home, "batch = 17\n")
    assert load(home, VERTRAUT_BATCH="").batch == 17


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("batch = 'many'", "batch"),
        ("batch = 0", "batch"),
        ("batch = -1", "batch"),
        ("batch = 2.5", "batch"),
        ("batch = true", "batch"),
        ("batch = [1]", "batch"),
        ("batch = 10_000_000_000", "batch"),
        ("busy_seconds = 0", "busy_seconds"),
        ("busy_seconds = 100_000_000", "busy_seconds"),
        ("threads = -1", "threads"),
        ("attachment_limit = -1", "attachment_limit"),
        ("space = 5", "space"),
        ("zone = 'Mars/Olympus'", "zone"),
        ("language = 'fr'", "language"),
        ("master_key = 'sticky note'", "master_key"),
        ("model_dial = 'lucky'", "model_dial"),
        ("model_timeout = 0", "model_timeout"),
        ("pseudonyms = 'maybe'", "pseudonyms"),
        ("port = 70_000", "port"),
        ("bach = 5", "bach"),
        ("home = '/elsewhere'", "home"),
    ],
)
def test_each_mistake_in_the_file_is_named_with_its_place(home: Path, line: str, name: str) -> None:
    place = write(home, line + "\n")
    with pytest.raises(BadSetting) as caught:
        load(home)
    assert (caught.value.name, caught.value.place) == (name, place)
    assert name in caught.value.sentence
    assert place in caught.value.sentence


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("VERTRAUT_BATCH", "many"),
        ("VERTRAUT_BATCH", "2.5"),
        ("VERTRAUT_BATCH", "-3"),
        ("VERTRAUT_THREADS", "all"),
        ("VERTRAUT_ZONE", "nowhere"),
        ("VERTRAUT_LANGUAGE", "EN"),
        ("VERTRAUT_MASTER_KEY", "none"),
    ],
)
def test_each_mistake_in_the_environment_is_named_with_its_variable(home: Path, variable: str, value: str) -> None:
    with pytest.raises(BadSetting) as caught:
        load(home, **{variable: value})
    assert caught.value.place == variable
    assert value in caught.value.sentence


def test_a_file_that_is_not_toml_is_named(home: Path) -> None:
    place = write(home, "batch: 5\n")
    with pytest.raises(BadSetting, match="not TOML") as caught:
        load(home)
    assert caught.value.place == place


def test_a_file_that_is_not_utf8_is_named(home: Path) -> None:
    (home / FILE_NAME).write_bytes(b"space = '\xe4'\n")
    with pytest.raises(BadSetting, match="not TOML"):
        load(home)


def test_a_file_that_cannot_be_read_is_named(home: Path) -> None:
    (home / FILE_NAME).mkdir()
    with pytest.raises(StorageFailed, match=FILE_NAME):
        load(home)


def test_no_limit_and_all_cores_are_written_as_zero(home: Path) -> None:
    write(home, "threads = 0\nattachment_limit = 0\n")
    settings = load(home)
    assert (settings.threads, settings.attachment_limit) == (0, 0)


def test_the_home_is_where_the_environment_says_or_where_the_platform_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    assert load_settings({}).home == tmp_path / "data" / "vertraut"
    assert load_settings({"VERTRAUT_HOME": "~/mine"}).home == tmp_path / "mine"
    assert load_settings({"VERTRAUT_HOME": "here"}).home == tmp_path / "here"


@pytest.mark.parametrize(("machine", "zone"), [("Asia/Tokyo", "Asia/Tokyo"), ("Nowhere/Land", None), ("", None)])
def test_without_a_zone_it_is_the_machines(
    home: Path, monkeypatch: pytest.MonkeyPatch, machine: str, zone: str | None
) -> None:
    monkeypatch.setattr("tzlocal.unix._cache_tz_name", None)
    monkeypatch.setenv("TZ", machine)
    found = load(home).zone
    assert zone_of(found)
    assert zone in {None, found}


def test_settings_are_read_from_the_processes_environment(tmp_path: Path) -> None:
    settings = load_settings()  # as tests/conftest.py sets it
    assert (settings.home, settings.zone, settings.master_key) == (tmp_path / "home", "Europe/Berlin", "file")
