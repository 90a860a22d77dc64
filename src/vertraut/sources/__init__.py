"""Readers: files in the formats that providers give out become entries. One module a format; they read and never write.

May use: ledger, settings, clock, errors. Whoever imports calls ``discover``; a new format is a ``Source`` in ``SOURCES``.
"""

from vertraut.sources.contract import Problem, ProblemCode, ReadOptions, Source, SourceFile
from vertraut.sources.discovery import SOURCES, FileReading, discover, read_bytes
from vertraut.sources.planning import Plan, Planned, Refused, plan

__all__ = [
    "SOURCES",
    "FileReading",
    "Plan",
    "Planned",
    "Problem",
    "ProblemCode",
    "ReadOptions",
    "Refused",
    "Source",
    "SourceFile",
    "discover",
    "plan",
    "read_bytes",
]
