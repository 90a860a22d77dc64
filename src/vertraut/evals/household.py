"""The sample household as a case: its own names for entries, so that its questions can be scored like any others."""

from __future__ import annotations

from importlib.resources import as_file, files

from vertraut.evals.cases import Case, read_questions
from vertraut.ledger import Entry

SUITE, NAME = "household", "aumann"
FOLDERS = ("calendar", "chatgpt", "mail", "messages", "notes")


def household_case() -> Case:
    """Return the case: folders in several formats, and the questions beside them."""
    with as_file(files("vertraut") / "household") as folder:
        entries = tuple(folder / name for name in FOLDERS)
        return Case(SUITE, NAME, entries, tuple(read_questions(folder / "questions.jsonl")), entry_name)


def entry_name(entry: Entry) -> str:
    """Return what the household's questions call an entry: "mail:<Message-ID>", "note:<path>", or a message's id."""
    match entry.source:
        case "jsonl":
            return str(entry.meta["id"])
        case "markdown":
            return f"note:{entry.meta['path']}"
        case "ics":
            return f"ics:{entry.external_id.split('/')[0]}"
        case "chatgpt":
            return f"chatgpt:{entry.external_id.split('/')[-1]}"
        case _:
            return f"{entry.source}:{entry.external_id}"
