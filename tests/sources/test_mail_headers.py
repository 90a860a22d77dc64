from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertraut.sources.mail_addresses import addresses
from vertraut.sources.mail_dates import date_of, envelope_date
from vertraut.sources.mail_headers import message_id, message_ids, read_headers, words


@pytest.mark.parametrize(
    ("written", "people"),
    [
        ('"Brandt, Lena" <l@x.de>, tobi@x.de', [("Brandt, Lena", "l@x.de"), ("", "tobi@x.de")]),
        ("Brandt, Lena <l@x.de>", [("Brandt, Lena", "l@x.de")]),
        ("=?utf-8?q?Brandt=2C_L=C3=A9na?= <l@x.de>", [("Brandt, Léna", "l@x.de")]),
        ('"=?utf-8?q?L=C3=A9na?=" <l@x.de>', [("Léna", "l@x.de")]),
        ("=?utf-8?q?Lena_=3Cl=40x=2Ede=3E?=", [("Lena", "l@x.de")]),
        ("daemon@x.de (Mail Delivery System)", [("Mail Delivery System", "daemon@x.de")]),
        ("Pete(A \\) chap) <pete(his account)@silly.test(his host)>", [("Pete", "pete@silly.test")]),
        ("Freunde (alle): a@x.de, B <b(c)@ (d)x.de>;", [("", "a@x.de"), ("B", "b@x.de")]),
        ("undisclosed-recipients:;", []),
        (", a@x.de, ,b@x.de", [("", "a@x.de"), ("", "b@x.de")]),
        ("a@x.de; b@x.de", [("", "a@x.de"), ("", "b@x.de")]),
        ("Big Bug bb@bug.example", [("Big Bug", "bb@bug.example")]),
        ("tim@x.de nora@x.de", [("", "tim@x.de")]),
        ("'l@x.de' <l@x.de>", [("", "l@x.de")]),
        ('"offen <a@x.de>', [("offen", "a@x.de")]),
        ('"Big Bug"@x.de', [("", '"Big Bug"@x.de')]),
        ("Lena <l@x.de", [("Lena", "l@x.de")]),
        ("Peter [SMTP:p@x.de]", [("", "p@x.de")]),
        ("<@a,@b:l@x.de>", [("", "l@x.de")]),
        ("jdöe@mächine.example", [("", "jdöe@mächine.example")]),
        ("Array", [("Array", "")]),
        ("<>", []),
    ],
)
def test_addresses_are_read_as_a_reader_would(written: str, people: list[tuple[str, str]]) -> None:
    assert addresses(written) == people


def test_message_ids_lose_brackets_and_remarks() -> None:
    assert message_id("<a@b> (added by x)") == "a@b"
    assert message_id("a@b") == "a@b"
    assert message_id("<>") == ""
    assert message_ids('"Lena" vom Montag <a@b>\n\t<c @d>') == ["a@b", "c@d"]


@pytest.mark.parametrize(
    "written", ["", "<HR>", "Pn, 29 paX 2007 21:13:00 +0100", "21/05/2025 04:00", "1 Jan 2025 25:61 +0100"]
)
def test_what_is_no_date_is_none(written: str) -> None:
    assert date_of(written, "UTC") is None


_CHARACTERS = '"()<>,;:@\\[] \t\n\r\0²é'
_PIECES = (
    "=?utf-8?q?a=40b?=|=?x?b?|?=|From: x|\n |Subject :|1 Jan 2025|+9999|10:00:00|24:61|+0100|99999999999|CEST|Mai|"
    "2025-01-01T00:00|Mon Jan|From a"
).split("|")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*_CHARACTERS, *_PIECES]), max_size=20).map("".join))
def test_nothing_raises_for_bad_content(content: str) -> None:
    for read in (addresses, words, message_id, message_ids, envelope_date):
        read(content)
    date_of(content, "UTC")
    data = content.encode("latin-1", "replace")

    assert 0 <= read_headers(data).body <= len(data)
