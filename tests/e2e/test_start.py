"""How a page starts: what it shows meanwhile, what it asks for, and how it gives up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, Route, expect

from tests import tools
from tests.e2e.conftest import Visitor
from tests.e2e.pages import START, AppPage, expect_works
from tests.e2e.server import LOADER, STDLIB, WASM, Answer, Server, file_of, impatient, name_of

# Notes what the loading screen says and how far its bar is, each time that one of them changes.
RECORD = """
window.seen = [];
window.pristine = window.fetch;
addEventListener("DOMContentLoaded", () => {
  const bar = document.querySelector("[data-tempest-progress]");
  const text = document.querySelector("[data-tempest-status]");
  const note = () => seen.push([text.textContent, bar.getAttribute("value")]);
  const options = { attributes: true, childList: true, characterData: true, subtree: true };
  new MutationObserver(note).observe(bar.parentElement, options);
});
"""


@pytest.fixture
def host(own_site: Path) -> Iterator[Server]:
    with Server(own_site) as server:
        yield server


def expect_screen(page: Page, *said: str) -> None:
    screen = page.get_by_role("alert")
    expect(screen).to_be_visible(timeout=START)
    for text in said:
        expect(screen).to_contain_text(text)
    expect(screen.get_by_role("button", name="Try again")).to_be_visible()


def test_progress_is_real_and_never_goes_back(visitor: Visitor, host: Server) -> None:
    page = visitor().page
    page.add_init_script(RECORD)
    AppPage(page, host.url("faults/")).open()
    seen = page.evaluate("seen")
    values = [float(value) for _, value in seen if value is not None]
    assert values == sorted(values)
    assert len(set(values)) > 5
    assert 0 <= values[0] < 0.5 < values[-1] <= 1
    stages = list(dict.fromkeys(text for text, _ in seen))
    order = ["Downloading…", "Starting Python…", "Loading packages…", "Starting the app…"]
    assert stages == [stage for stage in order if stage in stages]
    assert len(stages) > 2


def test_each_file_is_asked_for_once_and_the_pages_fetch_is_its_own_again(
    visitor: Visitor, host: Server
) -> None:
    page = visitor().page
    page.add_init_script(RECORD)
    AppPage(page, host.url("faults/")).open()
    asked = [path.partition("?")[0] for path in host.requests]
    assert sorted(asked) == sorted(set(asked))
    assert page.evaluate("fetch === pristine")


def test_a_download_that_hangs_is_given_up_with_its_stage(visitor: Visitor, host: Server) -> None:
    impatient(host, 6000, "faults")
    page = visitor().page
    held: list[Route] = []
    page.route("**/pyodide-*.wasm", lambda route: held.append(route))
    page.goto(host.url("faults/"))
    expect_screen(
        page, "could not be downloaded", f"{file_of(host, WASM).name} did not arrive for 6 seconds"
    )
    assert held


def test_a_browser_without_webassembly_is_told(playwright: Playwright, host: Server) -> None:
    # As browsers are that were told to be as safe as can be (Edge, Vanadium, Lockdown Mode).
    without = [*tools.CHROMIUM_FLAGS, "--js-flags=--jitless"]
    launched = playwright.chromium.launch(executable_path=tools.chromium(), args=without)
    page = launched.new_page()
    page.goto(host.url("faults/"))
    expect_screen(page, "Python could not start here", "no WebAssembly", "no_webassembly")
    launched.close()


@pytest.mark.parametrize("app", ["faults", "mainthread"])
def test_a_policy_without_webassembly_is_told(app: str, visitor: Visitor, own_site: Path) -> None:
    policy = {"Content-Security-Policy": "script-src 'self'"}
    with Server(own_site, headers=policy) as server:
        page = visitor().page
        page.goto(server.url(f"{app}/"))
        expect_screen(page, "Python could not start here", "'wasm-unsafe-eval'", "no_webassembly")


def test_a_wasm_of_unknown_type_still_starts(visitor: Visitor, host: Server) -> None:
    wasm = file_of(host, WASM)
    host.answers[name_of(host, WASM)] = Answer(200, wasm.read_bytes(), "application/octet-stream")
    app = AppPage(visitor().page, host.url("faults/")).open()
    expect_works(app)


def test_a_module_of_the_wrong_type_is_named_with_the_right_one(
    visitor: Visitor, host: Server
) -> None:
    module = file_of(host, LOADER)
    host.answers[name_of(host, LOADER)] = Answer(200, module.read_bytes(), "text/plain")
    page = visitor().page
    page.goto(host.url("faults/"))
    expect_screen(page, f"the host sends {module.name} as text/plain: it must be text/javascript")


def test_a_file_that_is_cut_off_is_named(visitor: Visitor, host: Server) -> None:
    stdlib = file_of(host, STDLIB)
    body = stdlib.read_bytes()[:100_000]
    host.answers[name_of(host, STDLIB)] = Answer(200, body, "application/octet-stream")
    page = visitor().page
    page.goto(host.url("faults/"))
    expect_screen(page, f"{stdlib.name} is not the file that was built")
