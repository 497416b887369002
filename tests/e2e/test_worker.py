"""Python in a worker: the page stays free, whatever Python does."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.conftest import Visitor
from tests.e2e.pages import START, AppPage, expect_works
from tests.e2e.server import Answer, Server, impatient

TRUSTED = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types tempestweb"
)
# An interpreter whose promise never settles.
NEVER = "export default () => new Promise(() => {});"
# One that ends the worker that it is started in.
ENDS = "close(); export default () => new Promise(() => {});"
# The longest time between two ticks of the page while something goes on.
PAUSES = """
window.longest = 0;
window.last = performance.now();
setInterval(() => {
  const now = performance.now();
  longest = Math.max(longest, now - last);
  last = now;
}, 5);
"""


def test_python_runs_in_a_worker_unless_the_app_wants_the_page(
    visitor: Visitor, own_served: Server
) -> None:
    page = visitor().page
    AppPage(page, own_served.url("busy/")).open()
    assert len(page.workers) == 1
    app = AppPage(page, own_served.url("mainthread/")).open()
    assert page.workers == []
    expect_works(app)


def test_the_page_stays_responsive_while_python_computes(
    visitor: Visitor, own_served: Server
) -> None:
    page = visitor().page
    app = AppPage(page, own_served.url("busy/")).open()
    page.evaluate(PAUSES)
    app.button("Compute").click()
    expect(app.text("Count: 1")).to_be_visible()
    assert page.evaluate("longest") < 500


def test_a_picked_file_is_read_by_python_in_the_worker(
    visitor: Visitor, own_served: Server
) -> None:
    app = AppPage(visitor().page, own_served.url("busy/")).open()
    app.root.locator("input[type=file]").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"hello"}
    )
    expect(app.text("Read: hello")).to_be_visible()


@pytest.mark.parametrize("name", ["busy", "mainthread"])
def test_it_works_under_trusted_types_with_the_one_policy(
    name: str, visitor: Visitor, own_site: Path
) -> None:
    with Server(own_site, headers={"Content-Security-Policy": TRUSTED}) as server:
        visit = visitor(service_workers="allow")
        app = AppPage(visit.page, server.url(f"{name}/")).open()
        assert len(visit.page.workers) == (name == "busy")
        expect_works(app)
        visit.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        assert visit.watch.errors == []


def test_a_policy_that_forbids_workers_puts_python_on_the_page(
    visitor: Visitor, own_site: Path
) -> None:
    policy = {"Content-Security-Policy": f"{TRUSTED}; worker-src 'none'"}
    with Server(own_site, headers=policy) as server:
        page = visitor().page
        app = AppPage(page, server.url("busy/")).open()
        assert page.workers == []
        expect_works(app)


def test_a_missing_file_of_python_is_named(visitor: Visitor, own_site: Path) -> None:
    (worker,) = (own_site / "_tempest").glob("worker-*.js")
    with Server(own_site, answers={f"_tempest/{worker.name}": Answer(404)}) as server:
        page = visitor().page
        page.goto(server.url("busy/"))
        screen = page.get_by_role("alert")
        expect(screen).to_contain_text(f"the host has no {worker.name}")
        expect(screen.get_by_role("button", name="Try again")).to_be_visible()


@pytest.mark.parametrize("how", ["End", "Abort"])
def test_a_worker_that_dies_is_restarted_and_the_user_is_told(
    how: str, visitor: Visitor, own_served: Server
) -> None:
    page = visitor().page
    app = AppPage(page, own_served.url("busy/")).open()
    expect_works(app)
    page.get_by_placeholder("Say").fill("what I was typing")
    expect(app.text("Said: what I was typing")).to_be_visible()
    app.button(how).click()
    expect(page.get_by_role("alert")).to_contain_text("was started again", timeout=START)
    expect(app.text("Count: 0")).to_be_visible()
    expect(page.get_by_placeholder("Say")).to_have_value("what I was typing")
    expect(app.text("Said: what I was typing")).to_be_visible()
    expect_works(app)
    assert len(page.workers) == 1


def test_one_that_dies_again_at_once_is_given_up_with_a_way_back(
    visitor: Visitor, own_served: Server
) -> None:
    page = visitor().page
    app = AppPage(page, own_served.url("busy/")).open()
    app.button("End").click()
    expect(page.get_by_role("alert")).to_contain_text("was started again", timeout=START)
    app.button("End").click()
    screen = page.get_by_role("alert")
    expect(screen).to_contain_text("python_died", timeout=START)
    screen.get_by_role("button", name="Try again").click()
    app.wait()
    expect_works(app)


def test_python_that_dies_on_the_pages_own_thread_leaves_a_screen(
    visitor: Visitor, own_served: Server
) -> None:
    page = visitor().page
    app = AppPage(page, own_served.url("mainthread/")).open()
    app.button("Abort").click()
    screen = page.get_by_role("alert")
    expect(screen).to_contain_text("python_died")
    screen.get_by_role("button", name="Try again").click()
    app.wait()


@pytest.mark.parametrize("engine", [NEVER, ENDS], ids=["hangs", "dies"])
def test_a_start_that_does_not_end_well_is_tried_once_more(
    engine: str, visitor: Visitor, own_site: Path
) -> None:
    with Server(own_site) as server:
        impatient(server, 8000, "busy")
        page = visitor().page
        asked: list[str] = []

        def hang_once(route: Route) -> None:
            asked.append(route.request.url)
            if len(asked) == 1:
                route.fulfill(body=engine, content_type="text/javascript")
            else:
                route.continue_()

        page.route("**/engine-*.mjs", hang_once)
        app = AppPage(page, server.url("busy/")).open()
        expect_works(app)
        assert len(asked) == 2


def test_an_app_that_does_not_answer_can_be_restarted_with_what_it_kept(
    visitor: Visitor, own_site: Path
) -> None:
    never = threading.Event()
    with Server(own_site, answers={"never": Answer(200, b"", until=never)}) as server:
        page = visitor().page
        app = AppPage(page, server.url("kept/")).open()
        expect_works(app)
        app.button("Stick").click()
        busy = page.get_by_role("status").filter(has_text="busy")
        expect(busy).to_be_visible(timeout=START)
        busy.get_by_role("button", name="Restart").click()
        expect(page.get_by_role("alert")).to_contain_text("started again", timeout=START)
        expect(busy).to_have_count(0)
        app.button("Add").click()
        expect(app.text("Count: 2")).to_be_visible()
        never.set()


def test_an_app_that_answers_after_all_goes_on(visitor: Visitor, own_site: Path) -> None:
    late = threading.Event()
    with Server(own_site, answers={"never": Answer(200, b"", until=late)}) as server:
        page = visitor().page
        app = AppPage(page, server.url("kept/")).open()
        app.button("Stick").click()
        app.button("Add").click()
        busy = page.get_by_role("status").filter(has_text="busy")
        expect(busy).to_be_visible(timeout=START)
        late.set()
        expect(app.text("Count: 1")).to_be_visible()
        expect(busy).to_have_count(0)
        assert page.get_by_role("alert").count() == 0
