"""What every interface says, in English and German: kinds, dates, reasons, counted nouns and months.

A row is (English, German), with named fields. What only one interface says is in its own table.
"""

from __future__ import annotations

from typing import Final

Both = tuple[str, str]

SHARED: Final[dict[str, Both]] = {
    "and": ("and", "und"),
    "date.span": ("{start} to {end}", "{start} bis {end}"),
    "date.day": ("{day} {month} {year}", "{day}. {month} {year}"),
    "more": ("… and {count} more", "… und {count} weitere"),
    "quote": ("“{text}”", "„{text}“"),
    "author.user": ("You", "Du"),
    "author.assistant": ("AI assistant", "KI-Assistent"),
    "kind.message": ("message", "Nachricht"),
    "kind.mail": ("mail", "E-Mail"),
    "kind.event": ("event", "Termin"),
    "kind.task": ("task", "Aufgabe"),
    "kind.note": ("note", "Notiz"),
    "kind.chat": ("AI chat", "KI-Chat"),
    "kind.call": ("call", "Anruf"),
    "kind.photo": ("photo", "Foto"),
    "kind.notification": ("notification", "Mitteilung"),
    "kind.contact": ("contact", "Kontakt"),
    "kind.document": ("document", "Dokument"),
    "signal.meaning": ("similar meaning", "ähnliche Bedeutung"),
    "signal.words": ("words", "Wörter"),
    "signal.words_named": ("words: {words}", "Wörter: {words}"),
    "signal.words_unseen": ("words in its title, place or names", "Wörter in Titel, Ort oder Namen"),
    "signal.beside": ("what stands right beside it", "was gleich daneben steht"),
    "signal.time": ("its time", "seine Zeit"),
    "signal.author": ("who said it", "wer es gesagt hat"),
    "signal.form": ("its kind and form", "seine Art und Form"),
    "signal.alike": ("like the best ones, or of their time", "wie die besten oder aus deren Zeit"),
    "signal.thread": ("its thread", "sein Verlauf"),
    "signal.together": ("good in all of this together", "in alledem zusammen gut"),
    "trace.text": ("text", "Text"),
    "trace.stem": ("word", "Wort"),
    "trace.vector": ("vector", "Vektor"),
    "trace.salt": ("salt", "Salz"),
}

NOUNS: Final[dict[str, tuple[Both, Both]]] = {
    "entry": (("entry", "entries"), ("Eintrag", "Einträge")),
    "record": (("record", "records"), ("Datensatz", "Datensätze")),
    "attachment": (("attachment", "attachments"), ("Anhang", "Anhänge")),
    "passage": (
        ("passage with its vector", "passages with their vectors"),
        ("Abschnitt mit Vektor", "Abschnitte mit Vektoren"),
    ),
    "pattern": (("pattern", "patterns"), ("Muster", "Muster")),
    "file": (("file", "files"), ("Datei", "Dateien")),
    "thread": (("thread", "threads"), ("Verlauf", "Verläufe")),
    "question": (("question", "questions"), ("Frage", "Fragen")),
    "message": (("message", "messages"), ("Nachricht", "Nachrichten")),
    "mail": (("mail", "mails"), ("E-Mail", "E-Mails")),
    "event": (("event", "events"), ("Termin", "Termine")),
    "task": (("task", "tasks"), ("Aufgabe", "Aufgaben")),
    "note": (("note", "notes"), ("Notiz", "Notizen")),
    "chat": (("AI chat message", "AI chat messages"), ("KI-Chat-Nachricht", "KI-Chat-Nachrichten")),
    "call": (("call", "calls"), ("Anruf", "Anrufe")),
    "model_call": (("call", "calls"), ("Aufruf", "Aufrufe")),
    "photo": (("photo", "photos"), ("Foto", "Fotos")),
    "notification": (("notification", "notifications"), ("Mitteilung", "Mitteilungen")),
    "contact": (("contact", "contacts"), ("Kontakt", "Kontakte")),
    "document": (("document", "documents"), ("Dokument", "Dokumente")),
}
"""What is counted: (one, many) in English, then in German (always in the nominative or accusative)."""

MONTHS: Final = (
    (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    (
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
        "Dezember",
    ),
)  # fmt: skip
