"""Looks for what must be gone, by its own means: nothing here is shared with the product's own proof of forgetting.

    python -m tests.stories.children.traces FOLDER

reads ``needles.json`` in the folder and looks for each needle in the raw files of ``home`` and ``temporary``, in the
decrypted pages of the vault (its WAL included), and in what SQLite itself gives out as the image of the database.
"""

from __future__ import annotations

import base64
import json
import quopri
import sys
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import ahocorasick_rs
import apsw
import Stemmer

from vertraut.application import Space
from vertraut.ledger import Entry, content_of
from vertraut.ledger.keys import KeyStore
from vertraut.ledger.vault import open_vault, plain_pages

SHORTEST = 6
"""Letters below which a stem may be part of anything."""
STEMMERS = [Stemmer.Stemmer(language) for language in ("german", "english", "french", "spanish", "dutch", "italian")]


def needles_of(space: Space, numbers: set[int]) -> dict[str, bytes]:
    """Return everything by which these entries could be known, except for what others say as well."""
    entries = dict(space.entries())
    kept = [entry for number, entry in entries.items() if number not in numbers]
    words = set[str]().union(*(stems(text) for entry in kept for text in said_by(entry)))
    kept_files = {blob for number in entries.keys() - numbers for blob in space._index.blobs_of(number).values()}
    records = {row[0]: row for row in rows(space, "SELECT seq, kind, salt, content FROM records WHERE content IS NOT NULL")}
    contents = [*map(content_of, kept), *(records[blob][3] for blob in kept_files)]
    said = b"\n".join(contents).decode("utf-8", "replace").casefold()
    kept_lying = b"\n".join(row[3] for seq, row in records.items() if row[1] != "blob" and seq not in numbers)
    found: dict[str, bytes] = {}
    for number in numbers:
        for text in said_by(entries[number]):
            found |= {f"{number} {name}": needle for name, needle in text_needles(text, said)}
            found |= {f"{number} stem {end}": end.encode() for end in stem_ends(stems(text) - words, words, said)}
    for seq, kind, salt, content in records.values():
        if seq in numbers or (kind == "blob" and seq not in kept_files):
            found[f"{seq} salt"] = salt
            if kind != "blob":
                found |= {f"{seq} lying at {at}": piece for at, piece in lying(content) if piece not in kept_lying}
            if kind == "blob":
                found |= {f"{seq} file at {at}": content[at : at + 48] for at in range(0, len(content) - 48, 48)}
    return found | dict(vectors_of(space, numbers))


def lying(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield pieces of a content as it lies in the vault."""
    return ((at, content[at : at + 24]) for at in range(0, len(content) - 24, 24))


def text_needles(text: str, said: str) -> Iterator[tuple[str, bytes]]:
    for piece in pieces(text):
        if piece.casefold() not in said and json.dumps(piece)[1:-1].casefold() not in said:
            yield from ((f"{form} {piece}", needle) for form, needle in forms(piece).items())


def stem_ends(found: Collection[str], others: Collection[str], said: str) -> Iterator[str]:
    """Yield stems and what is left of them behind a shared beginning: the word index stores no more than that."""
    for stem in found:
        for cut in range(max(1, len(stem) - SHORTEST + 1)):
            end = stem[cut:]
            if len(end) >= SHORTEST and end not in said and not any(end in other for other in others):
                yield end


def vectors_of(space: Space, numbers: set[int]) -> Iterator[tuple[str, bytes]]:
    codes: dict[int, bytes] = {}
    for ids, block in rows(space, "SELECT ids, codes FROM passage_codes"):
        size = len(block) * 8 // len(ids) if ids else 0
        for n in range(len(ids) // 8):
            codes[int.from_bytes(ids[n * 8 : n * 8 + 8], "little")] = block[n * size : (n + 1) * size]
    for number, seq, vector in rows(space, "SELECT id, seq, vector FROM passages"):
        if seq in numbers:
            yield f"{seq} vector", vector
            yield f"{seq} code", codes[number]


def rows(space: Space, query: str) -> list[Any]:
    return space._db.execute(query).fetchall()


def said_by(entry: Entry) -> Iterator[str]:
    yield from (entry.text, entry.author, entry.title, entry.thread, entry.thread_title, entry.external_id, entry.place)
    for person in entry.people:
        yield from (person.name, person.address)
    yield from (attachment.name for attachment in entry.attachments)
    yield from (value for value in entry.meta.values() if isinstance(value, str))


def pieces(text: str) -> Iterator[str]:
    """Yield a text's longer words, and three words in a row, from every second word on."""
    words = text.split()
    yield from (word for word in words if len(word) >= 8)
    yield from (" ".join(words[n : n + 3]) for n in range(0, len(words) - 2, 2) if len(" ".join(words[n : n + 3])) >= 12)
    if len(text) >= 8:
        yield text[:64]


def forms(text: str) -> dict[str, bytes]:
    plain = text.encode()
    made = {
        "plain": plain,
        "lower": text.lower().encode(),
        "upper": text.upper().encode(),
        "json": json.dumps(text)[1:-1].encode(),
        "utf-16-le": text.encode("utf-16-le"),
        "utf-16-be": text.encode("utf-16-be"),
        "quoted-printable": quopri.encodestring(plain).strip().split(b"=\n")[0],
        "url": quote(text).encode(),
        "hex": plain.hex().encode(),
        "reversed": plain[::-1],
    }
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + plain + b"\0" * 2)
        made[f"base64 at {shift}"] = encoded[4 if shift else 0 : (len(plain) + shift) // 3 * 4]
    return {name: needle for name, needle in made.items() if len(needle) >= SHORTEST}


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    words = {"".join(filter(str.isalpha, word)) for word in text.casefold().replace("-", " ").replace(".", " ").split()}
    return frozenset(words.union(*(stemmer.stemWords(sorted(words)) for stemmer in STEMMERS)) - {""})


def write_needles(folder: Path, needles: Mapping[str, bytes]) -> None:
    (folder / "needles.json").write_text(json.dumps({name: needle.hex() for name, needle in needles.items()}))


def main() -> None:
    folder = Path(sys.argv[1])
    needles = {name: bytes.fromhex(needle) for name, needle in json.loads((folder / "needles.json").read_text()).items()}
    names = list(needles)
    search = ahocorasick_rs.BytesAhoCorasick(list(needles.values()))
    found: dict[str, set[str]] = {}

    def look(place: str, content: bytes) -> None:
        for number, _, _ in search.find_matches_as_indexes(content, overlapping=True):
            found.setdefault(names[number], set()).add(place)

    files = [path for name in ("home", "temporary") for path in (folder / name).rglob("*") if path.is_file()]
    for path in files:
        look(str(path.relative_to(folder)), path.read_bytes())
    vault = folder / "home" / "spaces" / "me" / "vault.db"
    key = KeyStore(folder / "home").space_key("me")
    connection = open_vault(vault, key, busy_seconds=20)
    pages = b"".join(plain_pages(connection))
    look("pages", pages)
    connection.close()
    other = apsw.Connection(str(vault))
    other.pragma("cipher", "chacha20")
    other.pragma("key", f"raw:{key.hex()}")
    image = other.serialize("main")
    look("image", image)
    words = other.execute("SELECT term FROM word_frequencies").fetchall()
    look("words", "\n".join(str(row[0]) for row in words).encode())
    assert other.execute("SELECT 1 FROM records").fetchone()
    sys.stdout.write(json.dumps({
        "found": {name: sorted(places) for name, places in found.items()}, "files": len(files), "pages": len(pages),
        "image": len(image),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
