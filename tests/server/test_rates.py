"""How often a session may speak and an address may open: whatever lines they do it by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tempestweb_wasm import App, Button, Column, Text, Widget
from tempestweb_wasm.server import ServerSettings, create_app
from tempestweb_wasm.server.limits import MOST_KEYS, Rates
from tests.server.apps import counter
from tests.server.clients import Speaker, cookie_of, dial
from tests.server.redis_process import running_redis
from tests.server.running import served
from tests.server.test_guard import code_of
from tests.server.test_streams import adopt, browser, click, stream

# Ten seconds' worth is one frame; past ten seconds' wait a POST is refused.
SLOW = 0.1


def test_what_comes_too_fast_is_read_later_and_none_of_it_is_lost() -> None:
    client = TestClient(counter(settings=ServerSettings(events=20)))
    with client.websocket_connect("/ws") as socket:
        speaker = Speaker(socket)
        speaker.read()
        for _ in range(210):
            speaker.click("inc")
        for _ in range(210):
            speaker.read()
        assert "Count: 210" in speaker.text


def test_an_address_that_opens_too_much_is_told_to_come_later() -> None:
    client = TestClient(counter(settings=ServerSettings(opens=0.2)))
    assert [client.get("/").status_code for _ in range(3)] == [200, 200, 429]
    client.cookies.clear()
    assert code_of(client) == 1013


def test_a_client_that_comes_back_has_what_was_left_to_its_session() -> None:
    with (
        served(counter(settings=ServerSettings(events=SLOW))) as address,
        browser(address) as client,
    ):
        page, opening = adopt(client)
        session = page.live["session"]
        with dial(address, page.opening(), cookie_of(client)) as socket:
            assert json.loads(socket.recv())["session"] == session
            socket.send(json.dumps(click(1)))
            assert json.loads(socket.recv())["ack"] == 1
        again = {"session": session, "epoch": 1, "applied": 2, "sent": 1}
        with stream(client, again) as events:
            assert events.frame()["ack"] == 1
            refused = client.post(f"/sse/{session}", json=[click(2), click(3)])
            assert refused.status_code == 429
        _, opening = adopt(client)
        with stream(client, opening) as events:
            other = events.frame()["session"]
            posted = client.post(f"/sse/{other}", json=[click(1)])
            assert posted.status_code == 204, "another session has its own"


class Wordy:
    """An app that says much."""

    words = "x" * 50_000

    @classmethod
    def view(cls, app: App[dict[str, int]]) -> Widget:
        def add() -> None:
            app.set_state(lambda s: s.update(n=s.get("n", 0) + 1))

        text = Text(content=cls.words)
        return Column(children=[text, Button(key="inc", label=str(app.state), on_click=add)])


RESYNC = {"kind": "event", "data": {"type": "resync"}}


@pytest.fixture(params=["memory", "redis"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    if request.param == "memory":
        yield None
    else:
        with running_redis(tmp_path) as redis:
            yield redis.url


@pytest.mark.parametrize(
    ("ask", "again"),
    [
        (RESYNC, RESYNC),
        # With a store its answer is sent when the state is stored.
        ({**RESYNC, "seq": 1}, {**RESYNC, "seq": 2}),
        ({"kind": "ping"}, {"kind": "ping"}),
    ],
)
def test_what_makes_a_server_say_much_counts_for_more(
    broker: str | None, ask: dict[str, Any], again: dict[str, Any]
) -> None:
    # Ten frames at once: the answer is as long as fifty.
    settings = ServerSettings(events=1, frame=1024, secret="s" * 32)
    app = create_app(dict[str, int], Wordy.view, settings=settings, broker=broker)
    with served(app) as address, browser(address) as client:
        _, opening = adopt(client)
        with stream(client, {**opening, "applied": 0, "epoch": 0}) as events:
            path = f"/sse/{events.frame()['session']}"
            events.frame()
            assert client.post(path, json=[ask]).status_code == 204
            assert client.post(path, json=[again]).status_code == 429


def test_what_other_workers_hand_on_counts_as_well(tmp_path: Path) -> None:
    with running_redis(tmp_path) as redis:
        settings = ServerSettings(secret="s" * 32, broker=redis.url, events=SLOW)
        one, other = counter(settings=settings), counter(settings=settings)
        with (
            served(one) as here,
            served(other) as there,
            browser(here) as client,
            browser(there) as elsewhere,
        ):
            _, opening = adopt(client)
            elsewhere.cookies.update(client.cookies)
            with stream(client, opening) as events:
                path = f"/sse/{events.frame()['session']}"
                assert elsewhere.post(path, json=[click(1)]).status_code == 204
                assert events.frame()["ack"] == 1
                assert elsewhere.post(path, json=[click(2), click(3)]).status_code == 204
                end = events.next()
                assert (end.event, end.data) == ("close", "1013"), "the client sends them later"


def test_what_is_left_to_a_key_grows_with_time() -> None:
    now = [0.0]
    rates = Rates(2, clock=lambda: now[0])
    assert [rates.take("a", 20), rates.take("a"), rates.take("b", 20)] == [0, 0.5, 0]
    now[0] += 10.5
    assert rates.take("a", 20) == 0
    rates.give_back("a", 20)
    assert [rates.allows("a") for _ in range(21)] == [True] * 20 + [False]


def test_only_keys_that_lack_something_are_remembered() -> None:
    now = [0.0]
    rates = Rates(1, clock=lambda: now[0])
    for number in range(MOST_KEYS + 5):
        rates.take(str(number))
    assert len(rates) == MOST_KEYS
    now[0] += 1
    rates.take("last")
    assert len(rates) == 1
