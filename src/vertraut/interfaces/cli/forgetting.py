"""The command that removes things for ever: ``forget``, first as a list of what would go, then with a receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from vertraut.interfaces import shapes
from vertraut.interfaces.cli import exits, options, progress, render
from vertraut.interfaces.cli.opening import opened
from vertraut.interfaces.cli.render_entry import facts_table
from vertraut.interfaces.cli.session import Session, session
from vertraut.interfaces.harmless import harmless

if TYPE_CHECKING:
    from vertraut.application import Space
    from vertraut.ledger import Head
    from vertraut.memory import Forgettable, ForgettingReceipt, Selection

LISTED = 20
_FOUND_SHOWN = 20
_LINK_SHOWN = 12

Number = Annotated[
    list[int] | None,
    typer.Argument(metavar="ID", min=1, max=options.LARGEST_NUMBER, help="Numbers of entries, as recall shows them."),
]


@options.with_conditions("people", "places", "phrases", "without")
def forget(
    numbers: Number = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Remove it for ever. Without this, only list what would go.")] = False,
    only: options.Conditions,
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Remove entries for ever, with everything derived from them, and prove that no trace of them is left.

    Where several conditions are given, an entry must meet all of them. A later import does not bring forgotten entries
    back, unless it is told to with --again. If the proof finds a trace, the exit code is 6.
    """
    with session(as_json=as_json, space=space) as here:
        limits = only.limits(here.settings.zone)
        from vertraut.memory import Selection  # noqa: PLC0415  numpy, which --help does without

        selection = Selection(tuple(numbers or ()), limits)
        with opened(here) as memory:
            if yes:
                _forget(memory, selection, here)
            else:
                _preview(memory.preview_forgetting(selection), here)


def _preview(what: Forgettable, here: Session) -> None:
    say = here.say
    here.emit(shapes.forgettable_shape(what))
    counts = [say.count("entry", len(what.entries))]
    if what.attachments:
        counts.append(say.count("attachment", what.attachments))
    here.show(Text(say("forget.would", what=say.listed(counts)), "bold"))
    here.show(render.entry_lines(list(what.entries.items())[:LISTED], say))
    if len(what.entries) > LISTED:
        here.show(Text(say("more", count=len(what.entries) - LISTED), render.DIM))
    if what.resting:
        here.show(Text(say("forget.resting", what=say.count("entry", len(what.resting)))))
    here.remark(say("forget.hint"))


def _forget(memory: Space, selection: Selection, here: Session) -> None:
    with progress.working(here, "forget.doing"):
        receipt = memory.forget(selection)
    here.emit(shapes.receipt_shape(receipt))
    here.show(Text(here.say("forget.done"), "bold"), facts_table(_receipt_rows(receipt, here)))
    if not receipt.log_emptied:
        here.remark(here.say("forget.log_waits"), "yellow")
    if receipt.proof.elsewhere:
        here.remark(here.say("forget.elsewhere"), "yellow")
        for path in receipt.proof.elsewhere:
            here.remark(f"  {harmless(path)}", "yellow")
    if not receipt.proof.clean:
        here.remark(here.say("forget.unclean"), "red")
        raise typer.Exit(exits.VAULT)


def _receipt_rows(receipt: ForgettingReceipt, here: Session) -> list[tuple[str, str]]:
    say, proof = here.say, receipt.proof
    removed = [say.count("entry", receipt.entries)]
    if receipt.attachments:
        removed.append(say.count("attachment", receipt.attachments))
    if receipt.passages:
        removed.append(say.count("passage", receipt.passages))
    scanned = say(
        "forget.scanned",
        patterns=say.count("pattern", proof.patterns),
        size=say.size(proof.vault_bytes),
        files=say.count("file", proof.files),
    )
    found = [f"{harmless(each.where)}: {say(f'trace.{each.kind}')}" for each in proof.found[:_FOUND_SHOWN]]
    if len(proof.found) > _FOUND_SHOWN:
        found.append(say("more", count=len(proof.found) - _FOUND_SHOWN))
    return [
        (say("forget.removed"), say.listed(removed)),
        (say("forget.chain"), f"{_head(receipt.before)} → {_head(receipt.after)}"),
        (say("forget.scan"), scanned),
        (say("forget.found"), "\n".join(found) or say("forget.clean")),
    ]


def _head(head: Head) -> str:
    return f"{head.seq} {head.link.hex()[:_LINK_SHOWN]}"
