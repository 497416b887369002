"""A start never hangs in silence: the screen has stage, reason, code, and a way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests import tools
from tests.e2e.conftest import Visitor
from tests.e2e.pages import START, AppPage, expect_works
from tests.e2e.server import Answer, Server, impatient, publish

PYTHON = "_tempest/python"
SCRIPT = "text/javascript"
PLACES = {
    "download": "The app could not be downloaded",
    "runtime": "Python could not start here",
    "packages": "A package of the app could not be loaded",
    "app": "The app could not start",
}


def gone(body: bytes) -> Answer:
    return Answer(404)


def error_page(body: bytes) -> Answer:
    return Answer(200, b"<!doctype html><title>Sorry</title><h1>Back soon</h1>")


def plain(body: bytes) -> Answer:
    return Answer(200, body, "text/plain")


def changed(body: bytes) -> Answer:
    """As long as the right one, and wrong in one byte."""
    return Answer(200, body[:500] + bytes([body[500] ^ 1]) + body[501:], "application/octet-stream")


def never(body: bytes) -> Answer:
    return Answer(200, b"export default () => new Promise(() => {});", SCRIPT)


def wrong_import(body: bytes) -> Answer:
    return Answer(200, body + b"\nimport nothing_of_that_name\n", "text/x-python")


def trimmed(body: bytes) -> Answer:
    return Answer(200, body + b"\nimport sqlite3\n", "text/x-python")


def greedy(body: bytes) -> Answer:
    # More than there can be, without using what there is.
    return Answer(200, b"[bytearray(2**31 - 1) for _ in range(3)]\n", "text/x-python")


def broken_view(body: bytes) -> Answer:
    text = body.decode().replace("    return Column(", "    1 / 0\n    return Column(", 1)
    return Answer(200, text.encode(), "text/x-python")


def endless(body: bytes) -> Answer:
    return Answer(200, b"while True: pass\n", "text/x-python")


@dataclass(frozen=True)
class Fault:
    """What the host gets wrong, and what the screen says of it."""

    file: str
    how: Callable[[bytes], Answer]
    stage: str
    code: str
    says: str


FAULTS = [
    Fault(f"{PYTHON}/pyodide-*.wasm", gone, "download", "http_404", "the host has no pyodide-"),
    Fault(f"{PYTHON}/pyodide-*.mjs", plain, "download", "wrong_type", "must be text/javascript"),
    Fault(f"{PYTHON}/pyodide-*.wasm", error_page, "download", "wrong_type", "a web page"),
    Fault(f"{PYTHON}/tempestweb-wasm-*.bin", changed, "download", "wrong_file", "not the file"),
    Fault(f"{PYTHON}/engine-*.mjs", never, "runtime", "timed_out", "nothing happened"),
    Fault("apps/faults/app.py", wrong_import, "app", "app_import_failed", "nothing_of_that_name"),
    Fault("apps/faults/app.py", trimmed, "app", "app_import_failed", 'put keep = ["sqlite3"]'),
    Fault("apps/faults/app.py", greedy, "app", "out_of_memory", "enough memory"),
    Fault("apps/faults/app.py", broken_view, "app", "view_failed", "could not be shown"),
    Fault("apps/faults/app.py", endless, "app", "timed_out", "first view did not come"),
]


@pytest.fixture
def host(own_site: Path) -> Iterator[Server]:
    with Server(own_site) as server:
        yield server


def spoil(host: Server, fault: Fault) -> None:
    (path,) = host.folder.glob(fault.file)
    name = path.relative_to(host.folder).as_posix()
    answer = fault.how(path.read_bytes())
    if path.suffix == ".py":
        publish(host, name, answer.body)  # the app itself is so, or its hash would tell
    else:
        host.answers[name] = answer


def expect_screen(page: Page, *said: str) -> None:
    screen = page.get_by_role("alert")
    expect(screen).to_be_visible(timeout=START)
    for text in said:
        expect(screen).to_contain_text(text)
    expect(page.get_by_role("progressbar")).to_have_count(0)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.how.__name__} {fault.file}")
def test_what_goes_wrong_is_told_and_can_be_tried_again(
    fault: Fault, visitor: Visitor, host: Server
) -> None:
    if fault.code == "timed_out":
        impatient(host, 12_000, "faults")
    spoil(host, fault)
    app = AppPage(visitor().page, host.url("faults/"))
    app.page.goto(app.url)
    expect_screen(app.page, PLACES[fault.stage], fault.says, fault.code)
    host.answers.clear()
    app.page.get_by_role("alert").get_by_role("button", name="Try again").click()
    app.wait()
    expect_works(app)


def test_an_app_on_the_pages_own_thread_has_the_same_screens(
    visitor: Visitor, host: Server
) -> None:
    spoil(host, FAULTS[0])
    page = visitor().page
    page.goto(host.url("mainthread/"))
    expect_screen(page, PLACES["download"], "http_404")
    host.answers.clear()
    page.get_by_role("alert").get_by_role("button", name="Try again").click()
    expect_works(AppPage(page, page.url).wait())


@pytest.mark.parametrize("app", ["faults", "mainthread"])
def test_a_machine_without_memory_for_python_is_told_of(
    playwright: Playwright, host: Server, app: str
) -> None:
    # A real limit of the engine's: Python's own memory can't grow to what it needs to start.
    limited = (*tools.CHROMIUM_FLAGS, "--js-flags=--wasm-max-mem-pages=400")
    launched = playwright.chromium.launch(executable_path=tools.chromium(), args=list(limited))
    page = launched.new_context(service_workers="block").new_page()
    page.goto(host.url(f"{app}/"))
    expect_screen(page, "out_of_memory", "enough memory", "Try again")
    launched.close()
