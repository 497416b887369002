"""``tempestweb dev``: an edit reloads the page, a mistake is shown in it with its place."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import building
from tests.e2e.conftest import Visitor
from tests.e2e.pages import START, AppPage

SOURCE = (building.APPS / "faults" / "app.py").read_text(encoding="utf-8")
WAIT = 60.0


class Dev:
    """A running ``tempestweb dev`` and the app that it serves."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.said: list[str] = []
        self._lines: Queue[str | None] = Queue()
        command = building.command("dev", "--mode", "wasm", "--port", "0", file)
        self._process = subprocess.Popen(
            command, cwd=building.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = self._wait_for_url()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _wait_for_url(self) -> str:
        while (line := self._lines.get(timeout=WAIT)) is not None:
            self.said.append(line)
            if found := re.search(r"http://[\w.:]+/?", line):
                return found[0].rstrip("/") + "/"
        raise AssertionError("tempestweb dev ended:\n" + "".join(self.said))

    def write(self, source: str) -> None:
        self.file.write_text(source, encoding="utf-8")

    def change(self, old: str, new: str) -> None:
        source = self.file.read_text(encoding="utf-8")
        assert old in source
        self.write(source.replace(old, new))

    def line_of(self, text: str) -> int:
        lines = self.file.read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, 1) if text in line)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=WAIT)
        self._reader.join()


@pytest.fixture
def dev(tmp_path: Path) -> Iterator[Dev]:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "app.py").write_text(SOURCE, encoding="utf-8")
    running = Dev(folder / "app.py")
    yield running
    running.close()


@pytest.fixture
def app(dev: Dev, visitor: Visitor) -> AppPage:
    return AppPage(visitor(service_workers="allow").page, dev.url).open()


def overlay(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Error in the app").or_(page.get_by_role("alert")).first


def test_an_edit_reloads_the_page(dev: Dev, app: AppPage) -> None:
    dev.change('f"Count: ', 'f"Sum: ')
    expect(app.text("Sum: 0")).to_be_visible(timeout=START)


def test_a_mistake_of_syntax_is_shown_with_its_place_until_it_is_mended(
    dev: Dev, app: AppPage
) -> None:
    good = dev.file.read_text(encoding="utf-8")
    dev.change("def make_state() -> State:", "def make_state( -> State:")
    line = dev.line_of("def make_state( ->")
    shown = overlay(app.page)
    expect(shown).to_contain_text("SyntaxError", timeout=START)
    expect(shown).to_contain_text("app.py")
    expect(shown).to_contain_text(re.compile(rf"line {line}\b|:{line}\b"))
    dev.write(good)
    app.wait()
    expect(shown).to_have_count(0)
    app.button("Add").click()
    expect(app.text("Count: 1")).to_be_visible()


def test_an_error_while_importing_is_shown_with_its_traceback(dev: Dev, app: AppPage) -> None:
    dev.change("class State:", "class State(Nothing):")
    line = dev.line_of("class State(Nothing):")
    shown = overlay(app.page)
    expect(shown).to_contain_text("NameError", timeout=START)
    expect(shown).to_contain_text(re.compile(rf"line {line}\b|:{line}\b"))


def test_a_failing_handler_opens_an_overlay_and_the_app_lives_on(dev: Dev, app: AppPage) -> None:
    line = dev.line_of('raise RuntimeError("the handler gave up")')
    app.button("Fail").click()
    shown = overlay(app.page)
    expect(shown).to_contain_text("RuntimeError: the handler gave up")
    expect(shown).to_contain_text("Traceback")
    expect(shown).to_contain_text(re.compile(rf"app\.py.*line {line}\b"))
    shown.get_by_role("button", name="Dismiss").click()
    expect(shown).to_have_count(0)
    app.button("Add").click()
    expect(app.text("Count: 1")).to_be_visible()


def test_a_traceback_shows_the_lines_of_the_library_too(dev: Dev, app: AppPage) -> None:
    source = dev.file.read_text(encoding="utf-8").replace('label="Fail"', 'label="Parse"')
    dev.write(source.replace('raise RuntimeError("the handler gave up")', 'json.loads("{")'))
    dev.change("from dataclasses", "import json\nfrom dataclasses")
    app.button("Parse").click(timeout=START)
    shown = overlay(app.page)
    # A line of the app, and one of a file that the page has in an archive.
    expect(shown).to_contain_text('json.loads("{")')
    expect(shown).to_contain_text("obj, end = self.raw_decode(s, idx=_w(s, 0).end())")


def test_the_overlay_can_be_closed_by_keyboard_and_gives_the_focus_back(
    dev: Dev, app: AppPage
) -> None:
    app.button("Fail").focus()
    app.page.keyboard.press("Enter")
    expect(overlay(app.page)).to_be_visible()
    app.page.keyboard.press("Escape")
    expect(overlay(app.page)).to_have_count(0)
    expect(app.button("Fail")).to_be_focused()


def test_mending_a_failing_handler_takes_the_overlay_away(dev: Dev, app: AppPage) -> None:
    app.button("Fail").click()
    expect(overlay(app.page)).to_be_visible()
    dev.change('raise RuntimeError("the handler gave up")', "add()")
    expect(overlay(app.page)).to_have_count(0, timeout=START)
    app.wait()
    app.button("Fail").click()
    expect(app.text("Count: 1")).to_be_visible()


def test_a_failing_first_view_is_shown_with_its_place(dev: Dev, app: AppPage) -> None:
    dev.change("if app.state.broken:", "if True:")
    line = dev.line_of('raise RuntimeError("the view gave up")')
    shown = overlay(app.page)
    expect(shown).to_contain_text("RuntimeError: the view gave up", timeout=START)
    expect(shown).to_contain_text(re.compile(rf"line {line}\b"))
    dev.change("if True:", "if app.state.broken:")
    app.wait()
    expect(app.text("Count: 0")).to_be_visible()


def test_a_page_of_the_dev_server_is_kept_by_no_service_worker(dev: Dev, app: AppPage) -> None:
    assert app.page.evaluate("navigator.serviceWorker.getRegistrations().then(r => r.length)") == 0


def test_where_the_first_view_differs_from_what_a_build_shows_is_told(
    dev: Dev, visitor: Visitor
) -> None:
    dev.change(
        'Text(content=f"Count: {app.state.count}")',
        'Text(content=f"Here: {app.context.locale}")',
    )
    visit = visitor(locale="de-AT")
    told = 'content was "Here: en" and is "Here: de-AT"'
    with visit.page.expect_console_message(lambda message: told in message.text, timeout=2 * START):
        app = AppPage(visit.page, dev.url).open()
    expect(app.text("Here: de-AT")).to_be_visible()
