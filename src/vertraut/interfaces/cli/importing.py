"""The command that takes things in, ``import``, and what makes entries findable by meaning afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from vertraut.errors import UnreadablePath
from vertraut.interfaces import shapes
from vertraut.interfaces.cli import exits, options, progress, render_import
from vertraut.interfaces.cli.opening import opened
from vertraut.interfaces.cli.session import Session, session

if TYPE_CHECKING:
    from vertraut.application import ImportReport, Space
    from vertraut.memory import EmbeddingProgress


def import_(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help="Files, folders and archives; without any, only go on with vectors."),
    ] = None,
    *,
    later: Annotated[
        bool, typer.Option("--later", help="Leave it to a later import to make the entries findable by meaning.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Take back entries that were forgotten before.")] = False,
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Remember what files hold. The format of each is recognised by itself.

    ChatGPT exports (conversations.json, or the ZIP as it comes), mail (mbox, eml), calendars (ics), Markdown notes (also
    whole Obsidian vaults), JSON Lines (one entry a line), and ZIP archives of these. What `vertraut export` wrote becomes
    the same space again where the space is still empty; elsewhere its entries join what is there.

    Importing the same again changes nothing. Ctrl-C at any time keeps everything up to there; the same command goes on.
    """
    with session(as_json=as_json, space=space) as here:
        for path in paths or ():
            _check(path)
        exports = [path for path in paths or () if _is_export(path)]
        if exports and len(paths or ()) > 1:
            raise typer.BadParameter("an export of Vertraut is imported by itself", param_hint=str(exports[0]))
        with opened(here, create=bool(paths)) as memory:
            if exports and not memory.embedding_progress().total:
                _restore(memory, exports[0], here, later=later)
            else:
                _import(memory, paths or [], here, later=later, again=again)


def find_by_meaning(memory: Space, here: Session, report: ImportReport | None = None) -> EmbeddingProgress:
    """Compute the vectors that are missing; Ctrl-C leaves the rest for later. ``report`` is what was imported before."""
    with suppress(KeyboardInterrupt), progress.embedding(here) as update:
        return memory.embed(progress=update)
    # The exception is gone by now, and with it what it held: a transaction it may have left open is rolled back.
    state = memory.embedding_progress()
    here.remark(here.say("vectors.stopped", done=state.done, entries=here.say.count("entry", state.total)), "yellow")
    here.emit(shapes.import_shape(report, state, here.say.problem, interrupted=True))
    raise typer.Exit(exits.INTERRUPTED)


def tell_vectors(now: EmbeddingProgress, here: Session) -> None:
    """Say how many entries can be found by meaning."""
    entries = here.say.count("entry", now.total)
    if now.done < now.total:
        here.remark(here.say("vectors.missing", missing=now.total - now.done, entries=entries))
    else:
        here.show(Text(here.say("vectors.done", entries=entries)))


def _import(memory: Space, paths: Sequence[Path], here: Session, *, later: bool, again: bool) -> None:
    report = _take_in(memory, paths, here, again=again) if paths else None
    if report:
        here.show(*render_import.summary(report, here.say))
    vectors = memory.embedding_progress() if later else find_by_meaning(memory, here, report)
    tell_vectors(vectors, here)
    here.emit(shapes.import_shape(report, vectors, here.say.problem, interrupted=False))


def _take_in(memory: Space, paths: Sequence[Path], here: Session, *, again: bool) -> ImportReport:
    before = memory.embedding_progress().total
    with suppress(KeyboardInterrupt), progress.reading(here) as update:
        return memory.import_paths(paths, progress=update, again=again)
    state = memory.embedding_progress()  # after the exception, as above: what was not committed must not be counted
    total = here.say.count("entry", state.total)
    here.remark(here.say("import.stopped", total=total, new=state.total - before), "yellow")
    here.emit(shapes.import_shape(None, state, here.say.problem, interrupted=True))
    raise typer.Exit(exits.INTERRUPTED)


def _restore(memory: Space, folder: Path, here: Session, *, later: bool) -> None:
    with progress.counting(here, "restore.doing") as update:
        head = memory.restore(folder, progress=update)
    entries = here.say.count("entry", memory.embedding_progress().total)
    here.show(Text(here.say("import.restored", records=here.say.count("record", head.seq), entries=entries)))
    vectors = memory.embedding_progress() if later else find_by_meaning(memory, here)
    tell_vectors(vectors, here)
    here.emit(shapes.restored_shape(head, vectors))


def _check(path: Path) -> None:
    """Raise ``UnreadablePath`` for a path that is not there, before a space is made for it."""
    try:
        path.stat()
    except OSError as why:
        raise UnreadablePath(path, why.strerror or type(why).__name__) from None


def _is_export(path: Path) -> bool:
    from vertraut.application import is_export  # noqa: PLC0415  SQLite, which --help does without

    return is_export(path)
