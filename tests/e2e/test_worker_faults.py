"""What the service worker does when something is missing, unreadable or not an app."""

from __future__ import annotations

import wave

from playwright.sync_api import expect

from tests.e2e.conftest import Visit, Visitor
from tests.e2e.pages import AppPage, wait_until
from tests.e2e.profiles import wait_until_kept
from tests.e2e.server import Answer, Server
from tests.e2e.test_precache import FORGET, TAKE_OVER, kept_versions
from tests.e2e.test_update import Release, expect_offer, host, release, visit

__all__ = ["host", "release", "visit"]


def test_a_file_that_can_not_be_had_again_takes_nothing_else_with_it(
    visit: Visit, host: Server
) -> None:
    app = AppPage(visit.page, host.url())
    visit.page.evaluate(FORGET, "icon-512")
    icon, worker = "icons/icon-512.png", "sw.js"
    for answer in (Answer(503, b"busy"), Answer(200, b"<!doctype html><h1>Log in</h1>")):
        host.answers = {icon: answer, worker: answer}
        assert "Failed" in visit.page.evaluate(f"fetch('./{icon}').then((r) => r.status, String)")
    host.stop()
    assert "Failed" in visit.page.evaluate(f"fetch('./{icon}').then((r) => r.status, String)")
    app.reload()
    expect(app.text("Count: 0")).to_be_visible()


PLAYED = """() => new Promise((resolve) => {
  const sound = new Audio('./apps/app/sound.wav');
  sound.onloadedmetadata = () => resolve(sound.duration);
  sound.onerror = () => resolve(sound.error.message);
  sound.load();
})"""
RANGE = """async (range) => {
  const response = await fetch('./apps/app/sound.wav', {headers: {range}});
  const {byteLength} = await response.arrayBuffer();
  return [response.status, response.headers.get('content-range'), byteLength];
}"""


def test_sound_that_is_kept_plays_without_a_network(
    release: Release, host: Server, visitor: Visitor
) -> None:
    with wave.open(str(release.app.parent / "sound.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16_000))
    release.build()
    page = visitor(service_workers="allow").page
    app = AppPage(page, host.url()).open()
    wait_until_kept(page)
    app.reload()
    host.stop()
    assert page.evaluate(PLAYED) == 1
    size = 16_044
    assert page.evaluate(RANGE, "bytes=0-99") == [206, f"bytes 0-99/{size}", 100]
    assert page.evaluate(RANGE, "bytes=-44") == [206, f"bytes 16000-16043/{size}", 44]
    assert page.evaluate(RANGE, "bytes=16000-") == [206, f"bytes 16000-16043/{size}", 44]
    assert page.evaluate(RANGE, f"bytes={size}-") == [416, f"bytes */{size}", 0]
    assert page.evaluate(RANGE, "bytes=0-1,5-6") == [200, None, size]


def test_a_page_that_can_not_be_had_again_takes_nothing_else_with_it(
    visit: Visit, host: Server
) -> None:
    app = AppPage(visit.page, host.url())
    visit.page.evaluate(FORGET, "/index.html")
    host.stop()
    for _ in range(2):
        app.page.goto(host.url())
        expect(app.page.get_by_role("heading")).to_contain_text("No connection")
    host.start()
    app.open()
    wait_until(
        app.page,
        "caches.match('./index.html', {ignoreSearch: true}).then((found) => found !== undefined)",
    )
    host.stop()
    app.reload()
    expect(app.text("Count: 0")).to_be_visible()


SPOIL = """async () => {
  const cache = await caches.open('tempestweb /shop/ pages');
  await cache.put(new URL('/shop/?tempest-manifest', location), new Response('{"act'));
}"""


def test_a_note_of_the_workers_that_can_not_be_read_counts_as_none(
    visit: Visit, host: Server
) -> None:
    app = AppPage(visit.page, host.url())
    visit.page.evaluate(SPOIL)
    # As the browser does by itself with one that has nothing to do.
    session = visit.context.new_cdp_session(visit.page)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")
    app.reload()
    expect(app.text("Count: 0")).to_be_visible()
    host.stop()
    app.reload()
    expect(app.text("Count: 0")).to_be_visible()


def test_a_worker_whose_storage_fails_leaves_pages_to_the_host(visit: Visit, host: Server) -> None:
    app = AppPage(visit.page, host.url())
    (worker,) = visit.context.service_workers
    worker.evaluate(
        """() => {
          self.ways = ['open', 'match'].map((name) => [name, caches[name]]);
          for (const [name] of ways) {
            CacheStorage.prototype[name] = () => Promise.reject(new Error('a bad disk'));
          }
          meta = undefined;
        }"""
    )
    app.reload()
    expect(app.text("Count: 0")).to_be_visible()
    worker.evaluate("() => { for (const [name, way] of ways) CacheStorage.prototype[name] = way; }")
    host.stop()
    app.reload()
    expect(app.text("Count: 0")).to_be_visible()


def test_pages_that_are_no_apps_make_no_version_one_that_does_not_start(
    visit: Visit, release: Release, host: Server
) -> None:
    visit.page.evaluate("caches.open('tempestweb live /shop/ pages')")
    release.next("Sum:")
    AppPage(visit.page, host.url()).reload()
    expect_offer(visit.page)
    visit.page.evaluate(TAKE_OVER)
    for _ in range(4):
        visit.page.goto(host.url("icons/icon-512.png"))
    app = AppPage(visit.page, host.url()).open()
    expect(app.text("Sum: 0")).to_be_visible()
    # An app on a server was at this address once: its pages are nobody's business any more.
    assert [name for name in kept_versions(visit.page) if "live" in name] == []
