"""The settings of a home: one typed object, read once from ``settings.toml`` and the environment, then passed down.

An environment variable ``VERTRAUT_<NAME>`` wins over the file, the file over the default. No secret is a setting:
passphrases are asked for or read from a file that ``VERTRAUT_PASSPHRASE_FILE`` names.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from vertraut.clock import zone_of
from vertraut.errors import BadSetting, StorageFailed

FILE_NAME = "settings.toml"

_LARGEST = {"threads": 1024, "busy_seconds": 1_000_000, "model_timeout": 3600, "port": 65_535}
_MAY_BE_ZERO = frozenset({"threads", "attachment_limit", "model_ceiling", "request_rate"})
_CHOICES = {
    "master_key": ("auto", "keyring", "file", "passphrase"),
    "language": ("", "de", "en"),
    "model_dial": ("cheap", "fast", "best"),
    "pseudonyms": ("on", "off"),
}
_LARGEST_NUMBER = 1_000_000_000  # SQLite's largest blob; more entries than a vault is made for


def _setting(default: Any, help_line: str, unit: str = "") -> Any:
    return field(default=default, metadata={"help": help_line, "unit": unit})


@dataclass(frozen=True, slots=True)
class Settings:
    """How this home is set up. ``home`` itself comes from ``VERTRAUT_HOME`` or the platform's data folder."""

    home: Path
    space: str = _setting("me", "space that commands use when --space is not given")
    zone: str = _setting("", "home time zone, IANA name; empty: the machine's zone")
    language: str = _setting("", "language of the interface, de or en; empty: the machine's language")
    master_key: str = _setting("auto", "where a new home keeps its master key: auto, keyring, file or passphrase")
    batch: int = _setting(2000, "entries that an import commits at a time", "entries")
    threads: int = _setting(0, "threads for embedding; 0: all cores", "threads")
    busy_seconds: int = _setting(120, "how long to wait for another process that writes to the vault", "seconds")
    model_dial: Literal["cheap", "fast", "best"] = _setting(
        "best", "which language model is asked first where several are set up: cheap, fast or best"
    )
    model_ceiling: int = _setting(20, "what each actor may spend on language models in a month; 0: no limit", "US dollars")
    model_timeout: int = _setting(120, "how long a language model may be silent before it counts as down", "seconds")
    pseudonyms: Literal["on", "off"] = _setting(
        "off", "whether models outside this machine get pseudonyms for names, addresses and phone numbers: on or off"
    )
    attachment_limit: int = _setting(20_000_000, "largest attachment that is kept; larger ones are only noted", "bytes")
    port: int = _setting(7777, "where `vertraut serve` listens", "port")
    hosts: str = _setting("", "names under which the server may be reached, beside localhost; with commas")
    origins: str = _setting("", "origins of pages that may ask the server (https://name); with commas; empty: none")
    request_rate: int = _setting(100, "how often a token may ask the server; 0: no limit", "requests per second")

    @property
    def spaces(self) -> Path:
        """The folder that holds one folder a space."""
        return self.home / "spaces"


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of the home that the environment names. Raises ``BadSetting`` with the place of the mistake."""
    env = os.environ if environment is None else environment
    home = Path(env["VERTRAUT_HOME"]).expanduser() if env.get("VERTRAUT_HOME") else _default_home()
    path = home / FILE_NAME
    values: dict[str, Any] = {}
    for name, value in _read_file(path).items():
        values[name] = _checked(name, value, str(path))
    for each in fields(Settings)[1:]:
        variable = f"VERTRAUT_{each.name.upper()}"
        if env.get(variable):
            values[each.name] = _checked(each.name, env[variable], variable)
    values["zone"] = values.get("zone") or _machine_zone()
    return Settings(home=home.absolute(), **values)


def _default_home() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415  only where no home is named

    return user_data_path("vertraut", appauthor=False)


def _machine_zone() -> str:
    from tzlocal import get_localzone_name  # noqa: PLC0415  only where no zone is set

    return get_localzone_name() or "UTC"


def _read_file(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        return {}
    except OSError as why:
        raise StorageFailed(path, why.strerror or type(why).__name__) from why
    except UnicodeDecodeError as why:
        raise BadSetting("settings", path.name, "it is not TOML (not UTF-8)", str(path)) from why
    except tomllib.TOMLDecodeError as why:
        raise BadSetting("settings", path.name, f"it is not TOML ({why})", str(path)) from why


def _checked(name: str, value: Any, place: str) -> Any:
    known = {each.name: each for each in fields(Settings)[1:]}
    if name not in known:
        raise BadSetting(name, value, f"there is no such setting; there are {', '.join(known)}", place)
    if isinstance(known[name].default, int):
        return _checked_number(name, value, place)
    return _checked_text(name, value, place)


def _checked_number(name: str, value: Any, place: str) -> int:
    try:
        number = int(value) if isinstance(value, str) else value
    except ValueError as why:
        raise BadSetting(name, value, "it must be a whole number", place) from why
    if not isinstance(number, int) or isinstance(number, bool):
        raise BadSetting(name, value, "it must be a whole number", place)
    if number < 0 or (number == 0 and name not in _MAY_BE_ZERO):
        raise BadSetting(name, value, "it is too small", place)
    if number > _LARGEST.get(name, _LARGEST_NUMBER):
        raise BadSetting(name, value, "it is too large", place)
    return number


def _checked_text(name: str, value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise BadSetting(name, value, "it must be a text", place)
    choices = _CHOICES.get(name)
    if choices and value not in choices:
        raise BadSetting(name, value, f"it must be one of {', '.join(filter(None, choices))}", place)
    if name == "zone" and value:
        try:
            zone_of(value)
        except ValueError as why:
            raise BadSetting(name, value, "it is no IANA time zone", place) from why
    return value
