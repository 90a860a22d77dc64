"""Secrets are found by form, by check digits and by what is said about them; ordinary texts stay as they are."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.models.secret_texts import LAST_ORDINARY, LAST_SECRETS, LATER_ORDINARY, LATER_SECRETS, ORDINARY, SECRETS

from vertraut.models import check_digits
from vertraut.models.secrets import Secrets, secrets_in, without_secrets

WORD = "[gone]"
ALL_SECRETS = SECRETS + LATER_SECRETS + LAST_SECRETS
ALL_ORDINARY = ORDINARY + LATER_ORDINARY + LAST_ORDINARY
MARKED = re.compile("⟦(.*?)⟧", re.DOTALL)


def texts(lines: str) -> list[str]:
    return [line.replace("·", "").replace("\\n", "\n") for line in lines.splitlines()]


@pytest.mark.parametrize("text", texts(ALL_SECRETS))
def test_nothing_of_a_secret_is_left(text: str) -> None:
    secrets = MARKED.findall(text)
    left = without_secrets(text.replace("⟦", "").replace("⟧", ""), WORD)
    assert secrets
    assert WORD in left
    assert [secret for secret in secrets if secret in left] == []


@pytest.mark.parametrize("text", texts(ALL_ORDINARY))
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert without_secrets(text, WORD) == text


def test_the_suites_are_as_large_as_they_should_be() -> None:
    assert len(texts(ALL_SECRETS)) >= 120
    assert len(texts(ALL_ORDINARY)) >= 200


def test_everything_around_a_secret_stays() -> None:
    text = "Das WLAN-Passwort ist kaffee-tasse-7, steht hinten auf dem Router.\nMeine PIN: 4711 (neu)."
    assert (
        without_secrets(text, WORD)
        == f"Das WLAN-Passwort ist {WORD}, steht hinten auf dem Router.\nMeine PIN: {WORD} (neu)."
    )


def test_what_one_text_shows_to_be_a_secret_is_one_in_all() -> None:
    texts = (
        "Das WLAN-Passwort ist kaffee-tasse-7.",
        "Probier mal kaffee-tasse-7!",
        "Kaffee, Tasse, 7",
        "PIN 4711",
        "Echt 4711",
    )
    secrets = Secrets(texts)
    assert [secrets.removed(text, WORD) for text in texts[1:]] == [
        f"Probier mal {WORD}!",
        "Kaffee, Tasse, 7",
        f"PIN {WORD}",
        "Echt 4711",
    ]


def test_nothing_of_a_long_secret_is_left() -> None:
    for announced in ("Passwort: ", "token = ", "Passphrase lautet "):
        assert without_secrets(announced + "aB3" * 400, WORD) == announced + WORD


def test_numbers_with_the_spaces_of_typesetters() -> None:
    assert without_secrets("IBAN DE41\u202f5001\u202f0517\u202f0123\u202f4567\u202f89.", WORD) == f"IBAN {WORD}."
    assert without_secrets("4111\u00a02222\u00a03333\u00a04448", WORD) == WORD


@pytest.mark.parametrize(
    ("check", "number"),
    [
        (check_digits.is_card, "4111 2222 3333 4448"),
        (check_digits.is_iban, "DE41 5001 0517 0123 4567 89"),
        (check_digits.is_tax_id, "26 954 371 827"),
        (check_digits.is_pension_number, "65 170839 J 003"),
        (check_digits.is_health_number, "A123456780"),
        (check_digits.is_swiss_number, "756.1234.5678.97"),
    ],
)
def test_one_wrong_digit_shows(check: type[bool], number: str) -> None:
    assert check(number)
    for digit in "0123456789":
        assert check(number[:-1] + digit) == (digit == number[-1])


@pytest.mark.parametrize(
    "repeated", ["Passwort ", "PIN ", "a1B2", "pin ist ", "word ", "= ", "DE41 ", "1 2 ", "\n", "://:@", "-----BEGIN "]
)
def test_long_texts_take_no_longer_for_being_strange(repeated: str) -> None:
    text = repeated * (40_000 // len(repeated))
    assert secrets_in(text) is not None  # ends; a pattern that tries every way would not


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    spans = secrets_in(text)
    assert all(0 <= start < stop <= len(text) for start, stop in spans)
    assert all(one[1] < other[0] for one, other in pairwise(spans))


@given(st.sampled_from(texts(SECRETS)))
def test_what_was_cleaned_stays_as_it_is(text: str) -> None:
    cleaned = without_secrets(text.replace("⟦", "").replace("⟧", ""), "[Geheimnis entfernt]")
    assert without_secrets(cleaned, "[Geheimnis entfernt]") == cleaned
