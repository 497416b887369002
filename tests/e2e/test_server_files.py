"""Files that a visitor picks are read by handlers on the server, over networks that fail."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, expect

from tests.e2e.building import demo
from tests.e2e.conftest import Visitor
from tests.e2e.hosted import Hosted
from tests.e2e.live import ANSWER, LivePage
from tests.e2e.proxy import Proxy

BIG = FilePayload(name="big.bin", mimeType="text/plain", buffer=b"0123456789" * 300_000)


@pytest.fixture(scope="module")
def server() -> Iterator[Hosted]:
    with Hosted(demo("gallery")) as started:
        yield started


@pytest.mark.parametrize("query", ["", "?sse"])
def test_a_file_is_read_whole_though_its_line_is_cut(
    visitor: Visitor, server: Hosted, query: str
) -> None:
    with Proxy(server.port) as proxy:
        proxy.blocks_sockets = bool(query)
        page = visitor().page
        live = LivePage.at(page, proxy.url)
        posted: set[str] = set()
        page.on("request", lambda sent: posted.add(sent.url))
        with page.expect_request(re.compile("/upload/")):
            live.root.locator("input[type=file]").last.set_input_files(BIG)
        proxy.cut()
        expect(live.root.get_by_text("big.bin: 3,000,000 bytes")).to_be_visible(timeout=ANSWER)
        assert sum("/upload/" in url for url in posted) == 6, "pieces of 512 KiB"
