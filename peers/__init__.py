"""Vertraut beside its peers: the same cases, the same embedding engine, the same machine, one run: ``make peers``."""
