"""A file in a ``multipart/form-data`` body: kept in memory, never in a temporary file, where it would lie in the clear."""

from __future__ import annotations

from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from vertraut.interfaces.http.problems import Refusal, Refused

LARGEST: Final = 32_000_000
"""Bytes of a body with a file. Larger files are for ``vertraut import``, which reads them piece by piece."""

MEDIA_TYPE: Final = "multipart/form-data"
BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "contentMediaType": "application/octet-stream",
                            "description": "The file, with its name: a mailbox, calendar, note or JSON Lines",
                        }
                    },
                }
            }
        },
    }
}
"""What OpenAPI says of such a body."""

_ONE_FILE: Final = Refusal("NoFile", 422, "The body must hold one file, with its name, as the part named file.")


class _InMemory(MultiPartParser):
    spool_max_size = LARGEST + 1


async def uploaded(request: Request) -> tuple[str, bytes]:
    """Return the name and the bytes of the file in a request. Raises ``Refused``."""
    try:
        form = await _InMemory(request.headers, request.stream(), max_files=1, max_fields=0).parse()
    except MultiPartException:
        raise Refused(_ONE_FILE) from None
    file = form.get("file")
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise Refused(_ONE_FILE)
        return file.filename, await file.read()
    finally:
        await form.close()
