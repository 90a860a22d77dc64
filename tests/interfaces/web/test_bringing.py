"""The page of Bring in, in a browser: files dropped and chosen, interrupted and gone on with, reports, the first steps."""

from __future__ import annotations

import json
import re
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from vertraut.application import Space
from vertraut.application.deliveries import Piece, Whereabouts
from vertraut.application.importing import ImportProgress
from vertraut.governance import OWNER, Actor
from vertraut.interfaces.web.uploads import LARGEST_BODY
from vertraut.models import ModelCard

HOUSEHOLD = Path(__file__).resolve().parents[3] / "src/vertraut/household"
LINE = '{{"text": "Zeile {} über den Garten", "at": "2025-03-08"}}\n'
HOSTILE = "<img src=x onerror=alert(1)>\u202e.jsonl"


def overflows(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def drop(page: Page, name: str, content: str) -> None:
    page.evaluate(
        """([name, content]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([content], name, {lastModified: 1}));
          document.getElementById('drop').dispatchEvent(new DragEvent('drop', {bubbles: true, dataTransfer: transfer}));
        }""",
        [name, content],
    )


def token(client: httpx.Client) -> str:
    found = re.search(r'data-token="(\w+)"', client.get("/bring").text)
    assert found
    return found[1]


def test_what_is_chosen_becomes_memory(app: Any) -> None:
    page = app.open("/bring")
    expect(page.get_by_role("heading", name="Three steps to your first answer")).to_be_visible()
    page.locator("#files").set_input_files([HOUSEHOLD / "mail/postfach.mbox", HOUSEHOLD / "calendar/familie.ics"])
    report = page.get_by_role("article", name="postfach.mbox, familie.ics")
    expect(report.get_by_text("Remembered: 176 entries")).to_be_visible()
    expect(report.get_by_role("listitem").filter(has_text="familie.ics Calendar 91 read · 91 new")).to_be_visible()
    expect(page.get_by_text("Step 1, done")).to_be_attached()
    expect(page.get_by_text("Findable by meaning: 0 of 176 entries")).to_be_visible()
    app.service.embed_in_background()
    expect(page.get_by_text("176 entries in memory, findable by words and by meaning.")).to_be_visible()
    question = page.get_by_role("listitem", name="Step 3").or_(page.locator(".questions a")).first
    expect(question).to_have_attribute("href", re.compile(r"^/\?question="))
    report.get_by_role("button", name="Put the report away").click()
    expect(page.get_by_role("article")).to_have_count(0)


def test_a_folder_keeps_its_structure_and_problems_are_told(app: Any, tmp_path: Path, space: Space) -> None:
    vault = tmp_path / "Vault"
    (vault / "Haus").mkdir(parents=True)
    (vault / ".obsidian").mkdir()
    (vault / ".obsidian/app.json").write_text("{}")
    (vault / "Haus/Keller.md").write_text("# Keller\n\nDas Licht ist kaputt.\n")
    (vault / "zeilen.jsonl").write_text('{"text": "ohne Zeit"}\n')
    (vault / "etwas.xyz").write_bytes(bytes(300))
    page = app.open("/bring", language="de")
    page.locator("#folder").set_input_files(vault)
    report = page.get_by_role("article", name="Vault")
    report.get_by_text("Nicht so übernommen, wie es dasteht: 2 Dateien").click()
    expect(report.get_by_text("unbekanntes Format")).to_be_visible()
    expect(report.get_by_text("kein brauchbares Datum")).to_be_visible()
    expect(page.get_by_text("Nach Bedeutung auffindbar")).to_be_visible()
    with page.expect_response("**/bring/state"):  # what was opened stays open
        pass
    expect(report.get_by_text("unbekanntes Format")).to_be_visible()
    (entry,) = [entry for _, entry in space.entries()]
    assert (entry.title, entry.thread, entry.meta["path"]) == ("Keller", "Haus", "Haus/Keller.md")


def drop_from_the_system(page: Page, *paths: Path) -> None:
    """Drop files and folders as a file manager does."""
    page.locator("#drop").scroll_into_view_if_needed()
    box = page.locator("#drop").bounding_box()
    assert box
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    devtools = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})


def test_a_whole_folder_is_dropped(app: Any, tmp_path: Path, space: Space) -> None:
    papers, empty = tmp_path / "Papiere", tmp_path / "Leer"
    for folder in (papers / "viele", papers / "Haus/Keller/Regal", papers / ".git", papers / "leer", empty / "ganz leer"):
        folder.mkdir(parents=True)
    for number in range(230):  # a browser hands out a hundred names at a time
        (papers / f"viele/{number:03}.jsonl").write_text(LINE.format(number))
    (papers / "Haus/Keller/Regal/ganz unten.jsonl").write_text(LINE.format("ganz unten"))
    (papers / "Haus/.versteckt.jsonl").write_text(LINE.format("versteckt"))
    (papers / ".git/config.jsonl").write_text(LINE.format("versteckt"))
    (papers / "Größe ü%20#?.jsonl").write_text(LINE.format("mit Zeichen"))
    (tmp_path / "einzeln.jsonl").write_text(LINE.format("einzeln"))
    page = app.open("/bring")
    drop_from_the_system(page, empty)
    expect(page.get_by_role("alert")).to_have_text(re.compile("There is no file in it"))
    drop_from_the_system(page, papers, tmp_path / "einzeln.jsonl")
    expect(page.get_by_text("Remembered: 233 entries")).to_be_visible()
    texts = {entry.text for _, entry in space.entries()}
    named = ("ganz unten", "mit Zeichen", "einzeln")
    assert texts == {f"Zeile {each} über den Garten" for each in (*range(230), *named)}
    expect(page.locator("#drop.over")).to_have_count(0)


def test_a_vault_of_notes_is_known_when_it_is_dropped(app: Any, tmp_path: Path, space: Space) -> None:
    vault = tmp_path / "Vault"
    for folder in (vault / "Haus/.trash", vault / ".obsidian/plugins"):
        folder.mkdir(parents=True)
    (vault / ".obsidian/plugins/data.md").write_text("# Nicht")
    (vault / "Haus/.trash/alt.md").write_text("# Nicht")
    (vault / "Haus/Keller.md").write_text("# Keller\n\nDas Licht ist kaputt.\n")
    page = app.open("/bring", language="de")
    drop_from_the_system(page, vault)
    expect(page.get_by_text("Gemerkt: 1 Eintrag")).to_be_visible()
    (entry,) = [entry for _, entry in space.entries()]
    assert (entry.title, entry.thread, entry.meta["path"]) == ("Keller", "Haus", "Haus/Keller.md")


def test_it_goes_on_where_it_stopped_after_a_reload(app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app.expected += ["ERR_FAILED", "Failed to fetch"]
    large = tmp_path / "large.jsonl"
    large.write_text("".join(LINE.format(str(n) + "x" * 900) for n in range(5000)))
    page = app.open("/bring")
    page.on("dialog", lambda dialog: dialog.accept())
    requests = iter([True, True])
    page.route("**/bring/pieces", lambda route: route.continue_() if next(requests, False) else route.abort())
    page.locator("#files").set_input_files(large)
    expect(page.get_by_text("The connection is gone.").first).to_be_attached()
    page.reload()
    unfinished = page.get_by_role("article", name="large.jsonl")
    expect(unfinished.get_by_text("4.1 MB of 4.8 MB are here.")).to_be_visible()
    page.unroute("**/bring/pieces")
    sent: list[int] = []
    receive = app.service.bringing.receive

    def counted(actor: Actor, pieces: Sequence[Piece]) -> list[Whereabouts]:
        sent.extend(len(piece.data) for piece in pieces)
        kept: list[Whereabouts] = receive(actor, pieces)
        return kept

    monkeypatch.setattr(app.service.bringing, "receive", counted)
    page.locator("#files").set_input_files(large)
    expect(page.get_by_text("Remembered: 5,000 entries")).to_be_visible()
    assert sum(sent) == large.stat().st_size - 65_536 - 4_000_000


def test_a_lost_connection_comes_back_by_itself(app: Any) -> None:
    app.expected += ["ERR_FAILED", "Failed to fetch"]
    page = app.open("/bring")
    failures = iter([True, True])
    page.route("**/bring/pieces", lambda route: route.abort() if next(failures, False) else route.continue_())
    drop(page, "garten.jsonl", LINE.format(1))
    expect(page.get_by_text("Remembered: 1 entry")).to_be_visible()
    page.route("**/bring/state", lambda route: route.abort())
    expect(page.get_by_role("alert")).to_contain_text("Vertraut cannot be reached")
    page.unroute("**/bring/state")
    expect(page.get_by_role("alert")).to_be_empty()


def test_pausing_and_giving_up(app: Any) -> None:
    app.expected += ["ERR_FAILED"]
    page = app.open("/bring")
    page.route("**/bring/pieces", lambda route: route.abort())
    drop(page, "garten.jsonl", LINE.format(1))
    page.get_by_role("button", name="Pause").click()
    waiting = page.get_by_role("article", name="garten.jsonl")
    expect(waiting.get_by_text("0 B of 57 B are here.")).to_be_visible()
    waiting.get_by_role("button", name="Give up").click()
    expect(waiting).to_have_count(0)
    drop(page, "", "")
    expect(page.get_by_role("alert")).to_have_text(re.compile("There is no file in it"))


def test_a_pause_at_the_very_beginning_leaves_what_can_be_gone_on_with(app: Any) -> None:
    page = app.open("/bring")
    page.route("**/bring/announce", lambda route: (page.get_by_role("button", name="Pause").click(), route.continue_()))
    drop(page, "garten.jsonl", LINE.format(1))
    expect(page.get_by_role("article", name="garten.jsonl").get_by_text("0 B of 57 B are here.")).to_be_visible()
    expect(page.locator("#sent-said")).to_be_empty()


def test_an_import_that_ends_between_two_looks_is_a_step_done(app: Any) -> None:
    def when_all_is_done(route: Any) -> None:
        while [each.state.standing for each in app.service.bringing.deliveries(OWNER)] != ["done"]:
            time.sleep(0.02)
        route.continue_()

    page = app.open("/bring")
    page.route("**/bring/state", when_all_is_done)
    drop(page, "garten.jsonl", LINE.format(1))
    expect(page.get_by_text("Remembered: 1 entry")).to_be_visible()
    expect(page.get_by_text("Step 1, done")).to_be_attached()


def test_an_import_is_stopped_and_gone_on_with(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    original = Space.import_received

    def slow(self: Space, paths: Sequence[Path], *, progress: Callable[[ImportProgress], None]) -> Any:
        def update(now: ImportProgress) -> None:
            app.service.bringing._underway = app.service.bringing._underway.__class__(name, now, 12.0)
            go.wait(20)
            progress(now)

        (name,) = (each.id for each in app.service.bringing.deliveries(OWNER))
        return original(self, paths, progress=update)

    monkeypatch.setattr(Space, "import_received", slow)
    page = app.open("/bring", language="de")
    drop(page, "garten.jsonl", LINE.format(1))
    card = page.get_by_role("article", name="garten.jsonl")
    expect(card.get_by_text("1 Eintrag gelesen, davon 1 neu")).to_be_visible()
    card.get_by_role("button", name="Stoppen").click()
    expect(card.get_by_text("Wird gestoppt …")).to_be_visible()
    go.set()
    expect(card.get_by_text("Gestoppt. 1 Eintrag")).to_be_visible()
    card.get_by_role("button", name="Weitermachen").click()
    expect(card.get_by_text("Nichts Neues: Alles hier ist schon bekannt.")).to_be_visible()


def test_the_sample_household_on_a_phone_in_german(app: Any, space: Space) -> None:
    page = app.open("/bring", language="de", width=320, scheme="dark")
    assert not overflows(page)
    page.get_by_role("button", name="Beispielhaushalt übernehmen").click()
    expect(page.get_by_role("article", name="Der Beispielhaushalt").get_by_text("Gemerkt: 708 Einträge")).to_be_visible()
    assert not overflows(page)
    space.embed()
    page.get_by_role("button", name="Beispielhaushalt vergessen …").click()
    expect(page.get_by_text("708 Einträge des Beispielhaushalts gehen für immer.")).to_be_focused()
    page.get_by_role("button", name="Vergessen", exact=True).click()
    expect(page.get_by_role("button", name="Beispielhaushalt übernehmen")).to_be_visible()
    assert list(space.entries()) == []


STAYS = """async each => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  return each === document.activeElement; }"""  # also once what was swapped in has settled


def test_the_first_steps_by_keyboard_alone(app: Any) -> None:
    card = ModelCard("local", "gguf", "/models/small.gguf")
    page = app.open("/bring")
    page.on("filechooser", lambda _: None)  # so that the browser hands choosers over long before the first one opens
    keys = page.keyboard

    def reach(name: str, role: Any = "button") -> None:
        target = page.get_by_role(role, name=name, exact=True)
        for _ in range(60):
            keys.press("Tab")
            if target.evaluate(STAYS):
                return
        raise AssertionError(name)

    reach("Quotes are fine")
    keys.press("Enter")
    expect(page.get_by_text("Answers are quotes from your memory.")).to_be_visible()
    reach("Choose files")
    with page.expect_file_chooser() as chooser:
        keys.press("Enter")
    chooser.value.set_files(HOUSEHOLD / "calendar/familie.ics")
    expect(page.get_by_text("Remembered: 91 entries")).to_be_visible()
    reach("What should be remembered?", "textbox")
    keys.type("The spare key is with Frau Mertl.")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_role("link", name="See the entry")).to_be_visible()
    expect(page.get_by_role("textbox")).to_be_focused()
    expect(page.get_by_role("textbox")).to_have_value("")
    reach("Leave these steps")
    keys.press("Enter")
    expect(page.get_by_role("button", name="Show the first steps")).to_be_visible()
    app.service.models = SimpleNamespace(cards=(card, ModelCard("far", "anthropic", "claude")))
    page.get_by_role("button", name="Show the first steps").click()
    expect(page.get_by_role("listitem").filter(has_text="local on this machine").first).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="far outside").first).to_be_visible()


@pytest.mark.parametrize("width", [320, 1440])
def test_hostile_names_and_content_are_only_text(app: Any, width: int) -> None:
    page = app.open("/bring", width=width)
    page.on("dialog", lambda _: app.complaints.append("a script ran"))
    drop(page, HOSTILE, LINE.format("<script>alert(1)</script>") + '{"text": "x", "at": "<b>' + "w" * 2000 + '"}\n')
    report = page.get_by_role("article")
    report.get_by_text("Not taken in as it stands: 1 file").click()
    expect(report.get_by_role("heading", level=3)).to_have_text("<img src=x onerror=alert(1)>.jsonl")
    expect(report.locator("img, b, script")).to_have_count(0)
    assert not overflows(page)


def test_too_much_is_told_in_words(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    app.expected += ["422"]
    usage = SimpleNamespace(free=200_000_000)
    page = app.open("/bring", language="de")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    drop(page, "garten.jsonl", LINE.format(1))
    expect(page.get_by_role("alert")).to_contain_text("Der Platz reicht nicht")


def test_nothing_is_changed_without_the_token(app: Any) -> None:
    note = {"name": "a.md", "size": 3, "modified": 0, "mark": "x"}
    client = app.client()
    for address in ("announce", "pieces", "write", "household", "household/forget", "steps/leave", f"{'0' * 16}/take"):
        assert client.post(f"/bring/{address}", json=[note]).status_code == 403
        assert client.get(f"/bring/{address}").status_code in {200, 405}
    assert app.service.bringing.deliveries(OWNER) == []


def test_bodies_that_make_no_sense_are_refused(app: Any) -> None:
    client = app.client()
    headers = {"X-Page-Token": token(client)}

    def pieces(content: bytes) -> int:
        return int(client.post("/bring/pieces", content=content, headers=headers).status_code)

    note = {"name": "../../a.jsonl", "size": 3, "modified": 0, "mark": "x"}
    (place,) = client.post("/bring/announce", json=[note], headers=headers).json()
    assert place["wanted"] == 3
    heading = [place["delivery"], 0, 0, 3]
    assert pieces(json.dumps([heading]).encode() + b"\nabcd") == 422
    assert pieces(b"no json\nabc") == 422
    assert pieces(b"") == 422
    assert pieces(b"[]\n" + bytes(LARGEST_BODY)) == 413
    assert pieces(json.dumps([["../..", 0, 0, 3]]).encode() + b"\nabc") == 422
    assert pieces(json.dumps([["0" * 16, 0, 0, 3]]).encode() + b"\nabc") == 422
    assert pieces(json.dumps([[place["delivery"], 7, 0, 3]]).encode() + b"\nabc") == 422
    assert pieces(json.dumps([heading]).encode() + b"\nabc") == 200
    wrong: Any
    for wrong in ([{**note, "size": -1}], [{**note, "name": "n" * 10_001}], {}, [{}]):
        assert client.post("/bring/announce", json=wrong, headers=headers).status_code == 422
    assert client.post("/bring/..%2F..%2Fhome/remove", headers=headers).status_code in {404, 422}


def test_the_page_says_what_to_do_when_nothing_is_there(app: Any) -> None:
    client = app.client()
    text = client.get("/bring", headers={"Accept-Language": "de"}).text
    for part in ("Dateien oder Ordner hier ablegen", "Datenkontrollen", "takeout.google.com", "vertraut model add ollama"):
        assert part in text


def test_nothing_is_called_kept_of_a_file_of_which_nothing_was(app: Any, tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.ics", tmp_path / "gut.ics"
    bad.write_text("BEGIN:VCALENDAR\nfoo\n")
    event = "BEGIN:VEVENT\nUID:1\nDTSTART:20260301T100000Z\nSUMMARY:Zahnarzt\nEND:VEVENT\n"
    good.write_text(f"BEGIN:VCALENDAR\nfoo\n{event}END:VCALENDAR\n")
    page = app.open("/bring", language="de")
    page.locator("#files").set_input_files([bad, good])
    problems = page.locator(".problems")
    problems.locator("summary").click()
    lists = problems.locator("ul")
    expect(lists).to_have_count(2)
    expect(lists.filter(has_text="trotzdem behalten")).to_have_count(1)
    expect(problems.locator("h4", has_text="bad.ics").locator("+ ul")).not_to_contain_text("trotzdem behalten")
