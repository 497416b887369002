"""The chat demo between tabs, between the clients of one server, and across two processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.building import demo
from tests.e2e.conftest import Visitor
from tests.e2e.pages import START
from tests.e2e.server import Server
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


def test_a_tab_that_is_closed_is_seen_no_more(visitor: Visitor, served: Server) -> None:
    visit = visitor()
    ada, bob = visit.page, visit.context.new_page()
    for page, name in ((ada, "Ada"), (bob, "Bob")):
        page.goto(served.url("chat/"))
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
    redis.kill()
    redis.start()
    for page in (ada, bob):
        expect(page.get_by_text("Some messages were lost.")).to_be_visible()
    say(ada, "Still there?")
    for page in (ada, bob):
        expect(page.get_by_text("Still there?", exact=True)).to_be_visible()
