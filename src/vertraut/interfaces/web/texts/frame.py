"""What stands around every page, on the sign-in page, and where something went wrong."""

from typing import Final

from vertraut.interfaces.language import Both

TEXTS: Final[dict[str, Both]] = {
    "app.name": ("Vertraut", "Vertraut"),
    "app.skip": ("To the content", "Zum Inhalt"),
    "app.pages": ("Pages", "Seiten"),
    "app.busy": ("Working …", "Einen Moment …"),
    "app.close": ("Close", "Schließen"),
    "app.sign_out": ("Sign out", "Abmelden"),
    "nav.ask": ("Ask", "Fragen"),
    "nav.life": ("Life", "Leben"),
    "nav.bring": ("Bring in", "Hereinholen"),
    "nav.you": ("You", "Du"),
    "nav.forget": ("Forget", "Vergessen"),
    "nav.privacy": ("Privacy", "Privatsphäre"),
    "signin.title": ("Sign in", "Anmelden"),
    "signin.how": (
        "This memory opens with a link that is good once, for ten minutes.",
        "Dieses Gedächtnis öffnet sich mit einem Link, der einmal gilt, zehn Minuten lang.",
    ),
    "signin.used": (
        "This link is not good: it was used before, or it is older than ten minutes.",
        "Dieser Link gilt nicht: Er wurde schon benutzt oder ist älter als zehn Minuten.",
    ),
    "signin.run": (
        "On the machine where Vertraut runs, type this into a terminal:",
        "Gib auf dem Rechner, auf dem Vertraut läuft, das in ein Terminal ein:",
    ),
    "signin.open": (
        "Open the link that it prints in this browser.",
        "Öffne den Link, der erscheint, in diesem Browser.",
    ),
    "signin.elsewhere": (
        "A browser that is signed in makes such a link, too: on the page Privacy, under Devices.",
        "Auch ein angemeldeter Browser macht so einen Link: auf der Seite Privatsphäre, unter Geräte.",
    ),
    "trouble.title": ("That did not work", "Das ging nicht"),
    "trouble.ours": ("Something went wrong inside Vertraut.", "In Vertraut ist etwas schiefgegangen."),
    "trouble.log": ("The log of the server says where.", "Das Protokoll des Servers sagt, wo."),
    "trouble.no_page": ("There is no such page.", "Diese Seite gibt es nicht."),
    "trouble.not_valid": ("This request makes no sense here.", "Diese Anfrage passt hier nicht."),
    "trouble.offline": (
        "Vertraut cannot be reached. Is it running?",
        "Vertraut ist nicht zu erreichen. Läuft es?",
    ),
    "trouble.stale": (
        "This page is out of date. Load it again.",
        "Diese Seite ist veraltet. Bitte neu laden.",
    ),
    "trouble.home": ("To the start page", "Zur Startseite"),
}
