"""What was measured, kept as JSON in the folder, so that a figure that is there already need not be measured again.

A figure holds for one version of the code (the contents of every file that it depends on) and one set of options.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import vertraut
from bench.likeness import Likeness

FILE_NAME = "results.json"
_SHOWING = ("__main__.py", "plot.py", "results.py", "table.py")  # these do not change what is measured


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured at one size; times in milliseconds, rates in entries a second, memory in bytes."""

    entries: int
    vectors: str
    passages_an_entry: float
    import_rate: float
    embed_rate: float
    opening: float
    first: float
    p50: float
    p95: float
    memory: int
    bytes_an_entry: float
    text_an_entry: float
    p50_importing: float | None = None
    p95_importing: float | None = None
    p50_embedding: float | None = None
    p95_embedding: float | None = None
    asked_importing: int = 0
    """How many questions were answered while another process imported."""
    asked_embedding: int = 0
    memory_importing: int | None = None
    yardstick_index_rate: float | None = None
    yardstick_p50: float | None = None
    yardstick_p95: float | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """What to measure: what makes a figure comparable with another."""

    entries: int
    vectors: str
    """"real" where the engine computes them, else "generated"."""
    cases: str = ""
    """What the entries are recombined from, by its contents; "" for invented words."""
    while_importing: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """Figures with all that they depend on."""

    measurement: Measurement
    code: str
    date: str
    machine: str
    figures: Figures
    likeness: tuple[Likeness, ...] = ()


def code_version() -> str:
    """Return what stands for the contents of every file that a figure depends on."""
    package = Path(vertraut.__file__).parent
    shipped = (path for path in package.rglob("*") if path.suffix in {".py", ".json", ".f32"})
    here = (path for path in Path(__file__).parent.glob("*.py") if path.name not in _SHOWING)
    return digest([*shipped, *here])


def digest(files: Iterable[Path]) -> str:
    """Return what stands for the names and contents of files."""
    found = hashlib.sha256()
    for path in sorted(files):
        found.update(f"{path.parent.name}/{path.name}\0{path.stat().st_size}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def place(folder: Path, what: str, entries: int, *, recombined: bool) -> Path:
    """Return where in the folder something of a size is: its "home", its "entries"."""
    return folder / (f"{what}-cases-{entries}" if recombined else f"{what}-{entries}")


def load(folder: Path) -> list[Result]:
    """Return what was kept in a folder."""
    path = folder / FILE_NAME
    return [_result(row) for row in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []


def keep(folder: Path, result: Result) -> None:
    """Keep a result in a folder, in the place of an older one of the same measurement."""
    others = [each for each in load(folder) if each.measurement != result.measurement]
    text = json.dumps([asdict(each) for each in (*others, result)], indent=1, ensure_ascii=False)
    temporary = folder / f".{FILE_NAME}.new"
    temporary.write_text(f"{text}\n", encoding="utf-8")
    temporary.replace(folder / FILE_NAME)


def kept(folder: Path, measurement: Measurement, code: str) -> Result | None:
    """Return what was measured already with this version of the code, None where it was not."""
    return next((each for each in load(folder) if each.measurement == measurement and each.code == code), None)


def _result(row: dict[str, Any]) -> Result:
    return Result(
        measurement=Measurement(**row["measurement"]),
        code=row["code"],
        date=row["date"],
        machine=row["machine"],
        figures=Figures(**row["figures"]),
        likeness=tuple(Likeness(**each) for each in row["likeness"]),
    )
