"""What the visitor downloads has a limit each, and here it is."""

from __future__ import annotations

import gzip
import io
import zipfile

from tempestweb_wasm.build.wheel import make_wheel
from tempestweb_wasm.client_files import client_file

PAGE_WHEEL = 150 * 1000
CLIENT_GZIPPED = 16 * 1024
# With the restart of a Python that died, the states that apps keep, and adopting a page's HTML.
BOOT_GZIPPED = 11 * 1024
EARLY_GZIPPED = 512
WORKER_GZIPPED = 7 * 1024
STYLES_GZIPPED = 8 * 1024


def gzipped(name: str) -> int:
    return len(gzip.compress(client_file(name).read_bytes(), 9))


def test_what_the_page_gets_of_the_wheel() -> None:
    assert len(make_wheel()[1]) <= PAGE_WHEEL


def test_the_browser_client() -> None:
    assert gzipped("client.js") <= CLIENT_GZIPPED


def test_what_starts_apps_in_the_page() -> None:
    assert gzipped("boot.js") <= BOOT_GZIPPED
    assert "./client.js" in client_file("boot.js").read_text(encoding="utf-8")


def test_python_in_a_worker() -> None:
    assert gzipped("worker.js") <= WORKER_GZIPPED
    assert "client.js" not in client_file("worker.js").read_text(encoding="utf-8")


def test_what_runs_before_the_first_paint() -> None:
    assert gzipped("early.js") <= EARLY_GZIPPED


def test_the_style_sheets_together() -> None:
    assert gzipped("base.css") + gzipped("theme.css") <= STYLES_GZIPPED


def test_the_page_gets_no_room_that_it_can_not_use() -> None:
    with zipfile.ZipFile(io.BytesIO(make_wheel()[1])) as archive:
        rooms = {name.split("/")[1] for name in archive.namelist()}
    assert rooms.isdisjoint({"server", "build", "cli", "testing"})
    assert {"core", "widgets", "style", "browser", "runtime"} <= rooms


def test_the_tables_that_the_client_carries_leave_their_comments_behind() -> None:
    assert "$comment" not in client_file("client.js").read_text(encoding="utf-8")
