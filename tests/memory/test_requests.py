"""What only asks for something is no evidence; what tells something beside asking stays one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from vertraut.application import Space
from vertraut.clock import When
from vertraut.ledger import OWN_NAME, OWN_SOURCE, Entry
from vertraut.memory.requests import LONGEST_REQUEST, is_request

SAID = Entry(
    OWN_SOURCE,
    "1",
    "chat",
    When(datetime(2025, 3, 1, 12, tzinfo=UTC), "Europe/Berlin"),
    "Erklär mir kurz, was Photosynthese ist",
    "Lena",
    "talk",
)

REQUESTS = """
Erklär mir kurz, was Photosynthese ist
Erklär mir bitte Photosynthese
Erklär mir bitte noch einmal, was Photosynthese ist.
Erklären Sie mir bitte Photosynthese
Zeig mir meine Termine im Mai
Zeig mir, was ich im Mai gemacht habe
Hallo! Zeig mir bitte die Mails von Anna. Vielen Dank!
Schreib ein Gedicht über den Herbst
Schreib mir einen Brief an Oma
Kannst du mir Photosynthese erklären
Ich möchte wissen, wie das geht
Fasse die Mails von Anna zusammen
Wie geht es dir
Wie geht es dir? Erklär mir Photosynthese.
Explain photosynthesis to me
Please explain briefly what photosynthesis is.
Tell me what I should cook
Show me all mails from Anna
Can you explain photosynthesis
Please write a poem about autumn
I'd like to know how it works
Hi Vertraut, how are you
""".strip().splitlines()
TELLING = """
Schreib mir einen Brief an Oma, sie hat am 3. Mai Geburtstag
Schreib eine Karte für meine Schwester Anna
Schreib Anna, dass ich am Freitag nicht kommen kann
Suche eine Wohnung in Köln
Schreibe gerade an meinem Buch
Find ich gut
Zeig mir Restaurants, ich bin Vegetarier
Zeig mir Köln, wo ich wohne
Erzähl mir von meinem Sohn Max
Erklär mir Photosynthese. Meine Tochter lernt sie gerade.
Wie geht es dir? Ich bin krank.
Ich möchte einen Hund
Anna wohnt jetzt in Rom, oder? Zeig mir die Mails von Anna.
Anna lives in Rome, right? Show me the mails.
Ich will wissen, warum der Arzt, der mich operiert hat, nicht anruft
Merk dir, dass Anna am 3. Mai Geburtstag hat
Notier: Zahnarzt am Montag
Kannst du dir merken, dass Anna Nüsse nicht verträgt
Remember that I am allergic to nuts
Can you remember my locker number 312
Tell Anna that dinner is on Friday
Find me recipes because I am allergic to milk
Find me recipes as I'm allergic
Show me pictures of my sister who lives in Rome
Explain to my son Max what gravity is
Write a letter to Anna on Friday
When I was young I lived in Rome
Such a nice day
I want a dog
List of my medicines
Danke
""".strip().splitlines()


@pytest.mark.parametrize("text", REQUESTS)
def test_what_only_asks_is_a_request(text: str) -> None:
    assert is_request(text)


@pytest.mark.parametrize("text", ["", "  ", "…", "Zeig mir " + "x" * LONGEST_REQUEST, *TELLING])
def test_what_tells_something_is_none(text: str) -> None:
    assert not is_request(text)


def test_requests_put_to_us_are_no_evidence(space: Space) -> None:
    space.remember(SAID, replace(SAID, external_id="2", text="Photosynthese ist mein Prüfungsthema."))
    quotes = space.ask("Erklär mir bitte Photosynthese").quotes
    assert [quote.text for quote in quotes] == ["Photosynthese ist mein Prüfungsthema."]


@pytest.mark.parametrize(
    ("source", "author", "found"), [("mail", "Lena", 1), (OWN_SOURCE, "", 0), (OWN_SOURCE, OWN_NAME, 0)]
)
def test_the_same_words_said_elsewhere_stay(space: Space, source: str, author: str, found: int) -> None:
    space.remember(replace(SAID, source=source, author=author))
    assert len(space.recall("Photosynthese").hits) == found
