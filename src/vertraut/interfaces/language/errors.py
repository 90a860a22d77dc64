"""Errors in words: the sentence and the way out, in English as ``vertraut.errors`` writes them, in German by this table.

A row is (sentence, way out) with the error's own attributes as fields. ``{why}`` is the reason that an error carries in its
English sentence only; it stays as it was given, because it often comes from the operating system; ``reasons`` has
those about language models.
"""

from __future__ import annotations

from typing import Final

from vertraut import errors
from vertraut.errors import VertrautError
from vertraut.interfaces.language.reasons import in_german
from vertraut.interfaces.language.wording import Language

GERMAN: Final[dict[type[VertrautError], tuple[str, str]]] = {
    errors.NoSuchSpace: (
        "In {home} gibt es keinen Bereich {name!r}.",
        "Zuerst etwas hineinlesen; `vertraut stats` nennt die Bereiche, die es gibt.",
    ),
    errors.SpaceExists: ("Im Bereich {name!r} steht schon etwas.", "Mit --space einen anderen Namen wählen."),
    errors.NoSuchEntry: ("Eintrag {number} gibt es nicht.", ""),
    errors.NothingSelected: (
        "Nichts im Gedächtnis passt zu dieser Auswahl.",
        "Auswählen nach Nummer, Verlauf, Quelle, Absender oder Zeit.",
    ),
    errors.BadSetting: ("Die Einstellung {name} in {place} kann nicht {value!r} sein: {why}.", ""),
    errors.BadTime: (
        "{text!r} ist kein Datum.",
        "Möglich sind 2025-03-08, 2025-03, 2025-03-08T14:30 oder eine Zeit in Worten („letzten Sommer“).",
    ),
    errors.BadQuery: ("Die Frage ist leer.", "Mit mindestens einem Wort fragen."),
    errors.BadFilter: (
        "{text!r} lässt sich nicht als Filter verwenden.",
        (
            "Möglich sind von:Name, mit:Name, in:Ort, vor:2025-03, nach:„letzten Sommer“, „genaue Worte“, -Wort und art: "
            "mit Nachricht, Mail, Termin, Aufgabe, Notiz, Chat, Anruf, Foto, Mitteilung, Kontakt oder Dokument."
        ),
    ),
    errors.NoSuchDelivery: ("Was hereingeholt werden sollte, ist nicht mehr da.", "Die Dateien noch einmal auswählen."),
    errors.TooManyFiles: (
        "Das sind mehr als {most} Dateien.",
        "In Teilen hereinholen, als ZIP-Archiv oder mit `vertraut import`.",
    ),
    errors.NoRoom: (
        "Der Platz reicht nicht: Dafür braucht es {needed} MB, frei sind {free} MB.",
        "Auf dem Rechner, auf dem Vertraut läuft, Platz schaffen oder weniger auf einmal hereinholen.",
    ),
    errors.UnreadablePath: ("{path} lässt sich nicht lesen: {why}.", ""),
    errors.BadExport: ("Der Export in {path} lässt sich nicht übernehmen: {why}.", ""),
    errors.BadCases: ("{path}: {why}.", ""),
    errors.MasterKeyMissing: (
        "Der Hauptschlüssel fehlt: {why}.",
        "Aus der eigenen Kopie zurücklegen. Ohne ihn kann niemand die Tresore hier öffnen.",
    ),
    errors.PassphraseNeeded: (
        "Dieses Gedächtnis ist mit einer Passphrase verschlossen.",
        "Auf die Frage hin eingeben, oder in VERTRAUT_PASSPHRASE_FILE eine Datei nennen, in der sie steht.",
    ),
    errors.WrongPassphrase: ("Die Passphrase stimmt nicht.", ""),
    errors.SpaceKeyMissing: (
        "Der Schlüssel dieses Bereichs fehlt: {path}.",
        "Die Datei aus einer Sicherung zurücklegen; der Tresor daneben ist unberührt.",
    ),
    errors.SpaceKeyDamaged: (
        "Der Hauptschlüssel öffnet {path} nicht.",
        "Die Datei ist beschädigt oder gehört woandershin; der Tresor daneben ist unberührt.",
    ),
    errors.VaultMissing: (
        "Der Tresor ist weg: {path}.",
        "Aus einer Sicherung zurücklegen. An seiner Stelle wurde kein leerer angelegt.",
    ),
    errors.VaultUnreadable: (
        "{path} lässt sich nicht als Tresor dieses Bereichs öffnen: {why}.",
        "Aus einer Sicherung wiederherstellen.",
    ),
    errors.VaultTruncated: (
        "{path} ist abgeschnitten: {expected} Bytes sollten es sein, {found} sind es.",
        "Aus einer Sicherung wiederherstellen. Die Datei wurde nicht verändert.",
    ),
    errors.VaultTooNew: ("{path} stammt von einer neueren Fassung.", "Eine neuere Fassung von Vertraut installieren."),
    errors.LedgerBroken: (
        "Die Kette ist bei Datensatz {seq} gebrochen: {why}.",
        "Den Tresor aus einer Sicherung wiederherstellen.",
    ),
    errors.IndexOutdated: (
        "Der Index wurde von einer anderen Fassung von Vertraut gebaut.",
        "`vertraut rebuild` ausführen.",
    ),
    errors.DiskFull: (
        "Die Platte ist voll: {path} konnte nicht wachsen.",
        "Alles bis zum letzten fertigen Stapel ist behalten. Platz schaffen und denselben Befehl noch einmal ausführen.",
    ),
    errors.VaultBusy: (
        "Ein anderer Prozess hielt {path} zu lange besetzt.",
        "Noch einmal versuchen, wenn er fertig ist.",
    ),
    errors.StorageFailed: ("{path} ließ sich nicht lesen oder schreiben: {why}.", ""),
    errors.NotAllowed: (
        "{actor} darf das nicht: Es braucht das Recht „{scope}“.",
        "Einen Zugang mit diesem Recht anlegen.",
    ),
    errors.NothingSent: (
        "Nichts, was diesen Rechner verlassen hat, hat die Nummer {number}.",
        "`vertraut outbox` zeigt, was es gibt.",
    ),
    errors.NoSuchDevice: ("Dieses Gerät ist nicht angemeldet.", "Die Seite zur Privatsphäre zeigt, welche es sind."),
    errors.NoSuchToken: ("Es gibt keinen Zugang namens „{name}“.", "`vertraut token list` zeigt, welche es gibt."),
    errors.TokenNameTaken: (
        "Der Name „{name}“ ist vergeben.",
        "Einen anderen wählen oder jenen Zugang erst widerrufen: `vertraut token revoke`.",
    ),
    errors.AddressTaken: ("Auf {host}, Port {port}, kann nichts lauschen: {why}.", "Mit --port einen anderen Port wählen."),
    errors.BadModel: (
        "Das Modell {name!r} lässt sich so nicht einrichten: {why}.",
        "`vertraut model add --help` zeigt, was nötig ist.",
    ),
    errors.PreviewGone: (
        "Diese Vorschau gibt es nicht: Sie ist verbraucht, älter als zehn Minuten oder zeigt etwas anderes.",
        "Zuerst eine neue Vorschau verlangen.",
    ),
    errors.NoModel: (
        "Es ist kein Sprachmodell eingerichtet.",
        "`vertraut model add` richtet eines ein; ohne eines wird mit Zitaten geantwortet.",
    ),
    errors.NoSuchModel: ("Es gibt kein Modell namens „{name}“.", "`vertraut model list` zeigt, welche es gibt."),
    errors.ModelUnavailable: (
        "Das Modell {name} hat nicht geantwortet: {why}.",
        "Noch einmal versuchen oder ein zweites zum Ausweichen einrichten.",
    ),
    errors.ExtraMissing: (
        "Dem Modell {name} fehlen Pakete, die nicht installiert sind.",
        "`pip install 'vertraut[{extra}]'` ausführen.",
    ),
    errors.ConsentNeeded: (
        "Es ist nicht erlaubt, dass {provider} Worte von dir bekommt (Zweck: {purpose}).",
        "`vertraut consent grant {provider} {purpose}` erlaubt es; das lässt sich jederzeit zurücknehmen.",
    ),
    errors.CeilingReached: (
        "Die {ceiling} US-Dollar, die {actor} diesen Monat für Modelle ausgeben darf, sind ausgegeben.",
        "Die Einstellung model_ceiling erhöhen oder mit einem Modell auf diesem Rechner weitermachen.",
    ),
}

_FORGOTTEN: Final = "Eintrag {number} wurde vergessen."

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "This recovery code is not right.": (
        "Dieser Wiederherstellungscode stimmt nicht.",
        "Mit der eigenen Kopie vergleichen: 14 Gruppen aus 4 Buchstaben und Ziffern.",
    ),
    "This recovery code is of another home, or of an earlier master key.": (
        "Dieser Wiederherstellungscode gehört woandershin oder zu einem früheren Hauptschlüssel.",
        "",
    ),
    "This Python's OpenSSL lacks Argon2id, which made this home's key.": (
        "Dem OpenSSL dieses Pythons fehlt Argon2id, mit dem der Schlüssel gemacht wurde.",
        "",
    ),
}
"""German for errors that have no class of their own, by their English sentence."""

_BEFORE_WHY: Final[dict[type[VertrautError], str]] = {
    errors.AddressTaken: ": ",
    errors.BadCases: ": ",
    errors.BadModel: " cannot be set up so: ",
    errors.BadExport: " cannot be taken in: ",
    errors.BadSetting: " cannot be ",
    errors.LedgerBroken: ": ",
    errors.MasterKeyMissing: "is missing: ",
    errors.ModelUnavailable: " did not answer: ",
    errors.StorageFailed: " could not be read or written: ",
    errors.UnreadablePath: " cannot be read: ",
    errors.VaultUnreadable: " as this space's vault: ",
}
"""What stands before the reason in the English sentence."""

_PLACES: Final = {"this request": "dieser Anfrage", "persona": "der Persona"}
"""Where a setting stands that is in no file and no variable."""


def explained(error: VertrautError, language: Language) -> tuple[str, str]:
    """Return what happened and what helps (or ""), in a language; in English where there is no German for it."""
    row = GERMAN.get(type(error)) or SENTENCES.get(error.sentence)
    if language == "en" or row is None:
        return error.sentence, error.way_out
    sentence, way_out = row
    if isinstance(error, errors.NoSuchEntry) and error.forgotten:
        sentence = _FORGOTTEN
    fields = {**vars(error), "why": _why(error)}
    if isinstance(error, errors.BadSetting):
        fields["place"] = _PLACES.get(error.place, error.place)
    return sentence.format(**fields), way_out.format(**fields)


def _why(error: VertrautError) -> str:
    _, _, rest = error.sentence.partition(_BEFORE_WHY.get(type(error), "\0"))
    if isinstance(error, errors.BadSetting):
        rest = rest.removeprefix(f"{error.value!r}: ")
    return in_german(rest.removesuffix("."))
