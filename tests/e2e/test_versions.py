"""Pages that came past the service worker, and what a first visit keeps for later ones."""

from __future__ import annotations

import re
import threading

from playwright.sync_api import expect

from tests.e2e.conftest import Visitor
from tests.e2e.pages import START, AppPage, expect_works, wait_until
from tests.e2e.profiles import wait_until_kept
from tests.e2e.server import WASM, Answer, Server, name_of
from tests.e2e.test_precache import FORGET
from tests.e2e.test_update import Release, expect_offer, host, release

__all__ = ["host", "release"]

ICON = "icons/icon-512.png"


def test_from_a_host_that_compresses_nothing_packed_wasm_is_kept(
    visitor: Visitor, host: Server
) -> None:
    page = visitor(service_workers="allow").page
    app = AppPage(page, host.url()).open()
    wait_until_kept(page)
    twin = f"{host.prefix}{name_of(host, WASM)}.bin"
    # Once by the page, once by its worker; nothing that this host sends may be kept.
    assert host.requests.count(twin) == 2
    host.stop()
    app.reload()
    expect_works(app)


def test_a_packed_file_that_is_not_what_was_built_is_refused(
    visitor: Visitor, host: Server
) -> None:
    page = visitor(service_workers="allow").page
    app = AppPage(page, host.url()).open()
    wait_until_kept(page)
    app.reload()
    page.evaluate(FORGET, ".wasm")
    name = name_of(host, WASM)
    host.answers[f"{name}.bin"] = Answer(200, b"<!doctype html><h1>Sorry</h1>")
    asked = "(name) => fetch(name).then((answer) => answer.status, () => 'refused')"
    assert page.evaluate(asked, name) == "refused"


def test_a_long_first_download_is_shown_in_megabytes_until_it_is_over(
    visitor: Visitor, host: Server
) -> None:
    arrived = threading.Event()
    body = (host.folder / ICON).read_bytes()
    host.answers[ICON] = Answer(200, body, "image/png", until=arrived)
    page = visitor(service_workers="allow").page
    app = AppPage(page, host.url()).open()
    told = page.get_by_role("status").filter(has_text="for use offline")
    line = re.compile(r"^Keeping .*… \d+\.\d\sof\s\d+\.\d\sMB$")
    expect(told).to_have_text(line, timeout=START)
    # A screen reader reads the words once, and not each number that comes.
    assert told.aria_snapshot() == "- status: Keeping the app for use offline…"
    # It covers nothing that is needed.
    expect_works(app)
    arrived.set()
    expect(told).to_have_count(0)
    wait_until_kept(page)


def test_a_page_from_the_network_notices_that_the_worker_is_of_another_version(
    visitor: Visitor, release: Release, host: Server
) -> None:
    old = (release.out / "index.html").read_bytes()
    release.next("Sum:")
    # Some cache on the way still has yesterday's page.
    host.answers[""] = Answer(200, old)
    page = visitor(service_workers="allow").page
    app = AppPage(page, host.url()).open()
    expect_offer(page)
    host.answers.clear()
    page.get_by_role("button", name="Reload").click()
    expect(app.text("Sum: 0")).to_be_visible(timeout=START)
    expect(page.get_by_text("new version")).to_have_count(0)


def test_a_page_that_was_loaded_past_the_worker_takes_its_version_without_a_word(
    visitor: Visitor, release: Release, host: Server
) -> None:
    made = visitor(service_workers="allow")
    app = AppPage(made.page, host.url()).open()
    wait_until_kept(made.page)
    release.next("Sum:")
    session = made.context.new_cdp_session(made.page)
    # As Shift and the reload button do.
    session.send("Page.reload", {"ignoreCache": True})
    expect(app.text("Sum: 0")).to_be_visible(timeout=START)
    (version,) = re.findall(r'"version":"(\w+)"', (release.out / "sw.js").read_text("utf-8"))
    wait_until(
        made.page,
        f"""(async () => {{
          const kept = (await caches.keys()).some((name) => name.endsWith('{version}'));
          const {{installing, waiting}} = await navigator.serviceWorker.getRegistration();
          return kept && !installing && !waiting;
        }})()""",
    )
    app.reload()
    expect(app.text("Sum: 0")).to_be_visible()
    expect(made.page.get_by_text("new version")).to_have_count(0)
