"""Who is at the browser: links, cookies, tokens, origins and names, attacked by programs and by pages of other servers.

Known limit: browsers share the cookies of a host among its ports, so another server of this machine is sent the cookie when
its pages are visited. Pages cannot use that; a program of the same person can read what the browser keeps anyway.
"""

from __future__ import annotations

import io
import logging
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import anyio
import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.conftest import NOW

from vertraut.application import Space
from vertraut.application.service import Service
from vertraut.governance import Devices, Tokens
from vertraut.governance.devices import DEVICE_LIFE
from vertraut.governance.digests import digest_of
from vertraut.interfaces.server import create_app
from vertraut.interfaces.server.logs import LOGGER, WithoutContent
from vertraut.interfaces.web import create_web
from vertraut.interfaces.web.sessions import CARRIED_BY_NONE, is_open

SAFE = {"GET", "HEAD"}
KEY = "The spare key hangs behind the fuse box."


def token_of(client: httpx.Client) -> str:
    """Return what the pages of a signed-in client carry."""
    (found,) = re.findall(r'data-token="(\w+)"', client.get("/bring").text)
    return str(found)


def cookie_of(client: httpx.Client) -> str:
    (cookie,) = client.cookies.jar
    return f"{cookie.name}={cookie.value}"


def stranger(app: Any, **headers: str) -> httpx.Response:
    return httpx.get(f"{app.url}/bring", headers=headers, trust_env=False)


def routes(app: Any) -> Iterator[tuple[str, str]]:
    """Yield method and address of everything that the pages' application answers."""

    def below(routes: list[Any]) -> Iterator[Any]:
        for route in routes:
            if hasattr(route, "effective_candidates"):
                yield from below(route.effective_candidates())
            else:
                yield route

    inside: Any = create_web(app.service, app.devices)
    for route in below(inside._app.routes):
        for method in route.methods:
            yield method, re.sub(r"{(\w+)(?::\w+)?}", "1", route.path)


# Links


def test_a_link_signs_in_one_browser_once(app: Any) -> None:
    link = app.link()
    with httpx.Client(trust_env=False) as first, httpx.Client(trust_env=False) as second:
        answer = first.get(link)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert (answer.headers["referrer-policy"], answer.headers["cache-control"]) == ("no-referrer", "no-store")
        refused = second.get(link)
        assert (refused.status_code, refused.headers["referrer-policy"]) == (403, "no-referrer")
        assert "This link is not good" in refused.text
        assert not second.cookies
        assert link.rpartition("=")[2] not in refused.text


def test_links_are_not_guessed_and_end(app: Any) -> None:
    over = {"link": digest_of("over"), "expires": (NOW - timedelta(seconds=1)).isoformat()}
    app.service.journal.write("device", over)
    for link in ("over", "x", "a" * 43, digest_of("over"), "%00", "%ed%a0%80", "a" * 101):
        answer = httpx.get(f"{app.url}/signin?link={link}", trust_env=False)
        assert answer.status_code in {403, 422}
        assert "set-cookie" not in answer.headers
    assert app.devices.list() == ()


def test_of_many_who_use_a_link_at_once_one_gets_in(app: Any) -> None:
    link, start, found = app.link(), threading.Barrier(8), list[int]()

    def use() -> None:
        start.wait()
        found.append(httpx.get(link, trust_env=False, timeout=30).status_code)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [303, *[403] * 7]
    assert len(app.devices.list()) == 1


def test_a_browser_that_signs_in_again_is_still_one_device(app: Any) -> None:
    client = app.client()
    before = cookie_of(client)
    client.get(app.link())
    assert len(app.devices.list()) == 1
    assert stranger(app, Cookie=before).status_code == 303
    assert client.get("/bring").status_code == 200


# Cookies


def test_the_cookie_is_for_this_server_alone(app: Any) -> None:
    said = httpx.get(app.link(), trust_env=False).headers.get_list("set-cookie")
    assert len(said) == 1
    parts = {part.strip().lower() for part in said[0].split(";")[1:]}
    assert parts == {"httponly", "samesite=lax", "path=/", f"max-age={int(DEVICE_LIFE.total_seconds())}"}
    assert said[0].startswith(f"vertraut_{httpx.URL(app.url).port}=")


async def _asked(app: Any, url: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
        return await client.get(url, headers=headers)


def test_behind_https_the_cookie_is_sent_there_only(space: Space) -> None:
    with Service(space.opened_again) as service:
        service.settings = replace(service.settings, hosts="memory.example", origins="https://memory.example")
        app, devices = create_app(service), Devices(service.journal, service.clock)
        links = [f"http://{host}/signin?link={devices.link()}" for host in ("memory.example", "localhost:7777")]
        with ThreadPoolExecutor(1) as apart:  # Chromium's driver, where it runs, occupies the loop of this thread
            answers = list(apart.map(lambda link: anyio.run(_asked, app, link), links))
        outside, here = (answer.headers["set-cookie"] for answer in answers)
        assert outside.startswith("vertraut_web=")
        assert "Secure" in outside
        assert here.startswith("vertraut_7777=")
        assert "Secure" not in here


def test_no_name_of_this_server_breaks_it(app: Any) -> None:
    cookie = cookie_of(app.client())
    for port in ("", ":0", ":99999", f":{'9' * 400}", ":07777"):
        answer = stranger(app, Host=f"127.0.0.1{port}", Cookie=cookie)
        assert (answer.status_code, answer.headers["location"]) == (303, "/signin")


def test_another_cookie_lets_nobody_in(app: Any) -> None:
    name = f"vertraut_{httpx.URL(app.url).port}"
    with httpx.Client(base_url=app.url, trust_env=False) as client:
        for value in ("", "x", '"', "a=b;c", "é", "a" * 6000, "\\303"):
            answer = client.get("/bring", headers=[(b"Cookie", f"{name}={value}".encode("latin-1"))])
            assert answer.status_code == 303


def test_signing_out_ends_it(app: Any) -> None:
    client = app.client()
    cookie = cookie_of(client)
    assert stranger(app, Cookie=cookie).status_code == 200
    answer = client.post("/signout", headers={"X-Page-Token": token_of(client)})
    assert answer.headers["hx-redirect"] == "/signin"
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert not client.cookies
    assert stranger(app, Cookie=cookie).status_code == 303


def test_signed_out_elsewhere_it_ends_with_the_next_request(app: Any) -> None:
    client = app.client()
    app.devices.sign_out(app.devices.list()[0].number)
    answer = client.get("/bring")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin")
    partial = client.get("/bring", headers={"HX-Request": "true"})
    assert (partial.status_code, partial.headers["hx-redirect"]) == (401, "/signin")


def test_an_old_cookie_is_none(app: Any) -> None:
    over = {"used": digest_of("link"), "name": "old", "digest": digest_of("old"), "expires": NOW.isoformat()}
    app.service.journal.write("device", {"link": digest_of("link"), "expires": (NOW + timedelta(minutes=1)).isoformat()})
    app.service.journal.write("device", over)
    assert stranger(app, Cookie=f"vertraut_{httpx.URL(app.url).port}=old").status_code == 303


# Every address


def test_every_address_refuses_who_is_not_ours(app: Any) -> None:
    client, found = app.client(), sorted(set(routes(app)))
    assert ("POST", "/ask") in found
    assert ("GET", "/share/1/1") in found
    before, cookie, token = app.service.memory.stats().head, {"Cookie": cookie_of(client)}, token_of(client)
    ours = cookie | {"X-Page-Token": token}
    refused: dict[str, dict[str, str]] = {
        "without a token": cookie,
        "with a wrong token": cookie | {"X-Page-Token": "0" * 64},
        "with an empty token": cookie | {"X-Page-Token": ""},
        "with the cookie as the token": cookie | {"X-Page-Token": cookie["Cookie"].partition("=")[2]},
        "from another site": ours | {"Sec-Fetch-Site": "cross-site"},
        "from another port": ours | {"Sec-Fetch-Site": "same-site"},
        "from nowhere": ours | {"Sec-Fetch-Site": "none"},
        "from another origin": ours | {"Origin": "http://127.0.0.1:1"},
        "from no origin": ours | {"Origin": "null"},
    }
    with httpx.Client(base_url=app.url, trust_env=False) as other:
        for method, path in found:
            rebound = other.request(method, path, headers=ours | {"Host": "evil.example"})
            assert rebound.status_code == 421, (method, path)
            if is_open(path):
                continue
            answer = other.request(method, path)
            sent_away = (303, "/signin") if method in SAFE or path in CARRIED_BY_NONE else (401, None)
            assert (answer.status_code, answer.headers.get("location")) == sent_away, (method, path)
            assert answer.text == ""
            for why, headers in refused.items() if method not in SAFE and path not in CARRIED_BY_NONE else ():
                assert other.request(method, path, headers=headers).status_code == 403, (method, path, why)
    assert app.service.memory.stats().head == before


def test_what_the_system_shares_comes_from_no_page(app: Any) -> None:
    client = app.client()

    def shared(**headers: str) -> int:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return int(client.post("/share", files={"text": (None, KEY)}, headers=names).status_code)

    assert shared(Origin="null", Sec_Fetch_Site="none") == 303
    assert shared(Origin=app.url, Sec_Fetch_Site="same-origin") == 303
    for site in ("cross-site", "same-site"):
        assert shared(Sec_Fetch_Site=site) == shared(Origin="null", Sec_Fetch_Site=site) == 403
    assert shared(Origin="null") == shared(Origin="http://127.0.0.1:1", Sec_Fetch_Site="none") == 403


def test_no_way_of_writing_an_address_gets_past(app: Any) -> None:
    client = app.client()
    with httpx.Client(base_url=app.url, trust_env=False) as other:
        for path in ("/share/", "//share", "/share%2f", "/SHARE", "/share%3f", "/static/../bring", "/static/%2e%2e/x"):
            assert client.post(path).status_code in {403, 404, 405}
            assert other.get(path).status_code in {303, 401, 404}


def test_programs_addresses_take_no_cookie_and_pages_no_token(app: Any) -> None:
    client = app.client()
    headers = {"X-Page-Token": token_of(client)}
    for path in ("/v1/stats", "/v1/models", "/openai/v1/models", "/mcp", "/metrics", "/openapi.json"):
        assert client.get(path, headers=headers).status_code == 401
    secret, _ = Tokens(app.service.journal, app.service.clock).create("all", {"admin"})
    assert stranger(app, Authorization=f"Bearer {secret}").status_code == 303


def test_nothing_leads_anywhere_but_here(app: Any) -> None:
    client = app.client()
    evil = "next=//evil.example&to=//evil.example&url=https://evil.example"
    addresses = ["//evil.example", "/%2f%2fevil.example", "/\\evil.example", "/%5cevil.example", "/https://evil.example"]
    addresses += [f"/signin?{evil}", f"/?{evil}", f"/share?{evil}", "/life/", "/bring/", "/%0d%0aLocation:%20//evil.example"]
    with httpx.Client(base_url=app.url, trust_env=False) as other:
        for path in addresses:
            for answer in (client.get(path), other.get(path)):
                for name in ("location", "hx-redirect", "hx-location", "refresh"):
                    assert re.fullmatch(r"|/|/[a-z][^\\:]*", answer.headers.get(name, "")), path


# What every answer carries


def test_every_kind_of_answer_is_held_to_the_policy(app: Any) -> None:
    client = app.client()
    post = {"X-Page-Token": token_of(client), "HX-Request": "true"}
    asset = re.findall(r'href="(/static/[^"]+)"', client.get("/bring").text)[0]
    answers = {
        "page": client.get("/bring"),
        "start": client.get("/"),
        "refused page": stranger(app),
        "sign-in": client.get("/signin"),
        "used link": client.get("/signin?link=x"),
        "no page": client.get("/nowhere"),
        "no method": client.post("/bring", headers=post),
        "not valid": client.post("/share/remember", headers=post),
        "no token": client.post("/signout"),
        "nobody": httpx.post(f"{app.url}/signout", trust_env=False),
        "foreign": client.get("/bring", headers={"Origin": "http://evil.example"}),
        "rebound": client.get("/bring", headers={"Host": "evil.example"}),
        "no form": client.post("/share", content=b"", headers={"Sec-Fetch-Site": "none"}),
        "stream": client.post("/ask", data={"text": "Where is the spare key?"}, headers=post),
        "asset": client.get(asset),
        "no asset": client.get("/static/x"),
        "worker": client.get("/sw.js"),
        "manifest": client.get("/app.webmanifest"),
        "offline": client.get("/offline"),
        "picture": client.get("/favicon.ico"),
    }
    lasting = {"asset", "worker", "manifest", "picture"}
    for what, answer in answers.items():
        headers = answer.headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy, what
        assert "frame-ancestors 'none'" in policy, what
        assert not re.search(r"unsafe|\*|https?:|(?:script|style)-src [^;]*(?:data|blob):", policy), what
        assert headers["x-content-type-options"] == "nosniff", what
        assert headers["referrer-policy"] in {"no-referrer", "same-origin"}, what
        assert ("no-store" in headers["cache-control"]) == (what not in lasting), what
        assert not {"server", "access-control-allow-origin", "x-powered-by"} & set(headers), what
    assert answers["page"].headers["referrer-policy"] == "same-origin"  # with none, Firefox posts from Origin "null"
    assert answers["stream"].headers["content-type"].startswith("text/event-stream")


def test_the_log_and_the_counters_say_nothing_of_it(app: Any) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(WithoutContent())
    root, level = logging.getLogger(), LOGGER.level
    root.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    try:
        link = app.devices.link()
        with httpx.Client(base_url=app.url, trust_env=False, headers={"User-Agent": "Secretive/1"}) as client:
            client.get(f"/signin?link={link}")
            token = token_of(client)
            post = {"X-Page-Token": token}
            client.get(f"/nowhere/{KEY}?q={KEY}")
            client.post("/share", files={"text": (None, KEY)}, headers={"Sec-Fetch-Site": "none"})
            client.post("/share/remember", data={"key": KEY, "text": KEY}, headers=post)
            client.post("/ask", data={"text": KEY}, headers=post)
            client.post("/ask", data={"text": KEY})
            cookie = cookie_of(client).partition("=")[2]
        secret, _ = Tokens(app.service.journal, app.service.clock).create("counting", {"recall"})
        counted = httpx.get(f"{app.url}/metrics", headers={"Authorization": f"Bearer {secret}"}, trust_env=False).text
    finally:
        root.removeHandler(handler)
        LOGGER.setLevel(level)
    said = stream.getvalue()
    assert '"route": "/signin"' in said
    assert '"route": "/share/remember"' in said
    assert 'route="/share"' in counted
    for hidden in (link, token, cookie, "fuse", "spare", "Secretive", "nowhere", app.url):
        assert hidden not in said + counted


# Pages of other servers


@dataclass
class Elsewhere:
    """A server that others run on the same machine. ``got`` holds the heads of what its pages were asked with."""

    port: int
    pages: dict[str, str] = field(default_factory=dict)
    got: list[str] = field(default_factory=list)

    def url(self, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}"


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            other.got.append(f"{self.path} {self.headers}")
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(other.pages.get(self.path, "<!doctype html><title>Elsewhere</title>").encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    other = Elsewhere(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield other
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


TRIES = """async ([here, token]) => {
  const told = [], all = {credentials: "include"}, blind = {...all, mode: "no-cors"};
  const tell = async (what, work) => told.push([what, await work().then(String, (why) => `refused ${why.name}`)]);
  const read = (path, options) => async () => (await fetch(here + path, options)).text();
  const post = () => { const body = new FormData(); body.append("text", "from elsewhere"); return {method: "POST", body}; };
  const load = (each, path) => () => new Promise((done) => {
    each.onload = each.onopen = () => done("loaded"); each.onerror = () => done("refused");
    if (path) { each.src = here + path; document.head.append(each); } });
  await tell("read", read("/bring", all));
  await tell("read blindly", read("/bring", blind));
  await tell("read the api", read("/v1/stats", all));
  await tell("share", read("/share", {...blind, ...post()}));
  await tell("act", read("/share/remember", {...blind, ...post()}));
  await tell("act with the token", read("/signout", {...all, ...post(), headers: {"X-Page-Token": token}}));
  await tell("picture", load(new Image(), "/favicon.ico"));
  await tell("script", load(document.createElement("script"), "/sw.js"));
  await tell("page as a script", load(document.createElement("script"), "/bring"));
  await tell("socket", load(new WebSocket(`${here.replace("http", "ws")}/ask`)));
  return told; }"""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_page_of_another_port_can_neither_read_nor_act(app: Any, elsewhere: Elsewhere, host: str) -> None:
    app.expected += [elsewhere.url(host), app.url, "WebSocket"]  # what the browser says when it refuses
    page = app.open("/bring")
    token = page.locator("body").get_attribute("data-token")
    before = app.service.memory.stats().head
    page.goto(elsewhere.url(host))
    for what, came in page.evaluate(TRIES, [app.url, token]):
        assert came == "" or came.startswith("refused"), what
    assert app.service.memory.stats().head == before
    assert len(app.devices.list()) == 1
    page.goto(f"{app.url}/share")
    expect(page.get_by_text("from elsewhere")).to_be_hidden()


POSTED = """<!doctype html><form method="post" action="{here}/share" enctype="multipart/form-data">
<input name="text" value="from elsewhere"><button>Win a prize</button></form>"""


@pytest.mark.parametrize("worker", [False, True], ids=["", "worker"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_form_of_another_page_shares_nothing(app: Any, elsewhere: Elsewhere, host: str, worker: bool) -> None:
    app.expected += ["403", "410"]
    elsewhere.pages["/"] = POSTED.format(here=app.url)
    page = app.open("/bring", offline_pages=worker)
    if worker:
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.reload()
    page.goto(elsewhere.url(host))
    with page.expect_navigation():
        page.get_by_role("button", name="Win a prize").click()
    expect(page).to_have_url(re.compile(f"^{re.escape(app.url)}/"))
    expect(page.get_by_text("from elsewhere")).to_be_hidden()
    assert page.goto(f"{app.url}/share").status == 410
    assert page.goto(f"{app.url}/bring").status == 200


def test_no_page_has_ours_inside_or_in_its_hands(app: Any, elsewhere: Elsewhere) -> None:
    app.expected += ["frame-ancestors", "Framing"]
    elsewhere.pages["/"] = f'<!doctype html><iframe src="{app.url}/bring"></iframe><button>Open</button>'
    page = app.open("/bring")
    page.goto(elsewhere.url())
    page.frames[1].wait_for_url(re.compile("^chrome-error:"))
    page.evaluate(f"document.querySelector('button').onclick = () => window.opened = open('{app.url}/bring')")
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Open").click()
    popup.value.get_by_role("heading", name="Bring in").wait_for()
    page.wait_for_function("window.opened.closed")  # cut off from its opener
    assert popup.value.evaluate("window.opener") is None


def test_a_name_that_points_here_is_not_ours(app: Any) -> None:
    app.expected.append("421")
    page = app.open("/bring")
    answer = page.goto(app.url.replace("127.0.0.1", "memory.localhost") + "/bring")
    assert answer.status == 421
    assert "Bring in" not in page.content()


def test_visiting_a_page_elsewhere_tells_it_nothing(app: Any, elsewhere: Elsewhere) -> None:
    page = app.open("/bring?q=secret")
    page.evaluate(
        """(address) => { const made = document.createElement("a");
        made.href = address; made.textContent = "Away"; document.querySelector("main").append(made); }""",
        elsewhere.url(),
    )
    page.get_by_role("link", name="Away").click()
    page.wait_for_url(f"{elsewhere.url()}/")
    assert elsewhere.got
    assert f"referer: {app.url}" not in "".join(elsewhere.got).lower()
    assert page.evaluate("document.referrer") == ""


# In a browser


def test_the_link_stays_nowhere_in_the_browser(app: Any) -> None:
    page = app.open("/bring", signed_in=False)
    told: list[str] = []
    page.on("request", lambda request: told.append(request.all_headers().get("referer", "")))
    link = app.link()
    page.goto(link)
    page.get_by_role("navigation").wait_for()
    expect(page).to_have_url(f"{app.url}/")
    assert not any("link=" in each for each in told)
    addresses = page.context.new_cdp_session(page).send("Page.getNavigationHistory")["entries"]
    assert not any("link=" in each["url"] for each in addresses)
    assert page.evaluate("document.cookie") == ""


def test_after_signing_out_the_way_back_shows_nothing(app: Any) -> None:
    app.service.memory.remember_text(KEY)
    page = app.open("/bring")
    page.goto(f"{app.url}/life")
    page.evaluate(
        "fetch('/signout', {method: 'POST', headers: {'X-Page-Token': document.body.dataset.token}}).then(() => true)"
    )
    page.goto(f"{app.url}/signin")
    page.go_back()
    page.get_by_role("heading", name="Sign in").wait_for()
    expect(page.get_by_text("fuse box")).to_be_hidden()


def shared(page: Page, url: str) -> None:
    page.evaluate("const form = new FormData(); form.append('text', 'x'); fetch('/share', {method: 'POST', body: form})")
    page.goto(f"{url}/share")


def _signed_out(app: Any, page: Page) -> None:
    app.devices.sign_out(app.devices.list()[0].number)
    page.get_by_role("button", name="Das nicht").click()
    page.get_by_role("heading", name="Anmelden").wait_for()


def _signed_in_anew(app: Any, page: Page) -> None:
    page.context.new_page().goto(app.link())
    page.get_by_role("button", name="Das nicht").click()
    page.get_by_role("alert").get_by_text("Diese Seite ist veraltet").wait_for()
    expect(page.get_by_role("heading", name="Das merken?")).to_be_visible()


@pytest.mark.parametrize("then", [_signed_out, _signed_in_anew])
def test_a_page_that_is_left_open_says_what_is_the_matter(app: Any, then: Callable[[Any, Page], None]) -> None:
    app.expected += ["401", "403"]
    page = app.open("/bring", language="de")
    shared(page, app.url)
    then(app, page)
