"""Why a language model did not answer or cannot be set up, or a setting is refused, in German by the English of the reason.

What stands in parentheses after a reason is a name, a path or a status, and stays as it is.
"""

from __future__ import annotations

from typing import Final

REASONS: Final = {
    # it did not answer
    "it took too long": "es hat zu lange gedauert",
    "it does not take the key": "es nimmt den Schlüssel nicht an",
    "the account has nothing left": "das Konto ist leer",
    "it gets too many requests": "es bekommt zu viele Anfragen",
    "there is no such model at this address": "unter dieser Adresse gibt es kein solches Modell",
    "this was more than it can read": "das war mehr, als es lesen kann",
    "there is no connection": "es gibt keine Verbindung",
    "it is overloaded or down": "es ist überlastet oder außer Betrieb",
    "it failed": "es ist gescheitert",
    "its provider filtered the answer": "sein Anbieter hat die Antwort gefiltert",
    "it refused the request": "es hat die Anfrage abgelehnt",
    "its answer was cut off or none that can be read": "seine Antwort brach ab oder war nicht lesbar",
    "its answer was empty, cut off or none that can be read": "seine Antwort war leer, brach ab oder war nicht lesbar",
    "its answer was none that can be read": "seine Antwort war nicht lesbar",
    "it is not set up right": "es ist nicht richtig eingerichtet",
    "its key is not there": "sein Schlüssel ist nicht da",
    "others may read the file of its key": "andere dürfen die Datei mit seinem Schlüssel lesen",
    "the file of its key is not text": "die Datei mit seinem Schlüssel ist kein Text",
    "the file of its key cannot be read": "die Datei mit seinem Schlüssel lässt sich nicht lesen",
    "the keyring of this machine does not answer": "der Schlüsselbund dieses Rechners antwortet nicht",
    "its file or its chat template cannot be loaded": "seine Datei oder seine Chat-Vorlage lässt sich nicht laden",
    # it cannot be set up
    "it is not TOML as `vertraut model` writes it": "sie ist kein TOML, wie `vertraut model` es schreibt",
    "there is no such field": "ein solches Feld gibt es nicht",
    "there is no such provider": "einen solchen Anbieter gibt es nicht",
    "a field has a value that it cannot have": "ein Feld hat einen Wert, den es nicht haben kann",
    "its name must be short, printable, and not auto": "sein Name muss kurz und druckbar sein, und nicht auto",
    "it must say which model of the provider it is": "es muss sagen, welches Modell des Anbieters es ist",
    "it holds characters that cannot be printed": "es enthält Zeichen, die sich nicht drucken lassen",
    "prices, speed and threads cannot be negative": "Preise, Tempo und Threads können nicht negativ sein",
    "quality goes from 1 to 5, context from 1": "die Güte geht von 1 bis 5, der Kontext ab 1",
    "its key must be given as env:NAME, file:PATH or keyring": "sein Schlüssel muss env:NAME, file:PFAD oder keyring sein",
    "its address must begin with https://, or with http:// inside one's own network, and hold no password": (
        "seine Adresse muss mit https:// beginnen, oder mit http:// im eigenen Netz, und darf kein Passwort enthalten"
    ),
    "there is one of this name; --name gives it another": "eines dieses Namens gibt es schon; --name gibt ihm einen anderen",
    "it needs its address": "es braucht seine Adresse",
    "there is no such file": "eine solche Datei gibt es nicht",
    "no list has its prices; give --input-price and --output-price, 0 where it is free": (
        "keine Liste kennt seine Preise; bitte --input-price und --output-price angeben, 0, wo es nichts kostet"
    ),
}

SETTINGS: Final = {
    "it is not TOML": "sie ist kein TOML",
    "it must be a whole number": "es muss eine ganze Zahl sein",
    "it is too small": "das ist zu klein",
    "it is too large": "das ist zu groß",
    "it must be a text": "es muss ein Text sein",
    "it is no IANA time zone": "das ist keine Zeitzone der IANA",
    "it must be a name: letters, spaces, hyphens, at most 60": (
        "es muss ein Name sein: Buchstaben, Leerzeichen, Bindestriche, höchstens 60"
    ),
    "it must be the two letters of a country, as DE or GB": (
        "es müssen die zwei Buchstaben eines Landes sein, wie DE oder GB"
    ),
    "it must be auto, keyring, file or passphrase": "es muss auto, keyring, file oder passphrase sein",
    "this machine has no keyring that works": "dieser Rechner hat keinen Schlüsselbund, der geht",
    "a name has up to 64 small letters, digits, dots, dashes and underscores, and starts with a letter or digit": (
        "ein Name hat bis zu 64 Kleinbuchstaben, Ziffern, Punkte, Striche und Unterstriche "
        "und beginnt mit einem Buchstaben oder einer Ziffer"
    ),
}
"""Why a setting cannot be what was given."""

LISTS: Final = {
    "it must be one of ": "möglich sind ",
    "there is no such setting; there are ": "eine solche Einstellung gibt es nicht; es gibt ",
    "there is no such trait; there are ": "eine solche Eigenschaft gibt es nicht; es gibt ",
}
"""What stands before names that stay as they are."""


def in_german(reason: str) -> str:
    """Return a reason in German; unchanged where it is none of these."""
    for english, german in LISTS.items():
        if reason.startswith(english):
            return german + reason.removeprefix(english)
    said, parenthesis, detail = reason.partition(" (")
    return f"{REASONS.get(said) or SETTINGS.get(said, said)}{parenthesis}{detail}"
