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
    "share.until_decided": (
        "Nothing is remembered yet. It stays on this device until you decide.",
        "Noch ist nichts gemerkt. Es bleibt auf diesem Gerät, bis du entscheidest.",
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
    "kept.title": ("Kept on this device", "Auf diesem Gerät aufgehoben"),
    "kept.waits": (
        "Nothing of it is remembered yet. You are asked about it as soon as Vertraut answers again.",
        "Noch ist nichts davon gemerkt. Du wirst danach gefragt, sobald Vertraut wieder antwortet.",
    ),
    "kept.asked": (
        "You shared this while Vertraut was away. You are asked about each of them.",
        "Das hast du geteilt, als Vertraut nicht da war. Du wirst nach jedem gefragt.",
    ),
    "kept.none": ("Nothing is kept on this device now.", "Auf diesem Gerät ist gerade nichts aufgehoben."),
    "kept.one": (
        "Something that you shared waits on this device.",
        "Etwas, das du geteilt hast, wartet auf diesem Gerät.",
    ),
    "kept.many": (
        "{count} things that you shared wait on this device.",
        "{count} Dinge, die du geteilt hast, warten auf diesem Gerät.",
    ),
    "kept.look": ("Have a look", "Ansehen"),
    "kept.throw": ("Throw away", "Wegwerfen"),
    "kept.sure": (
        "Throw this away? It is not remembered yet.",
        "Das wegwerfen? Es ist noch nicht gemerkt.",
    ),
    "kept.not_large": (
        "This was not kept: it is more than 20 MB or 20 files, and so more than can be shared at once.",
        "Das wurde nicht aufgehoben: Es ist mehr als 20 MB oder 20 Dateien, mehr als sich auf einmal teilen lässt.",
    ),
    "kept.not_full": (
        "This was not kept: 20 things or 200 MB wait here already, and no more fit. None of them was lost.",
        "Das wurde nicht aufgehoben: Hier warten schon 20 Dinge oder 200 MB, mehr passt nicht. Davon ging nichts verloren.",
    ),
    "kept.not_unkept": (
        "This was not kept: the browser has no room for it. Share it once more when Vertraut is there.",
        "Das wurde nicht aufgehoben: Der Browser hat keinen Platz dafür. Teile es noch einmal, wenn Vertraut da ist.",
    ),
}
