"""Whatever a client sends: clean refusals, and the session goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tempestweb_wasm.server import ServerSettings
from tests.server.apps import counter
from tests.server.clients import ORIGIN, cookie_of, dial
from tests.server.running import served
from tests.server.test_streams import adopt, browser, click, stream

APP = counter(settings=ServerSettings(opens=100_000, events=100_000))

VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
ANSWERS = ["native_result", "native_event"]
SAID = {"patches", "error", "ping", "native_unsubscribe"}
KINDS = st.sampled_from(
    ["event", "ack", "ping", "leave", "patches", "hello", "native_call", "navigate", *ANSWERS]
)
TYPES = st.sampled_from(["click", "input", "change", "submit", "resync", "navigate", "media"])
DATA = st.fixed_dictionaries(
    {},
    optional={
        "type": TYPES | VALUES,
        "id": st.integers(-2, 12) | VALUES,
        "key": st.sampled_from(["inc", "dec", "none"]) | VALUES,
        "payload": VALUES,
    },
)
FRAMES = st.fixed_dictionaries(
    {},
    optional={
        "kind": KINDS | VALUES,
        "data": DATA | VALUES,
        "ack": st.integers(-1, 9) | VALUES,
        "call_id": st.integers(-1, 9) | VALUES,
        "sub_id": st.integers(-1, 9) | VALUES,
        "ok": st.booleans() | VALUES,
        "n": st.integers(-1, 9) | VALUES,
        "message": st.text() | VALUES,
        # A number that leaves a gap ends the line, as it should: see test_streams.
        "seq": st.none() | st.text() | st.integers(max_value=0) | st.floats(),
    },
)
NO_NUMBERS = VALUES.filter(lambda value: not isinstance(value, int) or isinstance(value, bool))
PIECES = st.sampled_from(['{"type":', '"click"', "}", "x" * 3000, "ü" * 1500])
PARTS = st.fixed_dictionaries(
    {"kind": st.just("part")},
    optional={
        # As above: the first of an event that is the next leaves no gap, and none of a later one.
        "seq": st.integers(max_value=1) | NO_NUMBERS,
        "part": st.integers(max_value=1) | NO_NUMBERS,
        "of": st.integers(-1, 4) | VALUES,
        "text": PIECES | VALUES,
        "ack": st.integers(-1, 9) | VALUES,
    },
)
COUNTED = st.builds(
    lambda seq, part, of, text: {"kind": "part", "seq": seq, "part": part, "of": of, "text": text},
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(1, 3),
    PIECES,
)
TEXTS = st.one_of(
    st.text(),
    FRAMES.map(json.dumps),
    PARTS.map(json.dumps),
    st.lists(PARTS, max_size=4).map(json.dumps),
    st.lists(FRAMES, max_size=3).map(json.dumps),
    VALUES.map(json.dumps),
    st.sampled_from(["", "{", "[" * 3000, "NaN", '{"kind":"event"', "\ud800", "\x00"]).map(
        lambda text: text.encode("utf-8", "replace").decode()
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(TEXTS, max_size=5))
def test_whatever_is_sent_a_session_refuses_it_and_goes_on(texts: list[str]) -> None:
    with TestClient(APP).websocket_connect("/ws") as socket:
        socket.receive_text()
        for text in texts:
            socket.send_text(text)
        socket.send_text('{"kind":"event","data":{"type":"resync"}}')
        while True:
            frame = json.loads(socket.receive_text())
            assert frame["kind"] in SAID
            assert "Traceback" not in json.dumps(frame)
            if frame["kind"] == "patches" and frame["data"] and frame["data"][0]["path"] == []:
                break


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(COUNTED, max_size=8))
def test_whatever_parts_of_events_come_they_are_taken_or_refused_or_the_line_is_at_its_end(
    parts: list[dict[str, Any]],
) -> None:
    app = counter(settings=ServerSettings(opens=100_000, frame=1024, text=2048))
    with TestClient(app).websocket_connect("/ws") as socket:
        socket.receive_text()
        for part in parts:
            socket.send_text(json.dumps(part, ensure_ascii=False))
        socket.send_text('{"kind":"event","data":{"type":"resync"}}')
        while True:
            message = socket.receive()
            if message["type"] == "websocket.close":
                # A gap, or a frame of more than 1,024 bytes.
                assert message["code"] in {1009, 1011}
                break
            if '"path":[]' in message["text"]:
                break
            assert json.loads(message["text"])["kind"] in {"patches", "error", "ping"}


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=",")))
def test_whatever_an_opening_is_the_socket_is_accepted_and_told(item: str) -> None:
    asked = ["tempest.v1", item] if item else ["tempest.v1"]
    with TestClient(APP).websocket_connect("/ws", subprotocols=asked, headers={**ORIGIN}) as socket:
        message = socket.receive()
        if message["type"] == "websocket.close":
            assert message["code"] == 1008
        else:
            assert json.loads(message["text"])["kind"] == "hello"


def described() -> tuple[Any, FastAPI]:
    """The routes of the host as OpenAPI; streams that are let in never end, so all are refused."""

    def nobody() -> None:
        raise HTTPException(401)

    app = counter(dependencies=[Depends(nobody)], settings=ServerSettings(opens=100_000))
    return schemathesis.openapi.from_dict(app.openapi()), app


SCHEMA, GUARDED = described()
SCHEMA.app = GUARDED
# 413 is a refusal that the schema states, and schemathesis does not count as one by itself.
SCHEMA.config.checks.negative_data_rejection.expected_statuses.append("413")


@SCHEMA.parametrize()  # type: ignore[untyped-decorator]
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_route_answers_as_it_says(case: Any) -> None:
    response = case.call(headers={"origin": "http://testserver"})
    # To JSON Schema 1.0 is an integer, to us it is none.
    case.validate_response(response, excluded_checks=[positive_data_acceptance])
    assert response.status_code < 500


OVER_SOCKETS = schemathesis.openapi.from_dict(GUARDED.openapi())


@pytest.fixture(scope="module")
def line() -> Iterator[tuple[str, str, dict[str, str]]]:
    """A server, where it takes what an open stream's client says, and that client's headers."""
    settings = ServerSettings(opens=100_000, events=100_000)
    with served(counter(settings=settings)) as address, browser(address) as client:
        _, opening = adopt(client)
        with stream(client, opening) as events:
            path = f"/sse/{events.frame()['session']}"
            headers = {"origin": f"http://{address}", "cookie": cookie_of(client)}
            yield f"http://{address}", path, headers


@OVER_SOCKETS.include(name="POST /sse/{session}").parametrize()
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_posted_behind_the_guard_is_taken_or_refused_as_stated(
    case: Any, line: tuple[str, str, dict[str, str]]
) -> None:
    url, path, headers = line
    # What is generated for the path would never get past the guard.
    case.path_parameters = {"session": path.rpartition("/")[2]}
    response = case.call(base_url=url, headers=headers)
    case.validate_response(
        response, excluded_checks=[positive_data_acceptance, negative_data_rejection]
    )
    assert response.status_code not in {401, 403, 404}, response.text
    assert response.status_code < 500


def test_after_all_that_the_session_goes_on(line: tuple[str, str, dict[str, str]]) -> None:
    url, path, headers = line
    assert httpx.post(url + path, json=[click(1)], headers=headers).status_code == 204


OVER_STREAMS = schemathesis.openapi.from_dict(GUARDED.openapi())
# A stream that is open never ends: its padding and the greeting are enough.
OVER_STREAMS.config.max_stream_events = 1


@OVER_STREAMS.include(name="POST /sse").parametrize()
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_opens_a_stream_with_the_token_of_a_page_is_let_in_or_refused_as_stated(
    case: Any, visited: tuple[str, httpx.Client]
) -> None:
    address, client = visited
    page, opening = adopt(client)
    if isinstance(case.body, dict):
        case.body |= {"token": opening["token"], "session": opening["session"]}
    headers = {"origin": f"http://{address}", "cookie": cookie_of(client)}
    response = case.call(base_url=f"http://{address}", headers=headers)
    case.validate_response(
        response, excluded_checks=[positive_data_acceptance, negative_data_rejection]
    )
    expected = {200, 413, 415, 422} if case.method == "POST" else {405}
    assert response.status_code in expected, response.text
    if response.status_code == 200:
        assert '"kind":"hello"' in response.text
        if "page" not in case.body:
            assert page.live["session"] in response.text


@pytest.fixture(scope="module")
def visited() -> Iterator[tuple[str, httpx.Client]]:
    """A server, and a browser that visits it."""
    with served(APP) as address, browser(address) as client:
        yield address, client


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(TEXTS, max_size=5))
def test_whatever_an_adopted_page_sends_over_a_socket_its_session_goes_on(
    visited: tuple[str, httpx.Client], texts: list[str]
) -> None:
    address, client = visited
    page, _ = adopt(client)
    with dial(address, page.opening(), cookie_of(client)) as socket:
        assert json.loads(socket.recv())["session"] == page.live["session"]
        for text in [*texts, json.dumps(click(1)), '{"kind":"event","data":{"type":"resync"}}']:
            socket.send(text)
        while '"path":[]' not in (answer := str(socket.recv(timeout=20))):
            assert json.loads(answer)["kind"] in SAID
        assert json.loads(answer)["ack"] == 1
