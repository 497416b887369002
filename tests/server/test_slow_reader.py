"""A client that never reads: rendering stops, and what waits for it is bounded."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from tempestweb_wasm.core.app import App
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.server import create_app
from tempestweb_wasm.widgets import Button, Column, Text

from .running import served

EVENTS = 1000
LARGE = 100_000


@dataclass
class Pages:
    turned: int = 0

    def turn(self) -> None:
        self.turned += 1


class Book:
    """An app whose frames are large; it counts how often it is rendered."""

    def __init__(self) -> None:
        self.renders = 0
        self.done = threading.Event()

    def view(self, app: App[Pages]) -> Widget:
        self.renders += 1

        def turn() -> None:
            app.set_state(Pages.turn)
            if app.state.turned == EVENTS:
                self.done.set()

        return Column(
            children=[
                Text(content=f"{app.state.turned} " * LARGE),
                Button(key="turn", label="turn", on_click=turn),
            ]
        )


def text_frame(text: str) -> bytes:
    body = text.encode()
    assert len(body) < 126
    return bytes([0x81, 0x80 | len(body), 0, 0, 0, 0]) + body


def deaf(host: str, protocols: Sequence[str]) -> socket.socket:
    name, port = host.split(":")
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect((name, int(port)))
    asked = [f"Sec-WebSocket-Protocol: {', '.join(protocols)}"] if protocols else []
    lines = [
        "GET /ws HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version: 13",
        *asked,
    ]
    line.sendall("\r\n".join([*lines, "", ""]).encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += line.recv(1)
    assert b" 101 " in answer
    return line


@pytest.mark.parametrize("protocols", [[], ["tempest.v1"]], ids=["plain", "with acks"])
def test_a_client_that_never_reads_is_not_rendered_for(protocols: list[str]) -> None:
    book = Book()
    with served(create_app(Pages, book.view, title="Book"), ws_per_message_deflate=False) as host:
        with deaf(host, protocols) as line:
            for seq in range(1, EVENTS + 1):
                line.sendall(
                    text_frame(
                        f'{{"kind":"event","data":{{"type":"click","key":"turn"}},"seq":{seq}}}'
                    )
                )
            assert book.done.wait(60)
        # Of a gigabyte it would have been: what the system's own buffers took, and the window.
        assert book.renders <= 60
