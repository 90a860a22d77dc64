"""The commands that look after a space: ``stats``, ``verify``, ``rebuild``, ``export`` and ``backup``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from vertraut.interfaces import shapes
from vertraut.interfaces.cli import exits, options, progress, render_stats
from vertraut.interfaces.cli.importing import find_by_meaning, tell_vectors
from vertraut.interfaces.cli.session import session
from vertraut.interfaces.harmless import harmless


def stats(*, as_json: options.AsJson = False, space: options.InSpace = None) -> None:
    """Show what is remembered, by year, kind, source and language, and which spaces there are."""
    with session(as_json=as_json, space=space) as here:
        names = here.keys().spaces()
        if space is None and here.name not in names:
            here.emit(shapes.stats_shape(here.name, None, names))
            known = here.say("stats.spaces", names=", ".join(names))
            here.show(Text(known if names else here.say("stats.no_spaces")))
            return
        with here.open() as memory:
            found = memory.stats()
        here.emit(shapes.stats_shape(here.name, found, names))
        here.show(*render_stats.overview(here.name, found, names, here.say))


def verify(*, as_json: options.AsJson = False, space: options.InSpace = None) -> None:
    """Check every page of the vault, the hash chain of the ledger, and that the index fits it.

    The exit code is 6 if anything is not as it should be.
    """
    with session(as_json=as_json, space=space) as here:
        with here.open() as memory, progress.counting(here, "verify.doing", memory.ledger.head().seq) as update:
            found = memory.verify(progress=update)
        here.emit(shapes.verified_shape(found))
        say = here.say
        here.show(Text(say("verify.faults" if found.faults else "verify.sound"), "bold red" if found.faults else "bold"))
        here.show(*(Text(f"  {harmless(fault)}") for fault in found.faults))
        here.show(Text(say.listed([say.count("record", found.records), say.count("entry", found.entries)]), "dim"))
        here.show(Text(f"{say('verify.head')} {found.head.seq} {found.head.link.hex()}", "dim"))
        if found.faults:
            raise typer.Exit(exits.VAULT)


def rebuild(
    *,
    keep_vectors: Annotated[
        bool, typer.Option("--keep-vectors", help="Keep the vectors, which take the longest to make.")
    ] = False,
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Make the index anew from the ledger. Nothing remembered is changed, and recall stays the same."""
    with session(as_json=as_json, space=space) as here, here.open() as memory:
        with progress.counting(here, "rebuild.doing", memory.ledger.head().seq) as update:
            count = memory.rebuild(progress=update, vectors=not keep_vectors)
        here.show(Text(here.say("rebuild.done", entries=here.say.count("entry", count))))
        vectors = find_by_meaning(memory, here)
        tell_vectors(vectors, here)
        here.emit(shapes.rebuilt_shape(count, vectors))


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is empty or not there yet.")],
    *,
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Write everything to a folder in open formats: JSON Lines, and one file for each attachment.

    The hash chain goes along, so that `vertraut import DIR` makes the very same space again.
    """
    with session(as_json=as_json, space=space) as here:
        with here.open() as memory, progress.counting(here, "export.doing", memory.ledger.head().seq) as update:
            report = memory.export(folder, progress=update)
        here.emit(shapes.export_shape(report))
        say = here.say
        done = say(
            "export.done",
            folder=harmless(str(report.folder)),
            records=say.count("record", report.records),
            entries=say.count("entry", report.entries),
            attachments=say.count("attachment", report.attachments),
            files=say.count("file", report.files),
            size=say.size(report.size),
        )
        here.show(Text(done))
        here.remark(say("export.plain"))


def backup(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not be there yet.")],
    *,
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Copy the encrypted vault as it is at this moment, even while others are using it."""
    with session(as_json=as_json, space=space) as here:
        with here.open() as memory:
            memory.backup(path)
            key = memory.path.with_name("key.json")
        size = path.stat().st_size
        here.emit({"file": str(path), "bytes": size, "key": str(key)})
        here.show(Text(here.say("backup.done", path=harmless(str(path)), size=here.say.size(size))))
        here.remark(here.say("backup.key", file=harmless(str(key))))
