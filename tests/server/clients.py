"""Clients of a server for tests: what a page holds, and a socket that speaks as the browser's."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import httpx
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketTestSession
from websockets.sync.client import ClientConnection
from websockets.sync.client import connect as open_socket
from websockets.typing import Origin, Subprotocol

from tempestweb_wasm.core.patch import apply_patches
from tempestweb_wasm.transports.opening import Opening
from tempestweb_wasm.transports.websocket import protocols

ORIGIN = {"origin": "http://testserver"}


class Page:
    """What the HTML of a page says to the client."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.cookie = ""
        found = re.findall(r'<meta name="tempest-(\w+)" content="([^"]*)">', text)
        metas = {name: html.unescape(content) for name, content in found}
        self.token = metas.get("token")
        self.live: dict[str, Any] = json.loads(metas.get("live", "{}"))

    @property
    def frame(self) -> dict[str, Any]:
        """The frame that its HTML was made from."""
        found = re.search(r"data-tempest-frame>(.*?)</script>", self.text, re.DOTALL)
        assert found is not None
        frame: dict[str, Any] = json.loads(found[1])
        return frame

    def opening(self, **changed: Any) -> Opening:
        """How its client opens first."""
        values = {"session": self.live["session"], "token": self.token, "epoch": 1, "applied": 1}
        return Opening(**{**values, **changed})


class Speaker:
    """One socket, its numbers, and the tree that its frames came to."""

    def __init__(self, socket: WebSocketTestSession, page: Page | None = None) -> None:
        self.socket = socket
        self.tree: Any = None if page is None else apply_patches(None, page.frame["data"])
        self.applied = 0 if page is None else 1
        self.sent = 0

    def read(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(self.socket.receive_text())
        if frame["kind"] == "patches":
            self.tree = apply_patches(self.tree, frame["data"])
            self.applied = frame["seq"]
        return frame

    def click(self, key: str) -> None:
        self.sent += 1
        event = {"kind": "event", "data": {"type": "click", "key": key}, "seq": self.sent}
        self.socket.send_text(json.dumps({**event, "ack": self.applied}))

    @property
    def text(self) -> str:
        return json.dumps(self.tree, ensure_ascii=False)


def cookie_of(client: httpx.Client | httpx.AsyncClient) -> str:
    """The header that says which visitor *client* is."""
    (cookie,) = (one for one in client.cookies.jar if one.name.startswith("tempest-"))
    return f"{cookie.name}={cookie.value}"


def connect(client: TestClient, opening: Opening, path: str = "/ws", **headers: str) -> Any:
    """A socket as the browser's client opens it; to be used as a context manager."""
    return client.websocket_connect(
        path, subprotocols=protocols(opening), headers={**ORIGIN, **headers}
    )


def dial(address: str, opening: Opening, cookie: str) -> ClientConnection:
    """A socket over the network, as a browser with *cookie* opens it."""
    return open_socket(
        f"ws://{address}/ws",
        subprotocols=[Subprotocol(name) for name in protocols(opening)],
        origin=Origin(f"http://{address}"),
        additional_headers={"cookie": cookie},
        compression=None,
        proxy=None,
    )
