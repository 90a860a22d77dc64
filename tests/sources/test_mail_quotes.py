from __future__ import annotations

import pytest

from vertraut.sources.mail_quotes import new_ranges

ALL = "*"

MAILS = {
    "Gmail, German, with a wrapped attribution": (
        "Passt.\n\nTobi\n\nAm Mo., 14. Apr. 2025 um 21:17 Uhr schrieb Lena Brandt <\nlena@example.org>:\n\n> 139 €\n>\n>> a",
        ["Passt.\n\nTobi"],
    ),
    "Gmail, English": ("Hello\n\nOn Mon, Apr 2, 2012 at 5:44 PM, Megan <m@x.com> wrote:\n\n> Hi\n", ["Hello"]),
    "Android, Russian, without a blank line": ('Hi\n02.04.2012 14:20 "b@x" <\nb@x> написал:\n\n> Hi\n', ["Hi"]),
    "Thunderbird, answers below each question": (
        "Am 03.03.25 um 10:00 schrieb Tobi:\n> Frage 1?\n\nAntwort 1\n\n> Frage 2?\nAntwort 2\n\nGruß\nLena",
        ["Antwort 1", "Antwort 2\n\nGruß\nLena"],
    ),
    "Evolution": ("Am Mittwoch, dem 12.03.2025 um 10:11 +0100 schrieb Nora:\n> alt\n\nneu", ["neu"]),
    "a short attribution": ("Oben\n\nLena Brandt schrieb:\n> alt\n\nunten", ["Oben", "unten"]),
    "Outlook, German": (
        "Hallo\n\nVon: Lena <l@x>\nGesendet: Montag, 3. März 2025 10:00\nAn: Tobi\nBetreff: AW: X\n\nalt",
        ["Hallo"],
    ),
    "Outlook, English, with bold labels": ("Hi\n\n*From:* L\n*Sent:* Monday\n*To:* T\n*Subject:* X\n\nold", ["Hi"]),
    "Outlook on the web": (
        "Hi\n________________________________\nVon: L\nGesendet: Montag\nAn: T\nBetreff: X\n\nalt",
        ["Hi"],
    ),
    "Outlook, original message": ("Ok\n\n-----Ursprüngliche Nachricht-----\nVon: X\nBetreff: Y\n\nalt", ["Ok"]),
    "Yahoo, original message": ("Hello\n\n----- Original Message -----\nFrom: b\nTo: c\n\nHi", ["Hello"]),
    "Yahoo, old": ("Hi\n\n--- On Wed, 4/4/12, x@example.com <x@example.com> wrote:\n\n\nFrom: x\n\nold", ["Hi"]),
    "Hotmail": ("\nHello\n\n> Subject: Test\n> From: b\n> \n> Hi\n \t\t  \n", ["Hello"]),
    "forwarded by Gmail": ("zur Info\n\n---------- Forwarded message ---------\nVon: X\nDate: Y\n\nalt", ["zur Info"]),
    "forwarded by Apple Mail": ("Ja!\n\nAnfang der weitergeleiteten Nachricht:\n\nVon: x\n", ["Ja!"]),
    "forwarded by Lotus Notes": ("fyi\n--------- Forwarded by A B/NA on 03/13/2001 \n10:00 AM ------\n\nold", ["fyi"]),
    "answered in Lotus Notes": (
        "agreed\n\n\tJeff\n\t03/20/2001 10:00 AM\n\tTo: x\n\tcc: y\n\tSubject: Re: z\n\nold",
        ["agreed"],
    ),
    "answered in Lotus Notes, with a sender": (
        "ok\n\n\nFrom: Susan on 05/20/2001 09:35 PM\nTo: x\ncc: y\n\nSubject: Re: z\n\nold",
        ["ok"],
    ),
    "iPhone": (
        "Ok\n\nVon meinem iPhone gesendet\n\nAm 03.03.2025 um 10:00 schrieb Tobi <t@x>:\n\nalter Text ohne Zeichen",
        ["Ok"],
    ),
    "a signature before the quote": ("Ja.\n-- \nLena\nTel. 1\n\nAm 3.3.2025 um 10:00 schrieb T:\n> alt\n", ["Ja."]),
    "a signature whose space was lost": ("Ja.\n\n--\nLena\nFirma", ["Ja."]),
    "only a quote": ("> alt\n> alt", []),
    "nothing": ("\n\n", []),
    "no quote at all": ("Hallo Lena,\n\nkommst du?\n\nTobi", [ALL]),
    "a ticket is no header of a mail": ("Fahrt:\nVon: Leipzig\nAn: Dresden\nDatum: 3.5.2025\nViel Spaß", [ALL]),
    "a sentence is no attribution": ("Am 3. Mai schrieb er mir:\nIch komme nicht.\nDas war's.", [ALL]),
    "a line of dashes is no signature": ("oben\n--\n" + "Zeile\n" * 20 + "unten", [ALL]),
}


@pytest.mark.parametrize("name", MAILS)
def test_finds_what_the_author_wrote_now(name: str) -> None:
    text, new = MAILS[name]

    assert [text[start:end] for start, end in new_ranges(text)] == [text if part == ALL else part for part in new]


def test_takes_ranges_that_are_known_to_be_quoted() -> None:
    text = "neu\nalt\nalt\nnoch neu"

    assert [text[start:end] for start, end in new_ranges(text, [(4, 12)])] == ["neu", "noch neu"]


def test_a_text_of_very_many_lines_is_new_as_a_whole() -> None:
    text = "x\n" * 200_000

    assert new_ranges(text) == [[0, len(text)]]


def test_too_many_ranges_become_one() -> None:
    text = "> alt\nneu\n" * 1000

    assert new_ranges(text) == [[6, len(text) - 1]]
