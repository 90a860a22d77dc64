"""What there is to read: files, folders and archives as one list of files in a stable order, with their sizes.

Nothing is opened but the tables of archives. Links that lead out of a folder and what is not a file are refused, hidden
files are passed over. A folder that holds ``.obsidian`` is a vault: its notes are named from there, wherever it lies. Only a
path that is not there at all is an error.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from vertraut.errors import UnreadablePath
from vertraut.sources.archive import Member, members, open_zip
from vertraut.sources.contract import Problem

VAULT_MARK = ".obsidian"

_QUIET_NAMES = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
_CHATS = re.compile(r"conversations(?:[-_ ]?\(?\d+\)?)?\.json", re.IGNORECASE)
_WITH_CHATS = frozenset({
    "chat.html", "user.json", "user_settings.json", "message_feedback.json", "shared_conversations.json",
    "model_comparisons.json", "group_chats.json", "shopping.json", "sora.json", "export_manifest.json",
})  # fmt: skip
_MEDIA = frozenset({
    ".avif", ".bmp", ".dat", ".flac", ".gif", ".heic", ".jpeg", ".jpg", ".m4a", ".mkv", ".mov", ".mp3", ".mp4", ".ogg",
    ".pdf", ".png", ".svg", ".wav", ".webm", ".webp",
})  # fmt: skip
_IN_VAULTS = _MEDIA | {".canvas", ".base"}


@dataclass(frozen=True, slots=True)
class Planned:
    """One file that will be opened.

    ``shown`` is its name for a person, ``name`` the one that its entries get, ``size`` what is to be read, ``weight`` what
    it takes on the disk. ``path`` is the file, or the archive whose member number ``member`` it is. ``companion`` says that
    it merely accompanies an export.
    """

    shown: str
    name: str
    root: str
    path: Path
    size: int
    weight: int
    member: int | None = None
    companion: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that will not be opened, or an archive's members that will not, with the reasons."""

    shown: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be read, in its order, and what was refused on the way."""

    items: tuple[Planned | Refused, ...]

    @property
    def weight(self) -> int:
        """How many bytes the files take on the disk."""
        return sum(item.weight for item in self.items if isinstance(item, Planned))


def plan(paths: Sequence[Path]) -> Plan:
    """List what the paths hold, with sizes. Raises ``UnreadablePath`` for one that is not there."""
    items: list[Planned | Refused] = []
    for path in paths:
        try:
            path.stat()
        except OSError as why:
            raise UnreadablePath(path, reason_of(why)) from why
        real = Path(os.path.realpath(path))
        shown = _legible(path.name if path.name not in {"", ".."} else real.name)
        found = list(_walk(_Place(real, shown, shown)))
        items += found or [Refused(shown, (Problem("file", "empty-file", "there is no file in it"),))]
    return Plan(tuple(items))


@dataclass(frozen=True, slots=True)
class _Place:
    """A file or folder on the way; ``base`` is the length of the part of ``shown`` that ``name`` leaves out."""

    path: Path
    shown: str
    root: str
    base: int = 0
    in_vault: bool = False
    with_chats: bool = False

    @property
    def name(self) -> str:
        return self.shown[self.base :]

    def child(self, name: str) -> _Place:
        return replace(self, path=self.path / name, shown=f"{self.shown}/{_legible(name)}")


def _walk(top: _Place) -> Iterator[Planned | Refused]:
    """Go through a file or folder, depth first, names sorted."""
    stack = [top]
    while stack:
        place = stack.pop()
        try:
            status = place.path.lstat()
            if stat.S_ISDIR(status.st_mode):
                stack.extend(reversed(_children(place, named=place is top)))
            elif stat.S_ISREG(status.st_mode):
                yield from _plan_file(place, status.st_size)
            elif not stat.S_ISLNK(status.st_mode):
                yield _refused(place, Problem("file", "unreadable", "it is no ordinary file"))
            elif not Path(os.path.realpath(place.path)).is_relative_to(top.path):
                yield _refused(place, Problem("file", "unsupported-entry", "a link that leads out of the folder"))
        except OSError as why:
            yield _refused(place, Problem("file", "unreadable", reason_of(why)))


def _children(place: _Place, *, named: bool) -> list[_Place]:
    names = sorted(path.name for path in place.path.iterdir())
    vault = VAULT_MARK in names
    if named or vault:
        root = place.shown.rpartition("/")[2]
        place = replace(place, root=root, base=len(place.shown) + 1, in_vault=vault or place.in_vault)
    place = replace(place, with_chats=place.with_chats or any(map(_CHATS.fullmatch, names)))
    return [place.child(name) for name in names if not _is_hidden(name)]


def _plan_file(place: _Place, size: int) -> Iterator[Planned | Refused]:
    if place.shown.lower().endswith(".zip"):
        yield from _plan_archive(place, size)
    else:
        root = place.root if place.base else ""
        companion = _is_companion(place.name, in_vault=place.in_vault, with_chats=place.with_chats)
        yield Planned(place.shown, place.name, root, place.path, size, size, companion=companion)


def _plan_archive(place: _Place, size: int) -> Iterator[Planned | Refused]:
    """List an archive's members by name; one that the person named is like a folder that the person named."""
    archive = open_zip(place.path)
    if isinstance(archive, Problem):
        yield _refused(place, archive)
        return
    with archive:
        listed = list(members(archive, size))
    problems = tuple(each for each in listed if isinstance(each, Problem))
    if problems or not listed:
        yield Refused(place.shown, problems or (Problem("file", "empty-file", "there is no file in it"),))
    found = sorted((each for each in listed if isinstance(each, Member)), key=lambda member: member.name)
    marked = (f"/{each.name}".partition(f"/{VAULT_MARK}/") for each in found)
    vaults = {before[1:] for before, mark, _ in marked if mark}
    chats = {folder for folder, _, name in (each.name.rpartition("/") for each in found) if _CHATS.fullmatch(name)}
    top = place if place.base else replace(place, root=PurePosixPath(place.shown).stem, base=len(place.shown) + 1)
    for member in found:
        if not any(map(_is_hidden, member.name.split("/"))):
            yield _plan_member(top, member, vaults, chats)


def _plan_member(archive: _Place, member: Member, vaults: set[str], chats: set[str]) -> Planned:
    place = replace(archive, shown=f"{archive.shown}/{_legible(member.name)}")
    vault = next((folder for folder in _above(member.name) if folder in vaults), None)
    if vault is not None:
        top = f"{archive.shown}/{_legible(vault)}" if vault else archive.shown
        root = _legible(vault.rpartition("/")[2]) or PurePosixPath(archive.shown).stem
        place = replace(place, root=root, base=len(top) + 1, in_vault=True)
    with_chats = archive.with_chats or any(folder in chats for folder in _above(member.name))
    companion = _is_companion(member.name, in_vault=place.in_vault, with_chats=with_chats)
    return Planned(
        place.shown, place.name, place.root, place.path, member.size, member.packed, member.number, companion=companion
    )


def _above(name: str) -> Iterator[str]:
    """Yield the folders that a member is in, the nearest first, "" for the top of the archive."""
    while name:
        name = name.rpartition("/")[0]
        yield name


def _is_companion(name: str, *, in_vault: bool, with_chats: bool) -> bool:
    """Say whether a file that no source reads belongs to the export around it."""
    suffix = PurePosixPath(name).suffix.lower()
    with_them = name.rpartition("/")[2] in _WITH_CHATS or suffix in _MEDIA
    return (in_vault and suffix in _IN_VAULTS) or (with_chats and with_them)


def _refused(place: _Place, problem: Problem) -> Refused:
    return Refused(place.shown, (problem,))


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name in _QUIET_NAMES


def _legible(name: str) -> str:
    """Return a file name as text that any machine writes the same way."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "replace"))


def reason_of(why: OSError) -> str:
    """Return what an error of the file system says, without the path."""
    return why.strerror or str(why)
