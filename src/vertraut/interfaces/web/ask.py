"""The page of Ask, the start page."""

from __future__ import annotations

from fastapi import APIRouter

from vertraut.interfaces.web.page import Web


def create_router(web: Web) -> APIRouter:
    """Return the addresses."""
    return APIRouter()
