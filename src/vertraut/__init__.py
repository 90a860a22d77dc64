"""Vertraut: a personal memory that its person owns."""
