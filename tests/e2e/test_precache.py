"""A version is kept whole or not at all; one that does not start gives way to the one before."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.e2e.conftest import Visit, Visitor
from tests.e2e.pages import START, AppPage, expect_works, wait_until
from tests.e2e.profiles import process, wait_until_kept
from tests.e2e.server import Answer, Server
from tests.e2e.test_update import Release, expect_offer, host, release, take_offer, visit

__all__ = ["host", "release", "visit"]

CODE = "apps/app/app.py"

UPDATE = """async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  await registration.update();
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  const over = (state) => state === 'activated' || state === 'redundant';
  if (!over(worker.state)) {
    await new Promise((resolve) => worker.addEventListener('statechange', () => {
      if (over(worker.state)) resolve();
    }));
  }
  return worker.state;
}"""
TAKE_OVER = """async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  const taken = new Promise((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', resolve, {once: true});
  });
  registration.waiting.postMessage({type: 'skip-waiting'});
  await taken;
}"""
TOLD = """
  window.told = [];
  navigator.serviceWorker.addEventListener('message', ({data}) => window.told.push(data));
"""
# A page whose address says so never tells how its app fares.
SILENT = """
  if (location.hash === '#silent') {
    navigator.serviceWorker.register = () => new Promise(() => {});
  }
"""
FAILED = "window.told.find((message) => message.type === 'failed')?.reason"
FORGET = """async (name) => {
  for (const key of await caches.keys()) {
    const cache = await caches.open(key);
    for (const request of await cache.keys()) {
      if (request.url.includes(name)) await cache.delete(request);
    }
  }
}"""


def failure(page: Page) -> str:
    """Wait until the worker has told that a version could not be kept, and why."""
    reason: str = wait_until(page, FAILED)
    return reason


def kept_versions(page: Page) -> list[str]:
    """Return the caches of the worker; the page itself may have one for a snapshot of Python."""
    names: list[str] = page.evaluate("caches.keys()")
    return [name for name in names if name.startswith("tempestweb ")]


def note(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible(timeout=START)


def test_a_version_that_fails_to_start_gives_way_to_the_one_before(
    visit: Visit, release: Release, host: Server
) -> None:
    app = AppPage(visit.page, host.url())
    good = release.app.read_text(encoding="utf-8")
    release.app.write_text(f"{good}\nraise RuntimeError('a bad day')\n", encoding="utf-8")
    release.build()
    app.reload()
    take_offer(visit.page)
    expect(app.text("Count: 0")).to_be_visible(timeout=START)
    note(visit.page, "could not start")
    expect_works(app)
    # The next one is taken as any other.
    release.app.write_text(good, encoding="utf-8")
    release.next("Sum:")
    visit.page.get_by_role("button", name="Later").click()
    app.reload()
    visit.page.get_by_role("button", name="Later").click()
    take_offer(visit.page)
    expect(app.text("Sum: 0")).to_be_visible(timeout=START)


def test_a_version_that_never_says_that_it_started_is_given_up_and_can_be_tried_again(
    visit: Visit, release: Release, host: Server
) -> None:
    app = AppPage(visit.page, host.url())
    release.next("Sum:")
    app.reload()
    expect_offer(visit.page)
    visit.page.evaluate(TAKE_OVER)
    visit.page.add_init_script(SILENT)
    visit.page.goto("about:blank")
    for _ in range(3):
        visit.page.goto(host.url("#silent"))
        visit.page.goto("about:blank")
    app.open()
    expect(app.text("Count: 0")).to_be_visible()
    note(visit.page, "could not start")
    visit.page.get_by_role("button", name="Try again").click()
    expect(app.text("Sum: 0")).to_be_visible(timeout=START)


def test_a_version_that_was_loaded_again_and_again_in_vain_is_given_up(
    visit: Visit, release: Release, host: Server
) -> None:
    release.next("Sum:")
    AppPage(visit.page, host.url()).reload()
    expect_offer(visit.page)
    visit.page.evaluate(TAKE_OVER)
    visit.page.add_init_script(SILENT)
    visit.page.goto("about:blank")
    visit.page.goto(host.url("#silent"))
    for _ in range(2):
        visit.page.reload()
        expect(visit.page.get_by_text("Sum: 0")).to_be_visible()
    visit.page.reload()
    expect(visit.page.get_by_text("Count: 0")).to_be_visible()


def test_tabs_that_are_opened_at_once_get_the_new_version_all(
    visit: Visit, release: Release, host: Server
) -> None:
    release.next("Sum:")
    AppPage(visit.page, host.url()).reload()
    expect_offer(visit.page)
    visit.page.evaluate(TAKE_OVER)
    # None has started when the next is opened.
    visit.context.add_init_script(SILENT)
    for _ in range(5):
        page = visit.context.new_page()
        page.goto(host.url("#silent"))
        expect(page.get_by_text("Sum: 0")).to_be_visible()


def test_a_new_version_can_be_taken_at_the_next_start_without_a_word(
    release: Release, host: Server, visitor: Visitor
) -> None:
    settings = release.app.parent / "tempestweb.toml"
    settings.write_text('[app]\nupdate = "next-start"\n', encoding="utf-8")
    release.build()
    page = visitor(service_workers="allow").page
    app = AppPage(page, host.url()).open()
    wait_until_kept(page)
    app.reload()
    release.next("Sum:")
    assert page.evaluate(UPDATE) == "activated"
    expect(app.text("Count: 0")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="version")).to_have_count(0)
    host.stop()
    app.reload()
    expect(app.text("Sum: 0")).to_be_visible()


def test_a_long_download_of_a_new_version_is_shown(
    visit: Visit, release: Release, host: Server
) -> None:
    release.next("Sum:")
    arrived = threading.Event()
    body = release.app.read_bytes()
    host.answers[CODE] = Answer(200, body, "text/x-python", until=arrived)
    visit.page.evaluate(
        "() => void navigator.serviceWorker.getRegistration().then((r) => r.update())"
    )
    told = visit.page.get_by_role("status").filter(has_text="Fetching")
    expect(told).to_have_text(
        re.compile(r"^Fetching a new version… \d+\.\d\sof\s\d+\.\d\sMB$"), timeout=START
    )
    arrived.set()
    expect_offer(visit.page)
    expect(visit.page.get_by_text("Fetching")).to_have_count(0)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"# cut off" * 100, "text/x-python", cut=10),
        Answer(200, b"# somebody changed this\n", "text/x-python"),
        Answer(503, b"later"),
    ],
    ids=["cut off", "changed under its name", "unavailable"],
)
def test_a_file_that_does_not_arrive_as_built_leaves_the_old_version_until_it_does(
    answer: Answer, visit: Visit, release: Release, host: Server
) -> None:
    app = AppPage(visit.page, host.url())
    visit.page.evaluate(TOLD)
    host.answers[CODE] = answer
    release.next("Sum:")
    visit.page.evaluate(UPDATE.replace("return worker.state", "return true"))
    assert "app.py" in failure(visit.page) or answer.cut is not None
    app.reload()
    expect(app.text("Count: 0")).to_be_visible()
    host.answers.clear()
    app.reload()
    take_offer(visit.page)
    expect(app.text("Sum: 0")).to_be_visible(timeout=START)


def test_a_browser_without_room_keeps_nothing_and_the_app_works(
    visitor: Visitor, host: Server
) -> None:
    made = visitor(service_workers="allow")
    made.page.add_init_script(TOLD)
    session = made.context.new_cdp_session(made.page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": host.origin, "quotaSize": 2_000_000})
    app = AppPage(made.page, host.url()).open()
    assert "no more room" in failure(made.page)
    assert kept_versions(made.page) == []
    with made.context.expect_console_message(lambda said: "snapshot can't be kept" in said.text):
        expect_works(app.reload())
    names: list[str] = made.page.evaluate("caches.keys()")
    assert [name for name in names if name.startswith("tempestweb-snapshot")] == []
    session.send("Storage.overrideQuotaForOrigin", {"origin": host.origin})
    app.reload()
    wait_until_kept(made.page)
    host.stop()
    app.reload()


def test_a_name_that_holds_its_hash_is_kept_under_the_address_that_pages_ask_for(
    visit: Visit,
) -> None:
    # A browser keeps compiled code beside nothing else.
    (version,) = [name for name in kept_versions(visit.page) if not name.endswith(" pages")]
    keys: list[str] = visit.page.evaluate(
        "async (name) => (await (await caches.open(name)).keys()).map((one) => one.url)", version
    )
    wasm = [key for key in keys if ".wasm" in key]
    assert len(wasm) == 2
    assert all(key.endswith(".wasm") for key in wasm)
    assert any(key.split("?tempest=")[0].endswith("/app.py") for key in keys if "?" in key)


def test_a_file_that_the_browser_evicted_is_put_back(visit: Visit, host: Server) -> None:
    app = AppPage(visit.page, host.url())
    visit.page.evaluate(FORGET, "app.py")
    visit.page.evaluate(FORGET, ".wasm")
    app.reload()
    expect(app.text("Count: 0")).to_be_visible()
    host.stop()
    app.reload()
    expect(app.text("Count: 0")).to_be_visible()


def test_an_evicted_file_that_the_host_has_changed_ends_in_words_and_then_in_the_new_version(
    visit: Visit, release: Release, host: Server
) -> None:
    app = AppPage(visit.page, host.url())
    visit.page.evaluate(FORGET, "app.py")
    release.next("Sum:")
    visit.page.reload()
    visit.page.get_by_role("alert").get_by_role("button").click(timeout=START)
    expect(app.text("Sum: 0")).to_be_visible(timeout=START)


def test_a_browser_that_ends_during_the_download_goes_on_next_time(
    playwright: Playwright, host: Server, tmp_path: Path
) -> None:
    never = threading.Event()
    icon = host.folder / "icons" / "icon-512.png"
    host.answers["icons/icon-512.png"] = Answer(200, icon.read_bytes(), "image/png", until=never)
    with process(playwright, tmp_path / "profile") as context:
        AppPage(context.new_page(), host.url()).open()
        wait_until(
            context.pages[-1],
            """(async () => {
              for (const name of await caches.keys()) {
                if ((await (await caches.open(name)).keys()).length > 9) return true;
              }
              return false;
            })()""",
        )
    never.set()
    host.answers.clear()
    with process(playwright, tmp_path / "profile") as context:
        app = AppPage(context.new_page(), host.url()).open()
        wait_until_kept(app.page)
        host.stop()
        app.reload()
        expect(app.text("Count: 0")).to_be_visible()


def test_a_build_without_a_worker_lets_open_pages_say_when_they_load_again(
    visit: Visit, release: Release, host: Server
) -> None:
    app = AppPage(visit.page, host.url())
    app.button("Add").click()
    release.build(offline=False)
    asked = "() => void navigator.serviceWorker.getRegistration().then((r) => r.update())"
    visit.page.evaluate(asked)
    expect_offer(visit.page)
    wait_until(
        visit.page,
        "caches.keys().then((keys) => !keys.some((key) => key.startsWith('tempestweb ')))",
    )
    app.button("Add").click()
    expect(app.text("Count: 2")).to_be_visible()
    host.requests.clear()
    take_offer(visit.page)
    expect(app.text("Count: 0")).to_be_visible(timeout=START)
    assert "/shop/" in host.requests


def test_a_build_without_a_worker_removes_the_one_before_and_what_it_kept(
    visit: Visit, release: Release, host: Server
) -> None:
    app = AppPage(visit.page, host.url())
    visit.page.evaluate("caches.open('tempestweb live /shop/ pages')")
    release.build(offline=False)
    # Nobody has done anything in the page (a script of Playwright's would count), so that it loads
    # again by itself; only then nothing is left of the worker.
    gone = "navigator.serviceWorker.getRegistrations().then((found) => found.length === 0)"
    with visit.page.expect_response(
        lambda found: found.url == host.url() and not found.from_service_worker, timeout=START
    ):
        visit.page.reload()
    wait_until(visit.page, gone)
    assert kept_versions(visit.page) == []
    host.requests.clear()
    app.open()
    expect(app.text("Count: 0")).to_be_visible()
    assert any(path.endswith("/_tempest.json") for path in host.requests)
