"""What pages load: bundled scripts, styles and pictures, in memory, at addresses that hold a hash of their content.

They are built into the package (``hatch_build.py``) and never change while the server runs, so browsers keep them for ever.
"""

from __future__ import annotations

import json
import mimetypes
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from markupsafe import Markup
from starlette.responses import Response

from vertraut.errors import StorageFailed

FOR_EVER: Final = "public, max-age=31536000, immutable"
NOW_AND_AGAIN: Final = "no-cache"

_MEDIA_TYPES: Final = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
}


@dataclass(frozen=True, slots=True)
class _Asset:
    media_type: str
    data: bytes = field(repr=False)
    gzipped: bytes = field(default=b"", repr=False)


class Static:
    """The built assets by name."""

    def __init__(self) -> None:
        folder = files(__package__).joinpath("static")
        if not folder.joinpath("names.json").is_file():
            raise StorageFailed(Path(str(folder)), "the pages are not built; `make install` builds them")
        self._names: dict[str, str] = json.loads(folder.joinpath("names.json").read_text(encoding="utf-8"))
        self._icons: dict[str, str] = json.loads(folder.joinpath("icons.json").read_text(encoding="utf-8"))
        self._assets = {name: _asset(folder, name) for name in self._names.values()}

    def address(self, name: str) -> str:
        """Return where a file of ``assets`` is found: "app.css" is at "/static/app-0123456789.css"."""
        return f"/static/{self.name(name)}"

    def name(self, name: str) -> str:
        """Return what a file of ``assets`` is called here."""
        return self._names[name]

    def icon(self, name: str) -> Markup:
        """Return an icon as an element that says nothing to a screen reader: what it means stands beside it in words."""
        shapes = Markup(self._icons[name])  # noqa: S704  shapes from the package, nobody's words
        return Markup('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>').format(shapes)

    def response(self, name: str, *, gzip: bool, lasting: str = FOR_EVER) -> Response:
        """Return a file as an answer; 404 for one that there is not."""
        asset = self._assets.get(name)
        if asset is None:
            return Response(status_code=404)
        headers = {"Cache-Control": lasting, "Vary": "Accept-Encoding", "Cross-Origin-Resource-Policy": "same-origin"}
        if gzip and asset.gzipped:
            return Response(asset.gzipped, media_type=asset.media_type, headers={**headers, "Content-Encoding": "gzip"})
        return Response(asset.data, media_type=asset.media_type, headers=headers)


def _asset(folder: Traversable, name: str) -> _Asset:
    suffix = name[name.rindex(".") :]
    gzipped = folder.joinpath(f"{name}.gz")
    media_type = _MEDIA_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return _Asset(media_type, folder.joinpath(name).read_bytes(), gzipped.read_bytes() if gzipped.is_file() else b"")
