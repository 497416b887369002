"""What a client numbered and the server can't use: refused once, and counted as done."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.server.apps import counter
from tests.server.clients import cookie_of, dial
from tests.server.running import served
from tests.server.test_streams import adopt, browser, click, stream

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"kind": "event", "seq": 1}, "bad_frame"),
    ({"kind": "event", "seq": 2, "data": {"type": "click", "id": -1}}, "bad_frame"),
    ({"kind": "event", "seq": 3, "data": {"type": "click", "key": 7}}, "bad_frame"),
    ({**click(4), "ack": "x"}, "bad_frame"),
    ({"kind": "event", "seq": 5, "data": {"type": "click"}}, "bad_frame"),
    (click(6, "nobody"), "unknown_target"),
    ({"kind": "event", "seq": 7, "data": {"type": "navigate"}}, "unknown_target"),
]
LAST = len(REFUSED) + 1
ANSWERS = [(code, number) for number, (_, code) in enumerate(REFUSED, 1)]


def answered(frames: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(frame.get("code", "patches"), frame.get("ack", 0)) for frame in frames]


def test_on_a_socket() -> None:
    with served(counter()) as address, browser(address) as client:
        page, _ = adopt(client)
        cookie = cookie_of(client)
        sent = [*(frame for frame, _ in REFUSED), click(LAST)]
        with dial(address, page.opening(), cookie) as socket:
            socket.recv()
            for frame in sent:
                socket.send(json.dumps(frame))
            frames = [json.loads(socket.recv()) for _ in sent]
            assert answered(frames) == [*ANSWERS, ("patches", LAST)]
            assert frames[-1]["data"][0]["set_props"] == {"content": "Count: 1"}
        again = page.opening(token=None, applied=LAST + 1, sent=LAST)
        with dial(address, again, cookie) as socket:
            assert json.loads(socket.recv())["ack"] == LAST
            socket.send(json.dumps(sent[0]))
            socket.send(json.dumps(click(LAST + 1)))
            frames = [json.loads(socket.recv()) for _ in range(2)]
            assert answered(frames) == [("patches", LAST), ("patches", LAST + 1)], "refused once"


@pytest.mark.parametrize("together", [True, False], ids=["in one POST", "in a POST each"])
def test_on_a_stream(together: bool) -> None:
    with served(counter()) as address, browser(address) as client:
        _, opening = adopt(client)
        sent = [*(frame for frame, _ in REFUSED), click(LAST)]
        with stream(client, opening) as events:
            path = f"/sse/{events.frame()['session']}"
            for body in [sent] if together else sent:
                assert client.post(path, json=body).status_code == 204
            assert answered([events.frame() for _ in sent]) == [*ANSWERS, ("patches", LAST)]
