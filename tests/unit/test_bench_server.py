"""The server's benchmark: what the docs show is what was measured."""

from __future__ import annotations

import asyncio
import json

from bench.server.report import DOCS, RESULTS, table
from bench.server.sockets import Socket


def test_the_table_in_the_docs_is_that_of_the_results() -> None:
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert table(found) in DOCS.read_text(encoding="utf-8")


def test_results_without_the_peer_make_a_table_too() -> None:
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    found["targets"].pop("peer", None)
    assert "tempestweb 0.141.1" not in table(found)


def test_a_lean_client_reads_messages_wherever_they_are_cut() -> None:
    async def read(sizes: list[int]) -> list[bytes]:
        got: list[bytes] = []
        socket = Socket("host", "/", got.append)
        messages = [b"a" * size for size in (0, 5, 125, 126, 65_535, 65_536)]
        stream = bytearray(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
        for body in messages:
            size = len(body)
            stream += b"\x81"
            if size < 126:
                stream += bytes([size])
            elif size < 65_536:
                stream += b"\x7e" + size.to_bytes(2, "big")
            else:
                stream += b"\x7f" + size.to_bytes(8, "big")
            stream += body
        for size in sizes:
            socket.data_received(bytes(stream[:size]))
            del stream[:size]
        socket.data_received(bytes(stream))
        assert got == messages
        return got

    for sizes in ([], [1] * 400, [37, 3, 200, 70_000]):
        asyncio.run(read(sizes))
