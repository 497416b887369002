"""Who is let in, and what the others are told, before anything of the app runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Cookie, Depends, FastAPI, Header, HTTPException, Query, Request
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from tempestweb_wasm import App, Context, Text, Widget
from tempestweb_wasm.errors import RuntimeSetupError
from tempestweb_wasm.server import ServerSettings, create_app
from tempestweb_wasm.server.owner import identity
from tempestweb_wasm.transports.opening import Opening
from tests.server.apps import counter
from tests.server.clients import ORIGIN, Page, Speaker, connect
from tests.server.redis_process import running_redis

MADE: list[Context] = []


def make_state(context: Context) -> dict[str, str]:
    MADE.append(context)
    return {"user": str(context.user)}


def view(app: App[dict[str, str]]) -> Widget:
    return Text(content=f"user: {app.state['user']}")


@pytest.fixture(autouse=True)
def nothing_made() -> None:
    MADE.clear()


def code_of(client: TestClient, opening: Opening | None = None, **headers: str) -> int:
    """The close code that a socket is answered with; 0 if it is let in."""
    sent = {**ORIGIN, **headers}
    context = (
        client.websocket_connect("/ws", headers=sent)
        if opening is None
        else connect(client, opening, **headers)
    )
    with context as socket:
        try:
            socket.receive_text()
        except WebSocketDisconnect as closed:
            return closed.code
    return 0


# -- origins ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "code"),
    [
        ("http://testserver", 0),
        ("http://testserver:80", 0),
        ("https://testserver", 0),
        ("http://testserver:8080", 1008),
        ("http://evil.example", 1008),
        ("http://testserver.evil.example", 1008),
        ("null", 1008),
        ("https://listed.example", 0),
        ("file://", 1008),
    ],
)
def test_a_socket_is_opened_by_pages_of_this_host_or_listed_ones(origin: str, code: int) -> None:
    settings = ServerSettings(origins=["https://listed.example"])
    client = TestClient(counter(settings=settings))
    assert code_of(client, Opening(), origin=origin) == code


def test_no_origin_is_all_right_without_cookies_only() -> None:
    client = TestClient(counter())
    with client.websocket_connect("/ws") as socket:
        assert json.loads(socket.receive_text())["kind"] == "patches"
    with (
        client.websocket_connect("/ws", headers={"cookie": "a=b"}) as socket,
        pytest.raises(WebSocketDisconnect) as closed,
    ):
        socket.receive_text()
    assert closed.value.code == 1008


def test_a_stream_by_get_has_no_origin_in_browsers() -> None:
    def nobody() -> None:
        raise HTTPException(401)

    # Streams don't end: who gets as far as the dependency was let in by the origin.
    client = TestClient(counter(dependencies=[Depends(nobody)]))
    client.cookies.set("a", "b")
    for site, status in (("same-origin", 401), ("cross-site", 403), ("same-site", 403)):
        headers = {"sec-fetch-site": site}
        assert client.get("/sse", headers=headers).status_code == status, site
    assert client.get("/sse").status_code == 401
    assert client.post("/sse", json={}).status_code == 403


def test_a_socket_at_an_unknown_address_is_refused_in_words_that_browsers_hear() -> None:
    client = TestClient(counter())
    with client.websocket_connect("/nowhere") as socket:
        assert socket.receive()["code"] == 1008


def test_a_server_that_knows_its_names_answers_to_no_other() -> None:
    settings = ServerSettings(allowed_hosts=["testserver"])
    with TestClient(counter(settings=settings)) as client:
        assert client.get("/").status_code == 200
        assert code_of(client, Opening()) == 0
        evil = {"host": "evil.example", "origin": "http://evil.example"}
        assert client.get("/", headers=evil).status_code == 421
        assert client.post("/sse", json={}, headers=evil).status_code == 421
        assert code_of(client, Opening(), **evil) == 1008


# -- dependencies -----------------------------------------------------------------


def by_header(x_key: Annotated[str, Header()] = "") -> str:
    if x_key != "sesame":
        raise HTTPException(401, headers={"WWW-Authenticate": "Key"})
    return "ann"


def by_query(key: Annotated[str, Query()] = "") -> str:
    if key != "sesame":
        raise HTTPException(403)
    return "ann"


def by_cookie(sign: Annotated[str, Cookie()] = "") -> str:
    if not sign.startswith("sesame"):
        raise HTTPException(401)
    return sign.removeprefix("sesame-")


def guarded(**options: Any) -> TestClient:
    return TestClient(create_app(make_state, view, **options))


def test_a_dependency_refuses_page_socket_and_stream_before_the_app_runs() -> None:
    client = guarded(user=by_header)
    page = client.get("/")
    assert page.status_code == 401
    assert page.headers["www-authenticate"] == "Key"
    assert code_of(client) == 1008
    assert code_of(client, Opening()) == 1008
    assert client.get("/sse").status_code == 401
    assert client.post("/sse", json={}, headers=ORIGIN).status_code == 401
    assert MADE == []


@pytest.mark.parametrize(
    ("dependency", "path", "headers"),
    [
        (by_header, "/", {"x-key": "sesame"}),
        (by_query, "/?key=sesame", {}),
    ],
)
def test_the_socket_takes_the_pages_word_for_what_it_cannot_repeat(
    dependency: Any, path: str, headers: dict[str, str]
) -> None:
    with guarded(user=dependency) as client:
        page = Page(client.get(path, headers=headers).text)
        assert "user: ann" in page.text
        with connect(client, page.opening()) as socket:
            assert Speaker(socket).read()["session"] == page.live["session"]
        again = Opening(session=page.live["session"], epoch=1, applied=1)
        with connect(client, again) as socket:
            assert Speaker(socket).read()["session"] == page.live["session"]
        assert code_of(client, Opening()) == 1008, "without a session there is nothing to take"
    assert len(MADE) == 1


def no_admin_but_root(request: Request, who: Annotated[str, Cookie()] = "") -> str | None:
    if request.url.path.startswith("/admin") and who != "root":
        raise HTTPException(403)
    return who or None


def test_a_line_is_let_in_where_its_page_is() -> None:
    with guarded(user=no_admin_but_root, routes=["/admin/{name}"]) as client:
        client.cookies.set("who", "bob")
        assert client.get("/admin/x").status_code == 403
        for page in ("/admin/x", "/%61dmin/x", "/admin/x?y#z"):
            assert code_of(client, Opening(page=page)) == 1008, page
        assert MADE == []
        for page in ("/", "/nowhere", "//[", "//admin/x"):
            assert code_of(client, Opening(page=page)) == 0, page
            assert MADE[-1].path == "/", page
        headers = {**ORIGIN, "content-type": "application/json"}
        opening = Opening(page="/admin/x").text()
        assert client.post("/sse", content=opening, headers=headers).status_code == 403
        client.cookies.set("who", "root")
        assert code_of(client, Opening(page="/admin/x?y=1")) == 0
        assert (MADE[-1].path, dict(MADE[-1].query)) == ("/admin/x", {"y": "1"})


def test_a_session_is_come_back_to_where_it_was_opened() -> None:
    banned: set[str] = set()

    def unless_banned(request: Request) -> str:
        if request.url.path in banned:
            raise HTTPException(403)
        return "ann"

    with guarded(user=unless_banned, routes=["/admin"]) as client:
        page = Page(client.get("/admin").text)
        with connect(client, page.opening(page="/admin")) as socket:
            assert Speaker(socket).read()["session"] == page.live["session"]
        banned.add("/admin")
        again = {"session": page.live["session"], "epoch": 1, "applied": 1}
        for said in ("/admin", "/", None):
            assert code_of(client, Opening(page=said, **again)) == 1008, said


def test_a_session_is_come_back_to_with_the_query_that_it_was_opened_with(tmp_path: Path) -> None:
    rooms = {"1", "2"}

    def member(room: Annotated[list[str], Query()]) -> str:
        if not rooms.issuperset(room):
            raise HTTPException(403)
        return "ann"

    with running_redis(tmp_path) as redis:
        settings = ServerSettings(secret="s" * 32, broker=redis.url)
        one, other = (guarded(user=member, settings=settings) for _ in range(2))
        with one, other:
            at = "/?room=2&room=1"
            first, second = (Page(one.get(at).text) for _ in range(2))
            other.cookies.update(one.cookies)
            with connect(one, first.opening(page=at)) as socket:
                assert Speaker(socket).read()["session"] == first.live["session"]
            rooms.remove("1")
            again = Opening(session=first.live["session"], epoch=1, applied=1)
            for said in ("/?room=2", at, "/", None):
                assert code_of(one, again.model_copy(update={"page": said})) == 1008, said
            assert code_of(other, second.opening(page="/?room=2")) == 1008
            rooms.add("1")
            rooms.remove("2")
            assert code_of(one, again.model_copy(update={"page": at})) == 1008
    assert len(MADE) == 2


def test_another_worker_takes_the_pages_word_where_the_page_is(tmp_path: Path) -> None:
    banned: set[str] = set()

    def by_key(request: Request, x_key: Annotated[str, Header()]) -> str:
        if request.url.path in banned:
            raise HTTPException(403)
        return x_key

    key = {"x-key": "ann"}
    with running_redis(tmp_path) as redis:
        settings = ServerSettings(secret="s" * 32, broker=redis.url)
        options: dict[str, Any] = {"user": by_key, "settings": settings, "routes": ["/admin"]}
        with guarded(**options) as one, guarded(**options) as other:
            page = Page(one.get("/admin", headers=key).text)
            other.cookies.update(one.cookies)
            with connect(other, page.opening(page="/admin")) as socket:
                assert Speaker(socket).read()["session"] == page.live["session"]
            again = Opening(session=page.live["session"], epoch=2, applied=1, page="/admin")
            with connect(one, again) as socket:
                assert Speaker(socket).read()["session"] == page.live["session"]
            # One that brings what its page did is judged by itself.
            banned.add("/admin")
            assert code_of(other, again, **key) == 1008
            assert code_of(other, Opening(session=page.live["session"], page="/"), **key) == 1008
    assert len(MADE) == 1


def test_a_dependency_sees_the_page_of_the_line() -> None:
    seen: list[str] = []

    def looks(request: Request) -> None:
        seen.append(f"{request.method} {request.url}")

    inner = create_app(make_state, view, dependencies=[Depends(looks)], routes=["/orders/{id}"])
    outer = FastAPI()
    outer.mount("/shop", inner)
    opening = Opening(page="/shop/orders/%C3%BC?a=%20b")
    with TestClient(outer) as client, connect(client, opening, path="/shop/ws") as socket:
        socket.receive_text()
    assert seen == ["GET http://testserver/shop/orders/ü?a=%20b"]
    assert (MADE[-1].path, dict(MADE[-1].query)) == ("/orders/ü", {"a": " b"})


def test_a_cookie_that_is_gone_keeps_the_socket_out() -> None:
    with guarded(user=by_cookie) as client:
        client.cookies.set("sign", "sesame-ann")
        page = Page(client.get("/").text)
        client.cookies.delete("sign")
        assert code_of(client, page.opening()) == 1008
    assert len(MADE) == 1


def test_who_has_signed_out_stays_out_whatever_else_is_read_of_a_request() -> None:
    def tenant(x_tenant: Annotated[str, Header()], lang: Annotated[str, Query()] = "") -> None:
        """A header that a proxy adds to pages and lines alike."""

    def curious(request: Request) -> None:
        assert dict(request.headers)
        assert request.query_params["lang"] == "de"

    def reading(referer: Annotated[str, Header()] = "", lang: str = "") -> None: ...

    always = {"x-tenant": "a", "accept-language": "de", "x-request-id": "1"}
    sent = {"referer": "http://testserver/in", "accept": "text/html", **always}
    for dependency in (tenant, curious, reading):
        with guarded(user=by_cookie, dependencies=[Depends(dependency)]) as client:
            client.cookies.set("sign", "sesame-ann")
            page = Page(client.get("/?lang=de", headers=sent).text)
            with connect(client, page.opening(page="/?lang=de"), **always) as socket:
                assert Speaker(socket).read()["session"] == page.live["session"]
            client.cookies.delete("sign")
            again = Opening(session=page.live["session"], epoch=1, applied=1, page="/?lang=de")
            assert code_of(client, again, **always) == 1008, dependency


def test_a_page_does_not_ask_twice_for_what_lines_bring_too() -> None:
    asked: list[str] = []

    def counts(accept_language: Annotated[str, Header()], sign: Annotated[str, Cookie()]) -> None:
        asked.append(accept_language + sign)

    with guarded(dependencies=[Depends(counts)]) as client:
        client.cookies.set("sign", "x")
        assert client.get("/", headers={"accept-language": "de"}).status_code == 200
    assert asked == ["dex"]


def test_a_session_stays_with_the_user_that_it_was_opened_for() -> None:
    with guarded(user=by_cookie) as client:
        client.cookies.set("sign", "sesame-ann")
        page = Page(client.get("/").text)
        with connect(client, page.opening()) as socket:
            Speaker(socket).read()
        client.cookies.set("sign", "sesame-bob")
        again = Opening(session=page.live["session"], epoch=1, applied=1)
        with connect(client, again) as socket:
            speaker = Speaker(socket)
            assert speaker.read()["session"] != page.live["session"]
            speaker.read()
            assert "user: bob" in speaker.text


def test_further_dependencies_keep_out_and_name_nobody() -> None:
    client = guarded(dependencies=[Depends(by_header)])
    assert client.get("/").status_code == 401
    assert "user: None" in client.get("/", headers={"x-key": "sesame"}).text


def test_a_dependency_that_breaks_is_no_way_in() -> None:
    def broken() -> str:
        raise LookupError("no database")

    client = TestClient(create_app(make_state, view, user=broken), raise_server_exceptions=False)
    assert client.get("/").status_code == 500
    assert code_of(client) == 1011
    assert MADE == []


def test_overrides_of_dependencies_are_honoured() -> None:
    app = create_app(make_state, view, user=by_header)
    app.dependency_overrides[by_header] = lambda: "tester"
    client = TestClient(app)
    assert "user: tester" in client.get("/").text
    assert code_of(client) == 0


@dataclass
class Person:
    id: int
    name: str = ""


def test_users_are_told_apart_by_their_ids() -> None:
    assert identity(None) == ""
    assert identity("ann") == identity("ann") != identity("bob")
    assert identity(Person(1, "Ann")) == identity(Person(1, "Anna")) != identity(Person(2))
    assert identity({"id": "x"}) != identity({"id": "y"})
    assert identity("1") != identity(1)
    with pytest.raises(RuntimeSetupError, match="without an id"):
        identity(object())
