"""What the app on a phone says: where it is installed, where the server is away, where something is shared."""

from typing import Final

from vertraut.interfaces.language import Both

TEXTS: Final[dict[str, Both]] = {
    "app.what": (
        "Your memory: ask it, walk through it, add to it.",
        "Dein Gedächtnis: frag es, geh hindurch, gib etwas dazu.",
    ),
    "offline.title": ("Vertraut is not there", "Vertraut ist nicht da"),
    "offline.why": (
        "The machine it runs on cannot be reached: it is switched off, asleep, or in another network.",
        "Der Rechner, auf dem es läuft, ist nicht zu erreichen: Er ist aus, schläft oder ist in einem anderen Netz.",
    ),
    "offline.waits": (
        "This page looks for it again and again, and goes on by itself.",
        "Diese Seite sieht immer wieder nach und macht von selbst weiter.",
    ),
    "offline.again": ("Look now", "Jetzt nachsehen"),
    "share.this": ("Remember this?", "Das merken?"),
    "share.name": ("Title", "Titel"),
    "share.may_be_empty": ("may be empty", "kann leer bleiben"),
    "share.text": ("Text", "Text"),
    "share.about": ("What is to be said of it", "Was dazu zu sagen ist"),
    "share.long": ("All {count} characters are remembered.", "Gemerkt werden alle {count} Zeichen."),
    "share.files": ("Files", "Dateien"),
    "share.until": (
        "Nothing is remembered yet. It waits here for ten minutes.",
        "Noch ist nichts gemerkt. Es wartet hier zehn Minuten.",
    ),
    "share.remember": ("Remember", "Merken"),
    "share.discard": ("Not this", "Das nicht"),
    "share.done": ("Remembered", "Gemerkt"),
    "share.new": ("{count} new", "{count} neu"),
    "share.known": ("all known already", "alles schon bekannt"),
    "share.unread": ("not read: {why}", "nicht gelesen: {why}"),
    "share.unpacks": ("is being taken in", "wird gerade aufgenommen"),
    "share.gone": ("Not remembered", "Nicht gemerkt"),
    "share.gone_how": ("Nothing of it was kept.", "Nichts davon wurde behalten."),
    "share.nothing": ("There is nothing to remember in it.", "Darin ist nichts zu merken."),
    "share.over": ("What was shared does not wait here any more.", "Was geteilt wurde, wartet hier nicht mehr."),
    "share.again": ("Share it once more.", "Bitte noch einmal teilen."),
    "share.too_much": ("This is more than {size}.", "Das ist mehr als {size}."),
    "share.bring": (
        "The page Bring in takes files of any size.",
        "Die Seite Hereinholen nimmt Dateien jeder Größe.",
    ),
}
