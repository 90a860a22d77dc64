"""The HTTP door: every verb under ``/v1``, described by OpenAPI, its errors as problem documents. See ``docs/http.md``.

It answers whoever the server's access check let in, as ``request.state.actor``, and nobody else.
"""

from vertraut.interfaces.http.application import create_http
from vertraut.interfaces.http.routes import LARGEST_BODIES

__all__ = ["LARGEST_BODIES", "create_http"]
