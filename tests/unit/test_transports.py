"""What the server's transports are as strings: openings, event streams."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempestweb_wasm.errors import OpeningError
from tempestweb_wasm.transports import sse, websocket
from tempestweb_wasm.transports.opening import Opening, read_opening

COUNTS = st.integers(min_value=0, max_value=2**53 - 1)
OPENINGS = st.builds(
    Opening,
    session=st.none() | st.text(min_size=1, max_size=128),
    token=st.none() | st.text(st.characters(max_codepoint=127), min_size=1, max_size=128),
    epoch=COUNTS,
    applied=COUNTS,
    sent=COUNTS,
)


def encoded(data: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


@given(OPENINGS)
def test_an_opening_crosses_as_a_subprotocol(opening: Opening) -> None:
    asked = websocket.protocols(opening)
    # RFC 6455: a token of RFC 2616, so without separators such as "=" and "/".
    assert all(item.replace("-", "").replace("_", "").replace(".", "").isalnum() for item in asked)
    assert websocket.opening_in(asked) == opening


def test_a_socket_that_is_opened_plainly_asks_for_nothing() -> None:
    assert websocket.opening_in([]) is None
    assert websocket.opening_in(["graphql-ws"]) is None
    assert websocket.opening_in(["tempest.v1"]) == Opening()


def test_where_a_client_stood_counts_in_its_epoch_only() -> None:
    opening = Opening(epoch=2, applied=7)
    assert (opening.applied_in(2), opening.applied_in(3)) == (7, 0)


@pytest.mark.parametrize(
    "asked",
    [
        ["tempest.v1", "a", "b"],
        ["tempest.v1", "!!"],
        ["tempest.v1", "abcde"],
        ["tempest.v1", encoded([])],
        ["tempest.v1", encoded({"session": 7})],
        ["tempest.v1", encoded({"session": ""})],
        ["tempest.v1", encoded({"session": "x" * 129})],
        ["tempest.v1", encoded({"epoch": -1})],
        ["tempest.v1", encoded({"sent": "1"})],
        ["tempest.v1", encoded({"applied": 1.5})],
        ["tempest.v1", encoded({"applied": 2**53})],
        ["tempest.v1", encoded({"more": "x" * 5000})],
    ],
)
def test_an_opening_that_is_none_is_refused_with_a_code(asked: list[str]) -> None:
    with pytest.raises(OpeningError) as caught:
        websocket.opening_in(asked)
    assert caught.value.code == "bad_opening"


@given(st.binary(max_size=200))
def test_no_bytes_at_all_raise_anything_else(data: bytes) -> None:
    try:
        read_opening(data)
        websocket.opening_in(["tempest.v1", data.decode("latin-1")])
    except OpeningError:
        pass


def test_a_frame_is_one_event_with_its_epoch_and_number() -> None:
    assert sse.event('{"kind":"patches"}', 2, 7) == 'id: 2-7\ndata: {"kind":"patches"}\n\n'
    assert sse.event('{"kind":"ping"}', 2, 0) == 'data: {"kind":"ping"}\n\n'
    assert sse.end(1012) == "event: close\ndata: 1012\n\n"


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("2-7", (2, 7)),
        ("", (0, 0)),
        (None, (0, 0)),
        ("7", (0, 0)),
        ("a-b", (0, 0)),
        ("1--2", (0, 0)),
    ],
)
def test_a_last_event_id_says_where_a_stream_ended(
    value: str | None, place: tuple[int, int]
) -> None:
    assert sse.last_event_id(value) == place


FRAMES = st.lists(
    st.builds(
        lambda data, seq: (json.dumps({"kind": "patches", "data": data}, ensure_ascii=False), seq),
        st.text(max_size=20),
        st.integers(0, 99),
    )
)


@given(FRAMES, st.lists(st.integers(1, 40)))
def test_a_stream_is_read_wherever_it_is_cut(
    frames: list[tuple[str, int]], sizes: list[int]
) -> None:
    texts = [sse.event(text, 3, seq) for text, seq in frames]
    stream = (sse.PADDING + sse.HEARTBEAT.join(texts) + sse.end(1012)).encode()
    reader, read = sse.Reader(), []
    for size in [*sizes, len(stream)]:
        piece, stream = stream[:size], stream[size:]
        read += list(reader.feed(piece))
    assert [message.data for message in read] == [*(text for text, _ in frames), "1012"]
    assert [message.event for message in read] == ["message"] * len(frames) + ["close"]
    numbered = [f"3-{seq}" for _, seq in frames if seq]
    assert reader.last_id == (numbered[-1] if numbered else "")
