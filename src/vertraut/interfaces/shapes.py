"""The JSON of results, as ``--json`` prints it and HTTP tells it: one function a result, returning what its docstring says.

Points in time are objects: {"at": ISO 8601 as exactly as known, "zone", "precision": "second" | "day" | "month" | "year",
"zone_assumed": true where the source named none}. Instants that Vertraut sets itself are ISO 8601 in UTC. Chain links are
hexadecimal. Fields are only ever added. A failed command prints {"error": {"name", "exit_code", "sentence", "way_out"}}.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vertraut.clock import When

if TYPE_CHECKING:
    from vertraut.application import ExportReport, FileReport, ImportReport, Shown, Stats, Verified
    from vertraut.assistant import Turn
    from vertraut.assistant.persona import Persona
    from vertraut.ledger import Entry, Head
    from vertraut.ledger.keys import KeyStatus
    from vertraut.memory import Answer, Context, EmbeddingProgress, Forgettable, ForgettingReceipt, Hit, Recalled
    from vertraut.memory.context import Line
    from vertraut.models.consent import Consent
    from vertraut.models.outbox import Sent

Shape = dict[str, Any]


def when_shape(when: When) -> Shape:
    """Return {"at", "zone", "precision", "zone_assumed"}."""
    return {"at": str(when), "zone": when.zone, "precision": when.precision, "zone_assumed": when.assumed}


def entry_shape(number: int, entry: Entry) -> Shape:
    """Return an entry with its number.

    {"id", "kind", "when", "end", "author", "thread", "thread_title", "title", "text", "place", "people": [{"role", "name",
    "address"}], "attachments": [{"name", "media_type", "size", "sha256"}], "source", "external_id", "origin", "meta"}
    """
    return {
        "id": number,
        "kind": entry.kind,
        "when": when_shape(entry.when),
        "end": when_shape(entry.end) if entry.end else None,
        "author": entry.author,
        "thread": entry.thread,
        "thread_title": entry.thread_title,
        "title": entry.title,
        "text": entry.text,
        "place": entry.place,
        "people": [asdict(person) for person in entry.people],
        "attachments": [
            {"name": each.name, "media_type": each.media_type, "size": each.size, "sha256": each.sha256}
            for each in entry.attachments
        ],
        "source": entry.source,
        "external_id": entry.external_id,
        "origin": entry.origin,
        "meta": dict(entry.meta),
    }


def hit_shape(hit: Hit) -> Shape:
    """Return {"id", "score", "passage", "marks", "reasons", "parts", "signals", "around", "repeats", "entry"}.

    ``passage`` is [start, stop], ``marks`` [[start, stop]]: characters of the entry's text. ``parts`` says of each family of
    signals {"signal", "value", "contribution"}, ``reasons`` those that told most, largest first; ``signals`` holds the value
    of every signal by name. ``around`` are the entries before and after it in its thread, itself included, by number;
    ``repeats`` those that say the same and are no hits of their own because of that.
    """
    return {
        "id": hit.id,
        "score": hit.score,
        "passage": list(hit.passage),
        "marks": [list(mark) for mark in hit.marks],
        "reasons": [asdict(reason) for reason in hit.reasons],
        "parts": [asdict(part) for part in hit.parts],
        "signals": dict(hit.signals),
        "around": list(hit.around),
        "repeats": list(hit.repeats),
        "entry": entry_shape(hit.id, hit.entry),
    }


def recall_shape(recalled: Recalled) -> Shape:
    """Return {"question", "confidence", "entries", "embedded", "hits"}.

    ``confidence`` is the estimated probability that there is an answer and that it is among the first ten hits; the next
    two say how many entries there are and how many have their vectors.
    """
    return {
        "question": recalled.question,
        "confidence": recalled.confidence,
        "entries": recalled.entries,
        "embedded": recalled.embedded,
        "hits": [hit_shape(hit) for hit in recalled.hits],
    }


def answer_shape(answer: Answer) -> Shape:
    """Return {"question", "known", "confidence", "quotes", "entries", "embedded"}.

    A quote is {"number", "id", "text", "start", "stop", "repeats", "entry"}; ``repeats`` are other entries that say the
    same. Where ``known`` is false, quotes are what comes nearest.
    """
    return {
        "question": answer.question,
        "known": answer.known,
        "confidence": answer.confidence,
        "quotes": [
            {
                "number": quote.number,
                "id": quote.hit.id,
                "text": quote.text,
                "start": quote.start,
                "stop": quote.stop,
                "repeats": list(quote.hit.repeats),
                "entry": entry_shape(quote.hit.id, quote.hit.entry),
            }
            for quote in answer.quotes
        ],
        "entries": answer.recalled.entries,
        "embedded": answer.recalled.embedded,
    }


def context_shape(context: Context) -> Shape:
    """Return {"question", "budget", "tokens", "text", "blocks", "repeats", "entries", "embedded"}.

    ``text`` is what a model reads, ``tokens`` estimated. A block is {"heading", "lines"}, a line {"number", "id", "rank",
    "gap", "parts": [[start, stop]], "text", "entry"}: ``rank`` is its place among the hits, from 0, null for a neighbour;
    ``gap`` says that entries above it are left out; ``parts`` are what is shown of the entry's text. ``repeats`` are entries
    left out because others say the same.
    """
    return {
        "question": context.question,
        "budget": context.budget,
        "tokens": context.tokens,
        "text": context.text,
        "blocks": [{"heading": block.heading, "lines": list(map(line_shape, block.lines))} for block in context.blocks],
        "repeats": list(context.repeats),
        "entries": context.recalled.entries,
        "embedded": context.recalled.embedded,
    }


def line_shape(line: Line) -> Shape:
    """Return a line as in ``context_shape``."""
    return {
        "number": line.number,
        "id": line.id,
        "rank": line.rank,
        "gap": line.gap,
        "parts": [list(part) for part in line.parts],
        "text": line.text,
        "entry": entry_shape(line.id, line.entry),
    }


def shown_shape(shown: Shown, saved: Mapping[int, Path]) -> Shape:
    """Return {"entry", "remembered", "language", "around": [entries in order of time], "kept", "saved"}.

    ``kept`` are the places of attachments whose bytes are in the vault, ``saved`` the files that were written, by place.
    """
    return {
        "entry": entry_shape(shown.id, shown.entry),
        "remembered": _instant(shown.remembered),
        "language": shown.language,
        "around": [entry_shape(number, entry) for number, entry in shown.around.items()],
        "kept": list(shown.kept),
        "saved": {str(place): str(path) for place, path in saved.items()},
    }


def import_shape(
    report: ImportReport | None, vectors: EmbeddingProgress, sentence: Callable[[str], str], *, interrupted: bool
) -> Shape:
    """Return {"interrupted", "read", "new", "known", "forgotten", "skipped", "files", "entries", "embedded"}.

    A file is {"name", "source", "read", "new", "known", "forgotten", "skipped", "problems"}, a problem {"place", "code",
    "sentence", "reason", "lost"}; ``lost`` is false where the record was kept all the same. After an interruption the files
    are those of which there was a report.
    """
    files = [_file_shape(file, sentence) for file in report.files] if report else []
    counts = {name: sum(file[name] for file in files) for name in ("read", "new", "known", "forgotten", "skipped")}
    return {"interrupted": interrupted, **counts, "files": files, "entries": vectors.total, "embedded": vectors.done}


def restored_shape(head: Head, vectors: EmbeddingProgress) -> Shape:
    """Return {"restored": true, "head": {"seq", "link"}, "entries", "embedded"}."""
    return {"restored": True, "head": head_shape(head), "entries": vectors.total, "embedded": vectors.done}


def forgettable_shape(what: Forgettable) -> Shape:
    """Return {"forgotten": false, "would_forget": {"entries": [entries], "attachments", "resting": [numbers]}}.

    ``resting`` are Vertraut's own answers among the entries that go because they rest on one that was selected.
    """
    entries = [entry_shape(number, entry) for number, entry in what.entries.items()]
    would = {"entries": entries, "attachments": what.attachments, "resting": sorted(what.resting)}
    return {"forgotten": False, "would_forget": would}


def turn_shape(turn: Turn) -> Shape:
    """Return {"text", "known", "model", "conversation", "evidence": [{"number", "entry"}], "remembered", "withheld"}.

    ``evidence`` is what the answer cites, ``remembered`` the numbers of the entries the turn became; ``withheld`` counts
    sentences that the evidence did not carry or that must not be said.
    """
    cited = [line for line in turn.lines if line.number in turn.cited]
    unsupported = sum(statement.verdict == "unsupported" for statement in turn.statements)
    return {
        "text": turn.text,
        "known": turn.known,
        "model": turn.model,
        "conversation": turn.conversation,
        "evidence": [{"number": line.number, "entry": entry_shape(line.id, line.entry)} for line in cited],
        "remembered": list(turn.numbers),
        "withheld": unsupported + len(turn.findings),
    }


def persona_shape(persona: Persona) -> Shape:
    """Return {"language", "address", "length", "tone", "name", "country"}: empty where it is left open."""
    return asdict(persona)


def consents_shape(consents: Sequence[Consent]) -> Shape:
    """Return {"consents": [{"provider", "purpose": "*" for every one, "granted": bool, "at", "actor"}]}."""
    return {"consents": [{**asdict(each), "at": _instant(each.at)} for each in consents]}


def outbox_shape(found: Sequence[Sent]) -> Shape:
    """Return {"sent": [{"id", "at", "provider", "model", "purpose", "actor", "bytes"}]}, oldest first."""
    return {"sent": [_sent_about(each) for each in found]}


def sent_shape(sent: Sent) -> Shape:
    """Return {"id", "at", "provider", "model", "purpose", "actor", "bytes", "text": every word that left}."""
    return {**_sent_about(sent), "text": sent.text}


def receipt_shape(receipt: ForgettingReceipt) -> Shape:
    """Return {"forgotten": true, "entries", "attachments", "passages", "before", "after", "log_emptied", "proof"}.

    ``proof`` is {"clean", "patterns", "vault_bytes", "files", "found": [{"where", "kind"}], "elsewhere": [paths]}.
    """
    proof = receipt.proof
    return {
        "forgotten": True,
        "entries": receipt.entries,
        "attachments": receipt.attachments,
        "passages": receipt.passages,
        "before": head_shape(receipt.before),
        "after": head_shape(receipt.after),
        "log_emptied": receipt.log_emptied,
        "proof": {
            "clean": proof.clean,
            "patterns": proof.patterns,
            "vault_bytes": proof.vault_bytes,
            "files": proof.files,
            "found": [asdict(each) for each in proof.found],
            "elsewhere": list(proof.elsewhere),
        },
    }


def export_shape(report: ExportReport) -> Shape:
    """Return {"folder", "records", "entries", "attachments", "files", "bytes"}."""
    return {
        "folder": str(report.folder),
        "records": report.records,
        "entries": report.entries,
        "attachments": report.attachments,
        "files": report.files,
        "bytes": report.size,
    }


def verified_shape(verified: Verified) -> Shape:
    """Return {"sound", "head", "records", "entries", "embedded", "faults": [sentences]}."""
    return {
        "sound": not verified.faults,
        "head": head_shape(verified.head),
        "records": verified.records,
        "entries": verified.entries,
        "embedded": verified.embedded,
        "faults": list(verified.faults),
    }


def rebuilt_shape(entries: int, vectors: EmbeddingProgress) -> Shape:
    """Return {"entries", "embedded"}."""
    return {"entries": entries, "embedded": vectors.done}


def stats_shape(name: str, stats: Stats | None, spaces: tuple[str, ...]) -> Shape:
    """Return {"space": numbers of the space or null where it is not there, "spaces": [names]}.

    The space is {"name", "space_id", "entries", "records", "forgotten", "attachments", "threads", "passages", "embedded",
    "by_kind", "by_source", "by_year", "by_language", "first", "last", "vault_bytes", "content_bytes", "head"}.
    """
    return {"space": None if stats is None else space_shape(name, stats), "spaces": list(spaces)}


def space_shape(name: str, stats: Stats) -> Shape:
    """Return the numbers of a space as in ``stats_shape``."""
    first, last = (_instant(moment) if moment else None for moment in (stats.first, stats.last))
    return {"name": name, **asdict(stats), "first": first, "last": last, "head": head_shape(stats.head)}


def key_shape(status: KeyStatus) -> Shape:
    """Return {"method": "keyring" | "file" | "passphrase" | null, "where", "kdf", "generation", "spaces"}."""
    return {**asdict(status), "spaces": list(status.spaces)}


def head_shape(head: Head) -> Shape:
    """Return {"seq", "link"}."""
    return {"seq": head.seq, "link": head.link.hex()}


def _file_shape(file: FileReport, sentence: Callable[[str], str]) -> Shape:
    return {
        "name": file.name,
        "source": file.source,
        "read": file.read,
        "new": file.new,
        "known": file.known,
        "forgotten": file.forgotten,
        "skipped": file.skipped,
        "problems": [{**asdict(problem), "sentence": sentence(problem.code)} for problem in file.problems],
    }


def _sent_about(sent: Sent) -> Shape:
    about = {"provider": sent.provider, "model": sent.model, "purpose": sent.purpose, "actor": sent.actor}
    return {"id": sent.number, "at": _instant(sent.at), **about, "bytes": sent.size}


def _instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
