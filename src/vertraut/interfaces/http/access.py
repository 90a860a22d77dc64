"""Who sent a request, as the server's access check found it; without an actor nothing is answered."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from vertraut.governance import Actor
from vertraut.interfaces.http.problems import Refusal, Refused

UNKNOWN: Final = Refusal(
    "Unauthorized", 401, "This needs a token: Authorization: Bearer vt_…", "`vertraut token create` makes one."
)
BEARER: Final = HTTPBearer(scheme_name="token", auto_error=False, description="`vertraut token create NAME --scope recall`")


def actor_of(request: Request) -> Actor:
    """Return the actor of a request. Raises ``Refused``."""
    actor = getattr(request.state, "actor", None)
    if not isinstance(actor, Actor):
        raise Refused(UNKNOWN, {"WWW-Authenticate": "Bearer"})
    return actor


ByActor = Annotated[Actor, Depends(actor_of)]
