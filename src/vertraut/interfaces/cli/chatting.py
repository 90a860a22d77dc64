"""``vertraut chat``: a conversation in the terminal. What is typed in a pipe is answered line by line, without colours."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.text import Text

from vertraut.interfaces import shapes
from vertraut.interfaces.cli import options, render
from vertraut.interfaces.cli.opening import opened
from vertraut.interfaces.cli.session import Session, session
from vertraut.interfaces.harmless import harmless, one_line

if TYPE_CHECKING:
    from rich.status import Status

    from vertraut.application.service import Service
    from vertraut.assistant import Proposal, Turn, TurnEvent
    from vertraut.ledger import Entry
    from vertraut.memory.context import Line

_NUMBER: Final = re.compile(r"/(\d{1,4})")
_SHOWN: Final = 600


@dataclass(slots=True)
class Chat:
    """A conversation as the terminal sees it."""

    here: Session
    service: Service
    conversation: str = ""
    recorded: bool = True
    last: Turn | None = None
    typed: bool = False


def chat(
    message: Annotated[list[str] | None, typer.Argument(metavar="MESSAGE", help="One message; without it, a talk.")] = None,
    *,
    conversation: Annotated[str, typer.Option("--conversation", help="Go on with this conversation.")] = "",
    off_the_record: Annotated[bool, typer.Option("--off-the-record", help="Remember nothing of it.")] = False,
    as_json: options.AsJson = False,
    space: options.InSpace = None,
) -> None:
    """Talk with the assistant. It answers from memory with evidence, with the language model that is set up or with none.

    In a talk, `/why` shows what the last answer rests on, `/3` its evidence number 3, `/forget 3` forgets that, `/off the
    record` keeps nothing from then on, `/on` keeps it again, `/new` begins another conversation, `/quit` ends.
    """
    with session(as_json=as_json, space=space) as here, opened(here, create=True) as memory:
        from vertraut.application.models import serving  # noqa: PLC0415  the language models, which --help does without

        with serving(memory) as service:
            _ask_consent(service, here)
            typed = not message and sys.stdin.isatty()
            talk = Chat(here, service, conversation, recorded=not off_the_record, typed=typed)
            for text in _messages(message, here):
                if _answered(talk, text):
                    break
            if not as_json and not message:
                here.remark(here.say("chat.ended"))


def _ask_consent(service: Service, here: Session) -> None:
    """Ask once for each model outside the machine whether it may get what answers need; nothing leaves without that."""
    from vertraut.governance import OWNER  # noqa: PLC0415  as above
    from vertraut.models import Consents, recipient  # noqa: PLC0415  as above

    if service.models is None or not sys.stdin.isatty():
        return
    consents = Consents(service.journal)
    for name in sorted({recipient(card) for card in service.models.cards if card.outside}):
        consents.ask_once(name, "answer", OWNER, partial(here.agrees, here.say("chat.consent", name=harmless(name))))


def _messages(message: list[str] | None, here: Session) -> Iterator[str]:
    """Yield what the person says: the message given, else line by line until the end of input."""
    if message:
        yield options.typed(" ".join(message))
        return
    terminal = sys.stdin.isatty()
    if terminal:
        with suppress(ImportError):
            import readline  # noqa: F401, PLC0415  gives input() arrow keys and what was typed before; nothing is written

        here.remark(here.say("chat.begins"))
    while True:
        try:
            line = input("> " if terminal else "")
        except EOFError:
            return
        if line.strip():
            yield line.strip()


def _answered(talk: Chat, text: str) -> bool:
    """Answer a message or carry out a command; say whether the talk is over."""
    if not text.startswith("/"):
        try:
            _turn(talk, text)
        except KeyboardInterrupt:  # ends the answer; where a person types, not the talk
            if not talk.typed:
                raise
            talk.here.interrupts.noted = False
            talk.here.show_piece("\n")
            talk.here.remark(talk.here.say("chat.stopped"))
        return False
    name, _, rest = text.partition(" ")
    if found := _NUMBER.fullmatch(name):
        _show_evidence(talk, int(found[1]))
    elif command := _COMMANDS.get(name):
        return command(talk, rest)
    else:
        talk.here.remark(talk.here.say("chat.no_command", name=harmless(name)))
    return False


def _turn(talk: Chat, text: str) -> None:
    from vertraut.assistant import Finished, Notice, Said  # noqa: PLC0415  as above

    here = talk.here
    talk.last, space = None, ""
    with here.err.status(here.say("chat.thinking")) as waiting, closing(_events(talk, text, waiting)) as events:
        for event in events:
            here.interrupts.check()
            if isinstance(event, Said):
                waiting.stop()
                text = space + event.text
                shown = text.rstrip()
                space = text[len(shown) :]
                here.show_piece(harmless(shown))
            elif isinstance(event, Notice):
                here.remark(event.text)
            elif isinstance(event, Finished):
                talk.last, talk.conversation = event.turn, event.turn.conversation
    here.show_piece("\n")
    if talk.last:
        here.emit(shapes.turn_shape(talk.last))
        _show_sources(talk, talk.last)


def _events(talk: Chat, text: str, waiting: Status) -> Generator[TurnEvent, None, None]:
    from vertraut.governance import OWNER  # noqa: PLC0415  as above

    confirm = _asking(talk, waiting)
    return talk.service.chat(OWNER, text, conversation=talk.conversation, remember=talk.recorded, confirm=confirm)


def _show_sources(talk: Chat, turn: Turn) -> None:
    """Show in a line each what the answer cites."""
    for line in turn.lines:
        if line.number in turn.cited:
            talk.here.show(_source(talk, line, _author(talk, line.entry) or line.entry.title))


def _author(talk: Chat, entry: Entry) -> str:
    return talk.here.say.author(entry.author, entry.kind)


def _source(talk: Chat, line: Line, *names: str) -> Text:
    parts = [talk.here.say.date(line.entry.when), *map(one_line, names), f"#{line.id}"]
    return Text(f"[{line.number}] {' · '.join(filter(None, parts))}", render.DIM)


def _asking(talk: Chat, waiting: Status | None = None) -> Callable[[Proposal], bool]:
    def confirm(proposal: Proposal) -> bool:
        if waiting:
            waiting.stop()
        if not sys.stdin.isatty():
            talk.here.remark(talk.here.say("chat.forget_how"))
            return False
        talk.here.show(Text(talk.here.say("chat.forget_these"), "bold"), Text(harmless(proposal.text)))
        return talk.here.agrees(talk.here.say("chat.forget_sure"))

    return confirm


def _why(talk: Chat, _rest: str) -> bool:
    from vertraut.assistant.events import QUOTES  # noqa: PLC0415  as above

    here, turn = talk.here, talk.last
    if turn is None or not turn.cited:
        here.remark(here.say("chat.no_evidence"))
        return False
    for number in turn.cited:
        _show_evidence(talk, number)
    by_quotes = turn.model == QUOTES
    here.remark(here.say("chat.by_quotes") if by_quotes else here.say("chat.by_model", model=harmless(turn.model)))
    return False


def _show_evidence(talk: Chat, number: int) -> None:
    here = talk.here
    line = next((line for line in talk.last.lines if line.number == number), None) if talk.last else None
    if line is None:
        here.remark(here.say("chat.no_number", number=number))
        return
    entry = line.entry
    here.show(_source(talk, line, _author(talk, entry), entry.title or entry.thread_title), Text(harmless(_excerpt(line))))


def _excerpt(line: Line) -> str:
    """Return the beginning of an entry's text, or from the cited place on where that stands further down."""
    text, (start, stop) = line.entry.text.rstrip(), line.parts[0] if line.parts else (0, 0)
    start = start if stop > _SHOWN else 0
    cut = text[start : start + _SHOWN].strip()
    return f"{'… ' if start else ''}{cut}{' …' if start + _SHOWN < len(text) else ''}"


def _forget(talk: Chat, rest: str) -> bool:
    from vertraut.assistant import Proposal  # noqa: PLC0415  as above
    from vertraut.governance import OWNER  # noqa: PLC0415  as above
    from vertraut.memory import Selection  # noqa: PLC0415  as above

    wanted = {int(each) for each in re.findall(r"\d+", rest)}
    lines = [line for line in talk.last.lines if line.number in wanted] if talk.last else []
    if not lines:
        talk.here.remark(talk.here.say("chat.forget_which"))
        return False
    selection = Selection(tuple(line.id for line in lines))
    what = talk.service.preview_forgetting(OWNER, selection)
    texts = "\n".join(f"#{number} {one_line(entry.text)[:_SHOWN]}" for number, entry in what.entries.items())
    if _asking(talk)(Proposal("forget", tuple(what.entries), texts)):
        receipt = talk.service.forget(OWNER, selection)
        talk.here.show(Text(talk.here.say("chat.forgotten", what=talk.here.say.count("entry", receipt.entries))))
        talk.last = None
    return False


def _off(talk: Chat, _rest: str) -> bool:
    talk.recorded = False
    talk.here.remark(talk.here.say("chat.off"))
    return False


def _on(talk: Chat, _rest: str) -> bool:
    talk.recorded = True
    talk.here.remark(talk.here.say("chat.on"))
    return False


def _new(talk: Chat, _rest: str) -> bool:
    talk.conversation, talk.last = "", None
    talk.here.remark(talk.here.say("chat.new"))
    return False


def _quit(_talk: Chat, _rest: str) -> bool:
    return True


def _help(talk: Chat, _rest: str) -> bool:
    talk.here.remark(talk.here.say("chat.commands"))
    return False


_COMMANDS: Final[Mapping[str, Callable[[Chat, str], bool]]] = {
    "/why": _why, "/warum": _why, "/forget": _forget, "/vergiss": _forget, "/off": _off, "/aus": _off, "/on": _on,
    "/an": _on, "/new": _new, "/neu": _new, "/quit": _quit, "/exit": _quit, "/ende": _quit, "/help": _help, "/hilfe": _help,
}  # fmt: skip
