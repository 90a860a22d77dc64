"""The page of Bring in."""

from __future__ import annotations

from fastapi import APIRouter

from vertraut.interfaces.web.page import Web


def create_router(web: Web) -> APIRouter:
    """Return the addresses."""
    return APIRouter()
