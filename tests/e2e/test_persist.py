"""An app with persist is back as it was: after a reload, a new process, a crash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.conftest import Visitor
from tests.e2e.pages import START, AppPage
from tests.e2e.profiles import process
from tests.e2e.server import Server, boot_with, publish

APP = "apps/kept/app.py"
READ = """async () => {
  const opened = await new Promise((resolve, reject) => {
    const request = indexedDB.open("tempestweb");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const states = opened.transaction("states").objectStore("states");
  const all = (request) => new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
  });
  const [keys, texts] = await Promise.all([all(states.getAllKeys()), all(states.getAll())]);
  opened.close();
  return keys.map((key, index) => [key, texts[index]]);
}"""


@pytest.fixture
def host(own_site: Path) -> Iterator[Server]:
    with Server(own_site) as server:
        yield server


def newer(host: Server, *changes: tuple[str, str]) -> None:
    """Let the host have another version of the app."""
    source = (host.folder / APP).read_text("utf-8")
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    publish(host, APP, source.encode())


def count_to(app: AppPage, number: int) -> None:
    for count in range(1, number + 1):
        app.button("Add").click()
        expect(app.text(f"Count: {count}")).to_be_visible()


def test_a_reload_right_after_a_change_loses_nothing(visitor: Visitor, host: Server) -> None:
    app = AppPage(visitor().page, host.url("kept/")).open()
    app.page.get_by_placeholder("Draft").fill("Ada")
    count_to(app, 2)
    app.reload()
    expect(app.text("Count: 2")).to_be_visible()
    expect(app.text("Names: Ada, Ada")).to_be_visible()
    expect(app.page.get_by_placeholder("Draft")).to_have_value("Ada")


def test_an_app_on_the_pages_own_thread_keeps_its_state_too(visitor: Visitor, host: Server) -> None:
    boot_with(host, "kept", python="main")
    app = AppPage(visitor().page, host.url("kept/")).open()
    assert app.page.workers == []
    count_to(app, 2)
    app.reload()
    expect(app.text("Count: 2")).to_be_visible()


def test_a_new_browser_process_has_the_state(
    playwright: Playwright, tmp_path: Path, host: Server
) -> None:
    with process(playwright, tmp_path) as context:
        count_to(AppPage(context.new_page(), host.url("kept/")).open(), 3)
    with process(playwright, tmp_path) as context:
        app = AppPage(context.new_page(), host.url("kept/")).open()
        expect(app.text("Count: 3")).to_be_visible()


def test_a_state_that_is_larger_than_the_browser_grants_is_told_and_the_last_one_is_kept(
    visitor: Visitor, host: Server
) -> None:
    visit = visitor()
    session = visit.context.new_cdp_session(visit.page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": host.origin, "quotaSize": 100_000})
    app = AppPage(visit.page, host.url("kept/")).open()
    count_to(app, 1)
    visit.page.get_by_placeholder("Draft").fill("x" * 300_000)
    expect(app.page.get_by_role("alert")).to_be_visible(timeout=START)
    assert any("state_not_saved" in line for line in visit.watch.errors)
    app.reload()
    expect(app.text("Count: 1")).to_be_visible()
    expect(app.page.get_by_placeholder("Draft")).to_have_value("")


def test_a_worker_that_dies_comes_back_with_the_state(visitor: Visitor, host: Server) -> None:
    page = visitor().page
    app = AppPage(page, host.url("kept/")).open()
    count_to(app, 2)
    app.button("End").click()
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("with what was saved last", timeout=START)
    expect(app.text("Count: 2")).to_be_visible()
    app.button("Add").click()
    expect(app.text("Count: 3")).to_be_visible()


def test_a_new_version_migrates_what_the_old_one_stored(visitor: Visitor, host: Server) -> None:
    app = AppPage(visitor().page, host.url("kept/")).open()
    count_to(app, 2)
    migrate = "{**data, 'count': data['count'] * 100 + version}"
    newer(
        host,
        ("import App,", "import App, Persist,"),
        (
            "persist = True",
            f"persist = Persist(version=2, migrate=lambda data, version: {migrate})",
        ),
    )
    app.reload()
    expect(app.text("Count: 201")).to_be_visible()


@pytest.mark.parametrize(
    "change",
    [
        ("count: int = 0", "count: bytes = b''"),
        ("return Column(", "assert not state.count; return Column("),
    ],
    ids=["another type", "a view that fails with it"],
)
def test_a_state_that_can_not_be_used_is_set_aside_and_the_app_starts(
    change: tuple[str, str], visitor: Visitor, host: Server
) -> None:
    visit = visitor()
    app = AppPage(visit.page, host.url("kept/")).open()
    count_to(app, 1)
    newer(host, change)
    app.reload()
    expect(app.page.get_by_role("alert")).to_be_visible()
    assert any("state_not_read" in line for line in visit.watch.errors)
    stored = dict(app.page.evaluate(READ))
    (aside,) = [text for key, text in stored.items() if key.endswith("(set aside)")]
    assert '"count":1' in aside


def test_a_type_that_can_not_be_stored_is_named_and_the_app_runs(
    visitor: Visitor, host: Server
) -> None:
    newer(host, ("count: int = 0", "count: int = 0\n    hidden: type(open) = open"))
    visit = visitor()
    app = AppPage(visit.page, host.url("kept/")).open()
    count_to(app, 1)
    assert any("because of its field 'hidden'" in line for line in visit.watch.log)
    assert any("state_not_saved" in line for line in visit.watch.errors)


def test_a_browser_without_a_database_still_runs_the_app(visitor: Visitor, host: Server) -> None:
    visit = visitor()
    visit.page.add_init_script("IDBFactory.prototype.open = () => { throw new Error('no room') }")
    app = AppPage(visit.page, host.url("kept/")).open()
    count_to(app, 1)
    expect(app.page.get_by_role("alert")).to_be_visible()
    assert any("state_not_saved" in line for line in visit.watch.errors)
