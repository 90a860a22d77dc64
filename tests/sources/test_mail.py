from __future__ import annotations

import base64
import io
import time
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from vertraut.ledger import Entry, Person, content_of
from vertraut.sources.contract import Problem, ReadOptions, Source, SourceFile
from vertraut.sources.mail import MESSAGE_LIMIT, EmlSource, MboxSource

HEAD = """\
From: Tobi Hartwig <tobi@example.org>
To: Lena Brandt <lena@example.org>
Subject: Grillen
Date: Tue, 15 Apr 2025 08:03:41 +0200
Message-ID: <m1@example.org>
MIME-Version: 1.0
"""


def a_file(name: str, content: str | bytes) -> SourceFile:
    data = content if isinstance(content, bytes) else content.encode()
    return SourceFile(name, len(data), data[:65536], io.BytesIO(data))


def read(name: str, content: str | bytes, options: ReadOptions | None = None) -> tuple[list[Entry], list[Problem]]:
    source: Source = EmlSource() if name.endswith(".eml") else MboxSource()
    found = list(source.read(a_file(name, content), options or ReadOptions()))
    return [each for each in found if isinstance(each, Entry)], [each for each in found if isinstance(each, Problem)]


def read_one(content: str | bytes, options: ReadOptions | None = None) -> Entry:
    entries, problems = read("brief.eml", content, options)
    assert problems == []
    (entry,) = entries
    return entry


def without(*names: str) -> str:
    return "".join(line for line in HEAD.splitlines(keepends=True) if not line.startswith(names))


def codes(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    assert not any(problem.lost for problem in problems)
    return [(problem.place, problem.code) for problem in problems]


def multipart(kind: str, *parts: str) -> str:
    body = "".join(f"--=_grenze\n{part}\n" for part in parts)
    return f'{HEAD}Content-Type: multipart/{kind}; boundary="=_grenze"\n\nVorspann\n{body}--=_grenze--\nNachspann\n'


def new_text(entry: Entry) -> list[str]:
    return [entry.text[start:end] for start, end in entry.meta["new"]]


def test_reads_who_when_what_and_in_which_thread() -> None:
    entry = read_one(
        HEAD.replace("Grillen", "AW: Re[2]: Grillen")
        + "Cc: Nora <nora@example.org>\nReply-To: wir@example.org\nIn-Reply-To: <m0@example.org>\n"
        "References: <wurzel@example.org> <m0@example.org>\nContent-Type: text/plain; charset=utf-8\n\nJa, um 18 Uhr.\n"
    )

    assert (entry.source, entry.kind, entry.external_id) == ("mail", "mail", "m1@example.org")
    assert (entry.title, entry.thread_title) == ("AW: Re[2]: Grillen", "Grillen")
    assert (entry.thread, entry.meta["in_reply_to"]) == ("wurzel@example.org", "m0@example.org")
    assert (entry.author, entry.text, entry.origin) == ("Tobi Hartwig", "Ja, um 18 Uhr.", "brief.eml")
    assert entry.when.instant == datetime(2025, 4, 15, 6, 3, 41, tzinfo=UTC)
    assert entry.when.zone == "+02:00"
    assert entry.people == (
        Person("from", "Tobi Hartwig", "tobi@example.org"),
        Person("to", "Lena Brandt", "lena@example.org"),
        Person("cc", "Nora", "nora@example.org"),
        Person("reply-to", "", "wir@example.org"),
    )


def test_a_sender_counts_only_where_it_is_somebody_else() -> None:
    same = read_one(f"{HEAD}Sender: tobi@example.org\n\nx")
    other = read_one(f"{HEAD}Sender: liste@example.org\n\nx")

    assert [person.role for person in same.people] == ["from", "to"]
    assert [person.role for person in other.people] == ["from", "sender", "to"]


def test_a_reply_without_references_belongs_to_the_mail_it_answers() -> None:
    assert read_one(f"{HEAD}In-Reply-To: <m0@example.org>\n\nx").thread == "m0@example.org"
    assert read_one(f"{HEAD}In-Reply-To: lena@example.org\n\nx").thread == "m1@example.org"


def test_an_mbox_and_an_eml_of_the_same_mail_are_the_same_entry() -> None:
    mail = f"{without('Message-ID')}\nVon allem etwas.\nFrom heute an anders.\n"
    boxed = "From tobi@example.org Tue Apr 15 06:03:41 2025\n" + mail.replace("\nFrom heute", "\n>From heute") + "\n"

    (alone,), _ = read("brief.eml", mail.replace("\n", "\r\n"))
    (inside,), _ = read("Postfach.mbox", boxed)

    assert alone.external_id.startswith("sha256:")
    assert (inside.external_id, inside.text, inside.when) == (alone.external_id, alone.text, alone.when)
    assert inside.origin == "Postfach.mbox, message 1"


def test_two_mails_without_id_are_told_apart_by_their_attachments() -> None:
    text = without("Message-ID") + "Content-Type: image/png; name=bild.png\n\n"

    assert read_one(f"{text}eins").external_id != read_one(f"{text}zwei").external_id


class TestMbox:
    def test_undoes_the_escapes_of_from_lines(self) -> None:
        box = f"From a@b Mon Mar  3 07:15:00 2025\n{HEAD}\n>From heute\n>>From gestern\n> From zitiert\n\n\n\n"

        ((entry,), _) = read("a.mbox", box)

        assert entry.text == "From heute\n>From gestern\n> From zitiert"

    @pytest.mark.parametrize(
        "separator",
        [
            "From a@b Mon Mar  3 07:15:00 2025",
            "From - Tue Mar 04 10:00:00 2025",
            "From 1234567890@xxx Mon Jan 01 00:00:00 +0000 2024",
            "From MAILER-DAEMON Fri Jul  8 12:08:34 2011",
            "From jemand@example.org",
        ],
    )
    @pytest.mark.parametrize("newline", ["\n", "\r\n"])
    def test_knows_the_separators_of_many_writers(self, separator: str, newline: str) -> None:
        mails = "".join(f"{separator}\n{HEAD.replace('m1', f'm{number}')}\nText {number}\n\n" for number in range(3))
        file = a_file("box", mails.replace("\n", newline))

        entries = list(MboxSource().read(file, ReadOptions()))

        assert MboxSource().recognises(file)
        assert [entry.text for entry in entries if isinstance(entry, Entry)] == ["Text 0", "Text 1", "Text 2"]

    def test_a_sentence_that_starts_with_from_is_no_separator(self) -> None:
        box = f"From a@b Mon Mar  3 07:15:00 2025\n{HEAD}\nHallo\n\nFrom now on: no meat.\n\nFrom Lena\nNote: x\n"

        ((entry,), _) = read("a.mbox", box)

        assert entry.text.endswith("From now on: no meat.\n\nFrom Lena\nNote: x")

    def test_a_separator_without_a_blank_line_before_it_still_separates(self) -> None:
        mails = [f"From - Tue Mar 04 10:00:00 2025\n{HEAD.replace('m1', f'm{n}')}\nText {n}\n" for n in range(2)]

        entries, _ = read("Inbox", "".join(mails))

        assert [entry.text for entry in entries] == ["Text 0", "Text 1"]

    def test_a_file_that_ends_within_a_mail_keeps_what_is_there(self) -> None:
        box = f'From a@b Mon Mar  3 07:15:00 2025\n{HEAD}Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nAnf'

        ((entry,), problems) = read("a.mbox", box)

        assert (entry.text, problems) == ("Anf", [])

    def test_a_mail_that_was_deleted_in_thunderbird_is_not_read(self) -> None:
        box = "".join(
            f"From - Tue Mar 04 10:00:00 2025\nX-Mozilla-Status: {status}\n{HEAD.replace('m1', status)}\nText\n\n"
            for status in ("0001", "0009")
        )

        assert [entry.external_id for entry in read("Inbox", box)[0]] == ["0001@example.org"]

    def test_a_mail_that_is_too_large_is_reported_and_the_next_one_read(self) -> None:
        large = b"From a@b Mon Mar  3 07:15:00 2025\n" + HEAD.encode() + b"\n" + b"x" * (MESSAGE_LIMIT + 1) + b"\n\n"
        box = large + f"From a@b Mon Mar  3 07:15:00 2025\n{HEAD}\nklein\n".encode()

        entries, problems = read("a.mbox", box)

        assert [entry.text for entry in entries] == ["klein"]
        assert [(problem.place, problem.code, problem.lost) for problem in problems] == [("message 1", "too-large", True)]

    def test_problems_name_the_mail_they_are_in(self) -> None:
        box = f"From a@b\n{HEAD}\nx\n\nFrom a@b\n{without('Date')}\ny\n"

        entries, problems = read("a.mbox", box)

        assert len(entries) == 2
        assert codes(problems) == [("message 2, header Date", "missing-or-bad-date")]

    def test_an_empty_mailbox_is_said_to_be_empty(self) -> None:
        assert codes(read("leer.mbox", "")[1]) == [("file", "empty-file")]


class TestRecognition:
    @pytest.mark.parametrize("name", ["All mail Including Spam.mbox", "mbox", "Inbox", "profil/Sent", "2024-March.txt"])
    def test_an_mbox_by_its_first_lines(self, name: str) -> None:
        file = a_file(name, f"From a@b Mon Mar  3 07:15:00 2025\n{HEAD}\nx")

        assert MboxSource().recognises(file)
        assert not EmlSource().recognises(file)

    @pytest.mark.parametrize("name", ["brief.eml", "Brief.EML", "Maildir/cur/17.M1P2.host:2,S", "brief"])
    @pytest.mark.parametrize("before", ["", "\ufeff", "\r\n"])
    def test_a_mail_by_its_header(self, name: str, before: str) -> None:
        file = a_file(name, f"{before}{HEAD}\nx")

        assert EmlSource().recognises(file)
        assert not MboxSource().recognises(file)

    def test_an_eml_with_an_mbox_line_is_one_mail(self) -> None:
        file = a_file("brief.eml", f"From a@b Mon Mar  3 07:15:00 2025\n{without('Date')}\nx")

        assert EmlSource().recognises(file)
        assert not MboxSource().recognises(file)

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("conversations.json", '[{"title": "From a@b"}]'),
            ("lena.ics", "BEGIN:VCALENDAR\nVERSION:2.0\n"),
            ("kontakte.vcf", "BEGIN:VCARD\nVERSION:3.0\n"),
            ("notiz.md", "---\nfrom: x\nto: y\nsubject: z\ndate: 1\n---\n"),
            ("notiz.txt", "From: x\nTo: y\nSubject: z\n\nText"),
            ("notiz", "From: Leipzig\nTo: Dresden\n\nText"),
            ("notiz", "From here to there\nand back\n"),
            ("leer", ""),
            ("kaputt.eml", "nur Text\nohne Kopf\n"),
            ("Inbox.msf", '// <!-- <mdb:mork:z v="1.4"/> -->'),
        ],
    )
    def test_nothing_else(self, name: str, content: str) -> None:
        file = a_file(name, content)

        assert not MboxSource().recognises(file)
        assert not EmlSource().recognises(file)


class TestDates:
    @pytest.mark.parametrize(
        ("written", "instant", "zone"),
        [
            ("Wed, 21 May 2025 04:00:00 -0000", "2025-05-21T04:00:00+00:00", "+00:00"),
            ("21 May 25 04:00 CEST", "2025-05-21T02:00:00+00:00", "+02:00"),
            ("Mi, 21. Mai 2025 04:00:00 +0200 (Sommerzeit)", "2025-05-21T02:00:00+00:00", "+02:00"),
            ("Mo, 3 März 2025 04:00:00 +0100", "2025-03-03T03:00:00+00:00", "+01:00"),
            ("2025-05-21 04:00:00 +0200", "2025-05-21T02:00:00+00:00", "+02:00"),
            ("21.05.2025 4:00", "2025-05-21T02:00:00+00:00", "Europe/Berlin"),
            ("Wed, 21 May 2025 04:00:00", "2025-05-21T02:00:00+00:00", "Europe/Berlin"),
            ("Wed May 21 04:00:60 2025", "2025-05-21T02:00:59+00:00", "Europe/Berlin"),
            ("Thu,\n 13\n  Feb\n 1969\n 23:32\n -0330 (Newfoundland Time)", "1969-02-14T03:02:00+00:00", "-03:30"),
        ],
    )
    def test_are_read_as_people_and_programs_write_them(self, written: str, instant: str, zone: str) -> None:
        entry = read_one(f"{without('Date')}Date: {written}\n\nx", ReadOptions(home_zone="Europe/Berlin"))

        assert (entry.when.instant.isoformat(), entry.when.zone) == (instant, zone)
        assert entry.when.assumed == (zone == "Europe/Berlin")
        assert "date" not in entry.meta

    @pytest.mark.parametrize("written", ["", "Date:\n", "Date: Pn, 29 paX 2007 21:13:00 +0100\n", "Date: 31.02.2025 4:00\n"])
    def test_that_cannot_be_read_come_from_the_newest_received_header(self, written: str) -> None:
        trace = "Received: a by b; quatsch\nReceived: b by c; Mon, 5 Nov 2007 20:17:37 +1100\n"
        (entry,), problems = read(
            "a.eml", f"{trace}Received: c by d; Sun, 4 Nov 2007 1:00 +0000\n{written}{without('Date')}\nx"
        )

        assert codes(problems) == [("header Date", "missing-or-bad-date")]
        assert entry.when.instant == datetime(2007, 11, 5, 9, 17, 37, tzinfo=UTC)
        assert entry.meta["date"] == "from Received header"

    def test_come_from_the_envelope_where_there_is_no_other(self) -> None:
        (entry,), problems = read("a.mbox", f"From a@b Mon Mar  3 07:15:00 2025\n{without('Date')}\nx")

        assert codes(problems) == [("message 1, header Date", "missing-or-bad-date")]
        assert (str(entry.when), entry.meta["date"]) == ("2025-03-03T07:15:00+00:00", "from envelope")

    def test_are_never_invented(self) -> None:
        (entry,), problems = read("a.eml", f"{without('Date')}\nx")

        assert codes(problems) == [("header Date", "missing-or-bad-date")]
        assert (str(entry.when), entry.when.precision, entry.meta["date"]) == ("1970", "year", "unknown")

    def test_of_another_age_are_kept_and_reported(self) -> None:
        (entry,), problems = read("a.eml", HEAD.replace("2025", "3609") + "\nx")

        assert codes(problems) == [("header Date", "implausible-date")]
        assert entry.when.instant.year == 3609


class TestHeaders:
    @pytest.mark.parametrize(
        ("written", "subject"),
        [
            ("=?UTF-8?Q?Umzugswagen_=E2=80=93_139_=E2=82=AC_ok=3F?=", "Umzugswagen – 139 € ok?"),
            ("=?utf-8?q?Kochstra=C3=9Fe_42_=E2=80=93?=\n neuer Termin", "Kochstraße 42 – neuer Termin"),
            ("a =?UTF-8?B?4oI=?=\n =?UTF-8?B?rA==?= b", "a € b"),
            ("=?iso-8859-1*de?q?Gr=FC=DFe?= =?windows-1252?q?_=80?=", "Grüße €"),
            ("=?utf-8?B?R3LDvMOfZQ?=", "Grüße"),
            ("Grüße roh", "Grüße roh"),
            ("=?utf-8?q?halb", "=?utf-8?q?halb"),
            ("mit\n\tFaltung", "mit Faltung"),
        ],
    )
    def test_words_are_decoded(self, written: str, subject: str) -> None:
        assert read_one(f"{without('Subject')}Subject: {written}\n\nx").title == subject

    def test_unknown_charsets_and_raw_latin_are_read_and_reported(self) -> None:
        head = without("Subject", "To").encode()
        (entry,), problems = read("a.eml", head + b"Subject: Gr\xfc\xdfe\nTo: =?x-quatsch?q?J=C3=B6rg?= <j@x.de>\n\nx")

        assert (entry.title, entry.people[1].name) == ("Grüße", "Jörg")
        assert codes(problems) == [("header Subject", "bad-encoding"), ("header To", "unknown-charset")]

    def test_the_body_of_a_broken_header_block_is_not_lost(self) -> None:
        assert read_one(f"{HEAD}Liebe Lena,\nhier fehlt die Leerzeile: ja.\n\nTobi").text == (
            "Liebe Lena,\nhier fehlt die Leerzeile: ja.\n\nTobi"
        )

    def test_a_line_that_is_no_header_is_passed_over_and_reported(self) -> None:
        (entry,), problems = read("a.eml", f"__\n{HEAD.replace('Subject:', 'Subject  :')}\nx")

        assert (entry.title, entry.author) == ("Grillen", "Tobi Hartwig")
        assert codes(problems) == [("line 1", "bad-header-line")]

    def test_a_mail_without_a_sender_is_kept_and_reported(self) -> None:
        (entry,), problems = read("a.eml", f"{without('From')}\nx")

        assert (entry.author, codes(problems)) == ("", [("header From", "missing-or-bad-sender")])

    def test_labels_and_newsletters_are_noted(self) -> None:
        entry = read_one(f"{HEAD}X-Gmail-Labels: Inbox,=?utf-8?q?Gr=C3=BCn?=\nList-Unsubscribe: <https://x.example>\n\nx")

        assert (entry.meta["labels"], entry.meta["bulk"]) == (["Inbox", "Grün"], True)


class TestBody:
    def test_plain_text_wins_over_html_that_says_the_same(self) -> None:
        entry = read_one(
            multipart(
                "alternative", "Content-Type: text/html\n\n<p>Hallo <b>Lena</b></p>", "Content-Type: text/plain\n\nHallo"
            )
        )

        assert (entry.text, entry.meta["body_type"], entry.attachments) == ("Hallo", "text/plain", ())

    def test_html_is_read_where_the_plain_text_is_empty(self) -> None:
        entry = read_one(
            multipart(
                "alternative", "Content-Type: text/plain\n\n \n", "Content-Type: text/html\n\n<p>Hallo <b>Lena</b></p>"
            )
        )

        assert (entry.text, entry.meta["body_type"]) == ("Hallo Lena", "text/html")

    def test_texts_side_by_side_are_all_kept(self) -> None:
        entry = read_one(multipart("mixed", "\nOben", "Content-Type: text/html\n\n<p>Mitte</p>", "\nUnten"))

        assert entry.text == "Oben\n\nMitte\n\nUnten"

    @pytest.mark.parametrize("encoding", ["7bit;", "spam", "", "QUOTED-PRINTABLE ; x", "base64"])
    def test_transfer_encodings_are_tolerated(self, encoding: str) -> None:
        body = base64.encodebytes(b"Hallo Lena").decode() if encoding == "base64" else "Hallo Lena"

        assert read_one(f"{HEAD}Content-Transfer-Encoding: {encoding}\n\n{body}\n").text == "Hallo Lena"

    @pytest.mark.parametrize(
        ("charset", "data", "text"),
        [
            ("", "Grüße".encode(), "Grüße"),
            ("us-ascii", "Grüße".encode(), "Grüße"),
            ("iso-8859-1", b"10 \x80 f\xfcr \x84alles\x93", "10 € für „alles“"),
            ("iso-2022-jp", "すみません。".encode("iso-2022-jp"), "すみません。"),
            ('"EUC-KR"', "우리는".encode("euc-kr"), "우리는"),
        ],
    )
    def test_charsets_are_read_as_mail_programs_read_them(self, charset: str, data: bytes, text: str) -> None:
        kind = f"Content-Type: text/plain{'; charset=' if charset else ''}{charset}\n\n"

        assert read_one((HEAD + kind).encode() + data).text == text

    @pytest.mark.parametrize(
        ("charset", "data", "text", "problem"),
        [
            ("x-unknown", "Grüße".encode(), "Grüße", ("header Content-Type", "unknown-charset")),
            ("unicode_escape", b"\\ud800", "\\ud800", ("header Content-Type", "unknown-charset")),
            ("utf-8", b"Gr\xfc\xdfe", "Grüße", ("body", "bad-encoding")),
            ("utf-8", "Grüße ".encode() + b"\xf0\x9f", "Grüße \ufffd", ("body", "bad-encoding")),
            ("utf-8", b"a\0b", "ab", ("body", "nul-byte")),
        ],
    )
    def test_what_does_not_fit_is_read_as_well_as_possible(
        self, charset: str, data: bytes, text: str, problem: tuple[str, str]
    ) -> None:
        (entry,), problems = read("a.eml", f"{HEAD}Content-Type: text/plain; charset={charset}\n\n".encode() + data)

        assert (entry.text, codes(problems)) == (text, [problem])

    def test_an_attached_mail_is_findable_and_its_attachments_are_listed(self) -> None:
        inner = (
            "Von egal\nFrom: Nora <nora@example.org>\nSubject: =?utf-8?q?Fr=C3=BCher?=\n"
            "Content-Type: multipart/mixed; boundary=innen\n\n--innen\n\nAlter Text\n"
            "--innen\nContent-Type: application/pdf; name=alt.pdf\n\nPDF\n--innen--"
        ).removeprefix("Von egal\n")
        entry = read_one(multipart("mixed", "\nSiehe Anhang", f"Content-Type: message/rfc822; name=mail.eml\n\n{inner}"))

        assert entry.text.startswith("Siehe Anhang\n\n---------- Attached message mail.eml ----------\nFrom: Nora <nora")
        assert entry.text.endswith("Subject: Früher\n\nAlter Text")
        assert new_text(entry) == ["Siehe Anhang"]
        assert [attachment.name for attachment in entry.attachments] == ["alt.pdf"]

    def test_a_delivery_report_is_findable(self) -> None:
        entry = read_one(
            multipart("report", "\nNicht zustellbar", "Content-Type: message/delivery-status\n\nAction: failed\n")
        )

        assert (entry.text, new_text(entry)) == ("Nicht zustellbar\n\nAction: failed", ["Nicht zustellbar"])

    def test_an_invitation_says_what_and_when(self) -> None:
        invitation = (
            "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1@x\n{start}\n"
            "SUMMARY:Ummeldung\nEND:VEVENT\nEND:VCALENDAR"
        )
        starts = {
            "DTSTART:20250506T064000Z": "2025-05-06T06:40:00Z",
            "DTSTART:20250506T084000": "2025-05-06T06:40:00Z",
            "DTSTART;TZID=Europe/Berlin:20250506T084000": "2025-05-06T06:40:00Z",
            "DTSTART;VALUE=DATE:20250506": "2025-05-06",
        }
        for written, start in starts.items():
            mail = multipart("alternative", "\nIhr Termin", invitation.format(start=written))
            entry = read_one(mail, ReadOptions(home_zone="Europe/Berlin"))

            assert entry.meta["events_inside"] == [{"uid": "1@x", "start": start, "summary": "Ummeldung"}]
            assert entry.text == "Ihr Termin"

    def test_an_invitation_that_cannot_be_read_is_reported(self) -> None:
        (entry,), problems = read("a.eml", f"{HEAD}Content-Type: text/calendar; name=a.ics\n\nBEGIN:VEVENT\nquatsch")

        assert [attachment.name for attachment in entry.attachments] == ["a.ics"]
        assert codes(problems) == [("body", "not-icalendar")]

    def test_an_encrypted_mail_says_so(self) -> None:
        mail = multipart("encrypted", "Content-Type: application/pgp-encrypted\n\nVersion: 1", "\nContent-Type: x/y\n\nz")

        assert codes(read("a.eml", mail)[1]) == [("body", "encrypted")]

    def test_html_brings_its_quotes_as_old_text(self) -> None:
        entry = read_one(
            f"{HEAD}Content-Type: text/html\n\n<div>Passt.</div><div class=gmail_quote>Am Montag schrieb Lena:"
            "<blockquote type=cite>Und?</blockquote></div>"
        )

        assert new_text(entry) == ["Passt."]


class TestAttachments:
    @pytest.mark.parametrize(
        ("fields", "name"),
        [
            ("Content-Disposition: attachment; filename*=utf-8''%C3%9Cbergabe%20Stra%C3%9Fe.pdf", "Übergabe Straße.pdf"),
            ("Content-Disposition: attachment; filename*0*=utf-8''%C3%9Cber;\n filename*1=gabe.pdf", "Übergabe.pdf"),
            ('Content-Disposition: attachment; filename="=?utf-8?q?=C3=9Cbergabe=2Epdf?="', "Übergabe.pdf"),
            ("Content-Disposition: attachment; filename*=''%DCber.pdf", "Über.pdf"),
            ("Content-Disposition: attachment; filename=ganz ohne Zeichen.pdf", "ganz ohne Zeichen.pdf"),
            ("Content-Type: image/png; name=roh-ü.png\nContent-Disposition: inline", "roh-ü.png"),
            ('Content-Disposition: attachment; filename="../../etc/passwd"', "passwd"),
            (r'Content-Disposition: attachment; filename="C:\\\\Windows\\\\x.bat"', "x.bat"),
            ('Content-Disposition: attachment; filename=".."', ""),
        ],
    )
    def test_names_are_decoded_and_harmless(self, fields: str, name: str) -> None:
        (attachment,) = read_one(multipart("mixed", f"{fields}\n\nInhalt")).attachments

        assert (attachment.name, attachment.size, attachment.payload) == (name, 6, b"Inhalt")

    def test_what_is_too_large_to_keep_is_noted(self) -> None:
        mail = multipart("mixed", "Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\nQUJDRA==")
        (attachment,) = read_one(mail, ReadOptions(attachment_limit=3)).attachments

        assert (attachment.size, attachment.payload) == (4, None)
        assert attachment.sha256 == "e12e115acf4552b2568b55e93cbd39394c4ef81c82447fafc997882a02d23677"

    def test_a_part_without_a_name_is_kept_without_one(self) -> None:
        (attachment,) = read_one(multipart("mixed", "Content-Type: image/jpeg\n\nJPEG")).attachments

        assert (attachment.name, attachment.media_type) == ("", "image/jpeg")

    def test_an_attached_text_is_no_part_of_the_mails_text(self) -> None:
        entry = read_one(multipart("mixed", "\nHallo", "Content-Disposition: attachment; filename=a.txt\n\nAnhang"))

        assert (entry.text, [attachment.name for attachment in entry.attachments]) == ("Hallo", ["a.txt"])


class TestHostile:
    @pytest.mark.parametrize(
        ("mail", "problem"),
        [
            pytest.param(
                HEAD
                + "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(5000))
                + "\nGanz unten.",
                ("file", "nested-too-deep"),
                id="5,000 multiparts deep",
            ),
            pytest.param(
                f"{HEAD}Content-Type: message/rfc822\n\n" * 5000, ("file", "nested-too-deep"), id="5,000 mails deep"
            ),
            pytest.param(multipart("mixed", *(["\nTeil"] * 100_000)), ("file", "too-large"), id="100,000 parts"),
            pytest.param(f"{HEAD}\n" + "a" * 30_000_000, ("body", "too-large"), id="one line of 30 MB"),
            pytest.param(f"{HEAD}X: {'a' * 2_000_000}\n\nx", ("header", "too-large"), id="a header of 2 MB"),
            pytest.param(
                f"{HEAD}Content-Type: text/html\n\n<p>" + "a" * 3_000_000, ("body", "too-large"), id="3 MB of HTML"
            ),
        ],
    )
    def test_is_bounded_in_time_and_reported(self, mail: str, problem: tuple[str, str]) -> None:
        started = time.monotonic()
        (entry,), problems = read("a.eml", mail)

        assert time.monotonic() - started < 5
        assert entry.external_id == "m1@example.org"
        assert codes(problems) == [problem]

    @pytest.mark.parametrize(
        "mail",
        [
            f"{HEAD}Content-Type: multipart/mixed; boundary=b\n\n" + "--bx " * 1_000_000,
            f"{HEAD}\n" + "> x\nneu\n" * 100_000,
            HEAD + "Cc: " + "(" * 90_000 + "\n\nx",
            HEAD + "Cc: " + '"' * 90_001 + "\n\nx",
            HEAD + "Cc: " + "=?a?q?" * 15_000 + "\n\nx",
            f"{HEAD}Content-Type: text/plain; name*{'9' * 5000}=a; name*=b; name*0=c\n\nx",
            f"{HEAD}Content-Type: text/plain; charset=punycode\n\nabc-{'a' * 500_000}",
        ],
    )
    def test_costs_little_time(self, mail: str) -> None:
        started = time.monotonic()
        (entry,), _ = read("a.eml", mail)

        assert time.monotonic() - started < 5
        assert len(content_of(entry)) < 2 * len(mail) + 20_000

    def test_a_file_that_is_too_large_is_reported(self) -> None:
        entries, problems = read("a.eml", HEAD.encode() + b"\n" + b"x" * MESSAGE_LIMIT)

        assert entries == []
        assert [(problem.place, problem.code) for problem in problems] == [("file", "too-large")]
