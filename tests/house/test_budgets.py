"""What the visitor downloads has a limit each, and here it is."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

from tempestweb_wasm.build.trimming import CHANNELS, ON_DEMAND, trim_wheel, wheel_mark
from tempestweb_wasm.build.wheel import make_wheel
from tempestweb_wasm.client_files import client_file

# What a build takes of the page's wheel, and the whole of it, which micropip gets.
PAGE_WHEEL = 142_900
# What an app that says app.channel(…) gets on top, and one that imports tempestweb_wasm.native.
CHANNELS_MORE = 14 * 1000
NATIVE_MORE = 8 * 1000
NATIVE_GZIPPED = 4 * 1024
# The limit of before there was native, and native with its script.
WHOLE_WHEEL = 165 * 1000 + NATIVE_MORE + NATIVE_GZIPPED
CLIENT_GZIPPED = 16 * 1024
# With the restart of a Python that died or hangs, states that tabs share, adopting a page's HTML,
# and what was done to it and typed into it.
BOOT_GZIPPED = 14 * 1024
# What a page of an app on a server loads beside the client: the line.
LIVE_GZIPPED = 7 * 1024
EARLY_GZIPPED = 512
# What brings the others in, with the screen that says why one can't be had.
GATE_GZIPPED = 2560
WORKER_GZIPPED = 7 * 1024
STYLES_GZIPPED = 8 * 1024


def gzipped(name: str) -> int:
    return len(gzip.compress(client_file(name).read_bytes(), 9))


def downloaded(tmp_path: Path, *imported: str) -> int:
    """Return the bytes of the page's wheel less what a build leaves out of it."""
    name, data = make_wheel()
    (tmp_path / name).write_bytes(data)
    names = trim_wheel(tmp_path / name, [], imported).names
    with zipfile.ZipFile(tmp_path / name) as archive:
        left_out = [entry for entry in archive.infolist() if is_left_out(entry, names)]
    # Each entry has two headers (APPNOTE.TXT of ZIP, 4.3.7 and 4.3.12), which name it.
    headers = sum(30 + 46 + 2 * len(entry.filename) for entry in left_out)
    return len(data) - headers - sum(entry.compress_size for entry in left_out)


def is_left_out(entry: zipfile.ZipInfo, taken: tuple[str, ...]) -> bool:
    if entry.filename.endswith(("/_client/native.js", ".dist-info/RECORD")):
        return True  # fetched when an app first calls for it, and by nobody
    return entry.filename not in taken and wheel_mark(entry.filename) in ON_DEMAND


def test_what_the_page_gets_of_the_wheel(tmp_path: Path) -> None:
    assert downloaded(tmp_path) <= PAGE_WHEEL
    assert len(make_wheel()[1]) <= WHOLE_WHEEL


def test_what_an_app_with_channels_gets_on_top(tmp_path: Path) -> None:
    more = downloaded(tmp_path, *CHANNELS) - downloaded(tmp_path)
    assert 0 < more <= CHANNELS_MORE


def test_what_an_app_with_native_calls_gets_on_top(tmp_path: Path) -> None:
    more = downloaded(tmp_path, "tempestweb_wasm.native") - downloaded(tmp_path)
    assert 0 < more <= NATIVE_MORE


def test_what_a_page_gets_when_it_is_first_asked_for_more_than_showing_the_app() -> None:
    assert gzipped("native.js") <= NATIVE_GZIPPED
    text = client_file("native.js").read_text(encoding="utf-8")
    assert "client.js" not in text


def test_the_browser_client() -> None:
    assert gzipped("client.js") <= CLIENT_GZIPPED


def test_what_starts_apps_in_the_page() -> None:
    assert gzipped("boot.js") <= BOOT_GZIPPED
    assert "./client.js" in client_file("boot.js").read_text(encoding="utf-8")


def test_what_connects_a_page_to_its_app_on_a_server() -> None:
    assert gzipped("live.js") <= LIVE_GZIPPED
    assert "./client.js" in client_file("live.js").read_text(encoding="utf-8")


def test_python_in_a_worker() -> None:
    assert gzipped("worker.js") <= WORKER_GZIPPED
    assert "client.js" not in client_file("worker.js").read_text(encoding="utf-8")


def test_what_brings_the_scripts_into_a_page() -> None:
    assert gzipped("gate.js") <= GATE_GZIPPED
    assert "client.js" not in client_file("gate.js").read_text(encoding="utf-8")


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
