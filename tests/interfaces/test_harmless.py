"""What others wrote does nothing to a terminal or a folder."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vertraut.errors import StorageFailed
from vertraut.interfaces.cli.attachments import LONGEST_NAME, safe_name, write_new
from vertraut.interfaces.harmless import harmless, one_line

BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def test_escape_sequences_and_overrides_lose_their_power() -> None:
    assert harmless("\x1b[31mred\x1b[0m \x9b2J \u202eevil\u202c \a") == "[31mred[0m 2J evil "
    assert harmless("a\r\nb\rc\u2028d\te") == "a\nb\nc\nd    e"
    assert one_line(" a\r\n\n b\t") == " a b "
    assert harmless("half \ud83d pair") == "half \ufffd pair"
    assert harmless("Grüße 👩‍👩‍👧 שלום") == "Grüße 👩‍👩‍👧 שלום"


def test_no_sign_grows_without_end() -> None:
    assert harmless("Z" + "\u0301" * 500 + "a") == "Z" + "\u0301" * 12 + "a"
    assert max(map(len, harmless("👨\u200d" * 100).split("\u200b"))) == 24
    assert harmless("🧑🏽\u200d❤️\u200d💋\u200d🧑🏾") == "🧑🏽\u200d❤️\u200d💋\u200d🧑🏾"
    assert harmless("Việt Nam שָׁלוֹם ไม่ได้") == "Việt Nam שָׁלוֹם ไม่ได้"


@given(st.text(st.characters(codec=None)))
def test_nothing_that_acts_is_left_of_any_text(text: str) -> None:
    left = harmless(text)
    assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in left if letter != "\n")
    assert not any(unicodedata.bidirectional(letter) in BIDI for letter in left)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Users\\x.txt", "C__Users_x.txt"),
        (".hidden", "hidden"),
        ("", "attachment"),
        ("...", "attachment"),
        ("con.txt", "_con.txt"),
        ("ev\u202egpj.exe\x00", "evgpj.exe"),
        ("Rechnung März?.pdf", "Rechnung März_.pdf"),
    ],
)
def test_attachments_get_safe_names(name: str, expected: str) -> None:
    assert safe_name(name) == expected


@given(st.text(st.characters(codec=None)))
def test_any_name_becomes_one_that_stays_in_its_folder(name: str) -> None:
    safe = safe_name(name)
    assert safe not in {"", ".", ".."}
    assert Path("folder", safe).parent == Path("folder")
    assert len(safe.encode()) <= LONGEST_NAME
    assert not safe.startswith(".")


def test_a_long_name_keeps_its_suffix() -> None:
    name = safe_name("ä" * 200 + ".pdf")
    assert name.endswith("ä.pdf")
    assert len(name.encode()) <= LONGEST_NAME


def test_no_file_is_overwritten_and_no_link_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.txt").write_text("mine")
    (folder / "a (2).txt").symlink_to(outside)
    written = write_new(folder, "a.txt", b"new")
    assert written.name == "a (3).txt"
    assert written.read_bytes() == b"new"
    assert (folder / "a.txt").read_text() == "mine"
    assert not outside.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="rights are the user's own there")
def test_a_folder_that_is_a_file_is_an_error_with_a_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed):
        write_new(tmp_path / "file", "a.txt", b"")
