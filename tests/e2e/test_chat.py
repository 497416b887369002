"""The chat demo between tabs, between the clients of one server, and across two processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Error, Page, Playwright, expect

from tests import tools
from tests.e2e.building import demo
from tests.e2e.conftest import FLAGS, PLAIN_HOST, Visitor
from tests.e2e.pages import START, wait_until
from tests.e2e.server import Server, boot_with
from tests.server.redis_process import RedisProcess, running_redis
from tests.server.running import Command, command


def enter(page: Page, name: str) -> None:
    page.get_by_role("textbox", name="Your name").fill(name)
    page.get_by_role("button", name="Come in").click()
    # The page's HTML is there before its Python.
    expect(page.get_by_role("textbox", name="Message")).to_be_visible(timeout=START)


def say(page: Page, text: str) -> None:
    message = page.get_by_role("textbox", name="Message")
    message.fill(text)
    message.press("Enter")
    expect(message).to_have_value("")


def log_of(page: Page) -> list[str]:
    lines = page.get_by_role("log").locator(".tw-Text").all_inner_texts()
    return [line for line in lines if line not in {"Ada", "Bob"}]


def talk(ada: Page, bob: Page) -> None:
    """Come in, see each other, speak in turns, and go."""
    enter(ada, "Ada")
    expect(bob.get_by_text("Ada", exact=True)).to_be_visible(timeout=START)
    enter(bob, "Bob")
    for page in (ada, bob):
        expect(page.get_by_text("Ada, Bob", exact=True)).to_be_visible()
    say(ada, "Hello, Bob")
    say(bob, "Hello, Ada")
    for page in (ada, bob):
        expect(page.get_by_text("Hello, Bob", exact=True)).to_have_count(1)
        expect(page.get_by_text("Hello, Ada", exact=True)).to_have_count(1)
    ada.get_by_role("button", name="Leave").click()
    expect(bob.get_by_text("Bob", exact=True).first).to_be_visible()
    expect(bob.get_by_text("Ada, Bob", exact=True)).to_have_count(0)


def test_two_tabs_of_a_static_page_talk(visitor: Visitor, served: Server) -> None:
    visit = visitor()
    ada, bob = visit.page, visit.context.new_page()
    for page in (ada, bob):
        page.goto(served.url("chat/"))
    talk(ada, bob)
    assert visit.watch.errors == []


def test_an_app_of_the_same_name_at_another_address_hears_nothing(
    visitor: Visitor, site: Path, tmp_path: Path
) -> None:
    for address in ("here", "there"):
        copytree(site, tmp_path / address)
    with Server(tmp_path) as server:
        visit = visitor()
        ada, bob, eve = visit.page, visit.context.new_page(), visit.context.new_page()
        rooms = ((eve, "Eve", "there"), (ada, "Ada", "here"), (bob, "Bob", "here"))
        for page, name, address in rooms:
            page.goto(server.url(f"{address}/chat/"))
            enter(page, name)
        expect(ada.get_by_text("Ada, Bob", exact=True)).to_be_visible()
        expect(eve.get_by_text("Eve", exact=True)).to_be_visible()


@pytest.mark.parametrize("end", ["close", "crash", "reload"])
def test_a_tab_that_ends_is_gone_at_once(visitor: Visitor, served: Server, end: str) -> None:
    visit = visitor()
    ada, bob = visit.page, visit.context.new_page()
    for page, name in ((ada, "Ada"), (bob, "Bob")):
        page.goto(served.url("chat/"))
        enter(page, name)
    expect(ada.get_by_text("Ada, Bob", exact=True)).to_be_visible()
    if end == "crash":
        with pytest.raises(Error):
            bob.goto("chrome://crash")
    else:
        getattr(bob, end)()
    # Long before three signs of life, five seconds each, are missed.
    expect(ada.get_by_text("Ada", exact=True)).to_be_visible(timeout=8000)
    assert visit.watch.errors == []


@pytest.mark.parametrize("python", ["worker", "main"])
def test_its_lock_does_not_keep_a_page_from_the_back_button(
    playwright: Playwright, site: Path, python: str
) -> None:
    # A page that may not be stored at all is not kept either.
    with Server(site, headers={"Cache-Control": "no-cache"}) as server:
        boot_with(server, "chat", python=python)
        launched = playwright.chromium.launch(
            executable_path=tools.chromium(),
            args=list(FLAGS),
            ignore_default_args=["--disable-back-forward-cache"],
        )
        page = launched.new_context(service_workers="block").new_page()
        page.add_init_script("addEventListener('pageshow', (e) => { window.kept = e.persisted })")
        page.goto(server.url("chat/"))
        enter(page, "Ada")
        held = page.evaluate("async () => (await navigator.locks.query()).held.map((l) => l.name)")
        assert [name for name in held if name.startswith("tempest tab ")]
        page.goto(server.url())
        page.go_back(wait_until="commit")
        wait_until(page, "window.kept")
        say(page, "Back again")
        expect(page.get_by_text("Back again", exact=True)).to_be_visible()
        launched.close()


def test_without_locks_a_closed_tab_is_gone_when_it_is_silent(
    visitor: Visitor, served: Server
) -> None:
    # A name of this machine that is no localhost is no secure context, and has no locks.
    visit = visitor()
    ada, bob = visit.page, visit.context.new_page()
    for page, name in ((ada, "Ada"), (bob, "Bob")):
        page.goto(served.url("chat/").replace("127.0.0.1", PLAIN_HOST))
        enter(page, name)
    expect(ada.get_by_text("Ada, Bob", exact=True)).to_be_visible()
    bob.close()
    # Nobody says goodbye for a tab: three signs of life, five seconds each, are missed first.
    expect(ada.get_by_text("Ada, Bob", exact=True)).to_have_count(0, timeout=40_000)


def test_clients_of_one_process_talk_without_redis(visitor: Visitor) -> None:
    with command("run", "--mode", "server", str(demo("chat")), "--port", "0") as server:
        visits = [visitor(), visitor()]
        for visit in visits:
            visit.page.goto(f"{server.url}/")
        talk(visits[0].page, visits[1].page)
        assert [visit.watch.errors for visit in visits] == [[], []]


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisProcess]:
    with running_redis(tmp_path) as process:
        yield process


@pytest.fixture
def workers(redis: RedisProcess) -> Iterator[tuple[Command, Command]]:
    """Two processes with the same app, and Redis between them."""
    env = {"TEMPEST_BROKER": redis.url, "TEMPEST_SECRET": "for these tests only"}
    line = ("run", "--mode", "server", str(demo("chat")), "--port", "0")
    with ExitStack() as stack:
        one, two = (stack.enter_context(command(*line, env=env)) for _ in range(2))
        yield one, two


def test_two_processes_talk_through_redis_and_go_on_after_its_restart(
    visitor: Visitor, workers: tuple[Command, Command], redis: RedisProcess
) -> None:
    visits = [visitor(), visitor()]
    for visit, server in zip(visits, workers, strict=True):
        visit.page.goto(f"{server.url}/")
    ada, bob = (visit.page for visit in visits)
    talk(ada, bob)
    enter(ada, "Ada")
    missing = "Messages may be missing here."
    said = ["Still there?", "And now?"]
    for text in said:
        redis.kill()
        redis.start()
        # Each process says so once it listens again.
        for page in (ada, bob):
            last = page.get_by_role("log").locator(".tw-Text").last
            expect(last).to_have_text(missing)
        say(ada, text)
        for page in (ada, bob):
            expect(page.get_by_text(text, exact=True)).to_be_visible()
    for page in (ada, bob):
        # It stands where they are missing, and what is said later comes after it.
        assert log_of(page)[-4:] == [missing, said[0], missing, said[1]]
