"""Every room built from the settings and joined: ``open_space`` gives a ``Space``, the Python interface to all of it.

May use: sources, memory, ledger, settings, clock, errors. Wiring only: decisions are made in the rooms below.
"""

from vertraut.application.exporting import ExportReport, is_export
from vertraut.application.importing import FileReport, ImportProgress, ImportReport
from vertraut.application.inspection import Shown, Stats, Verified
from vertraut.application.space import Space, open_space

__all__ = [
    "ExportReport",
    "FileReport",
    "ImportProgress",
    "ImportReport",
    "Shown",
    "Space",
    "Stats",
    "Verified",
    "is_export",
    "open_space",
]
