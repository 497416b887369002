"""A session that moves between workers that both live, and one whose worker is dead."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tempestweb_wasm.channels import MemoryBroker
from tempestweb_wasm.server import ServerSettings
from tempestweb_wasm.server.handover import Handover
from tempestweb_wasm.server.services import Services
from tempestweb_wasm.server.signing import Signing
from tempestweb_wasm.transports.opening import Opening
from tests.server.apps import DEMO, counter, sessions_of
from tests.server.clients import Page, Speaker, connect
from tests.server.redis_process import RedisProcess, running_redis
from tests.server.running import command, served
from tests.server.test_lifetime import adopted
from tests.server.test_streams import Stream, browser, click
from tests.server.test_workers import Worker, visit


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def clicked(client: TestClient, page: Page, opening: Opening, times: int = 1) -> str:
    """Open a line, click so often, and return what is on the screen then."""
    with connect(client, opening) as socket:
        speaker = Speaker(socket, page)
        hello = speaker.read()
        speaker.sent = hello["ack"]
        if hello["epoch"] != opening.epoch:
            speaker.read()
        for _ in range(times):
            speaker.click("inc")
            speaker.read()
        return speaker.text


def again(page: Page, epoch: int, applied: int, sent: int) -> Opening:
    return Opening(session=page.live["session"], epoch=epoch, applied=applied, sent=sent)


def test_an_event_that_never_arrived_runs_where_the_client_comes_back(redis: RedisProcess) -> None:
    one, other = Worker(redis.url), Worker(redis.url)
    with TestClient(one.app) as first, TestClient(other.app) as second:
        page = visit(first, second)
        clicked(first, page, page.opening())
        # The second was written to a line that was dead already.
        with connect(second, again(page, 1, 2, 2)) as socket:
            speaker = Speaker(socket, page)
            assert speaker.read()["ack"] == 1
            speaker.read()
            speaker.sent = 1
            speaker.click("inc")
            assert speaker.read()["ack"] == 2
            assert "Count: 2" in speaker.text
        assert not sessions_of(one.app).detached, "it is no longer held where it was"


@pytest.mark.parametrize("settings", [{}, {"broker": None, "store": "redis"}])
def test_to_another_worker_and_back_shows_the_latest_state(
    redis: RedisProcess, settings: dict[str, Any]
) -> None:
    chosen = {name: redis.url if value else value for name, value in settings.items()}
    one, other = Worker(redis.url, **chosen), Worker(redis.url, **chosen)
    with TestClient(one.app) as first, TestClient(other.app) as second:
        page = visit(first, second)
        clicked(first, page, page.opening())
        assert "Count: 3" in clicked(second, page, again(page, 1, 2, 1), times=2)
        with connect(first, again(page, 2, 3, 3)) as socket:
            speaker = Speaker(socket, page)
            hello = speaker.read()
            assert (hello["epoch"], hello["ack"]) == (3, 3)
            speaker.read()
            assert "Count: 3" in speaker.text
            speaker.sent = 3
            speaker.click("inc")
            assert speaker.read()["ack"] == 4
            assert "Count: 4" in speaker.text


def test_who_is_sent_away_by_a_stop_goes_on_at_another_worker_at_once(
    redis: RedisProcess,
) -> None:
    one, other = Worker(redis.url), Worker(redis.url)
    with TestClient(one.app) as first, TestClient(other.app) as second:
        page = visit(first, second)
        with connect(first, page.opening()) as socket:
            speaker = Speaker(socket, page)
            speaker.read()
            speaker.click("inc")
            speaker.read()
            assert first.portal is not None
            stopping = first.portal.start_task_soon(one.app.drain)
            assert socket.receive()["code"] == 1012
            assert "Count: 2" in clicked(second, page, again(page, 1, 2, 2))
            stopping.result(timeout=30)


def test_a_stream_that_is_dead_and_not_known_to_be_takes_no_posts(redis: RedisProcess) -> None:
    one, other = Worker(redis.url), Worker(redis.url)
    with (
        served(one.app) as here,
        served(other.app) as there,
        browser(here) as client,
        browser(there) as elsewhere,
    ):
        page = Page(client.get("/").text)
        elsewhere.cookies.update(client.cookies)
        with client.stream("POST", "/sse", json=json.loads(page.opening().text())) as left:
            ghost = Stream(left)
            path = f"/sse/{ghost.frame()['session']}"
            opening = json.loads(again(page, 1, 1, 0).text())
            with elsewhere.stream("POST", "/sse", json=opening) as response:
                events = Stream(response)
                assert events.frame()["epoch"] == 2
                events.frame()
                assert ghost.next().event == "close"
                assert client.post(path, json=[click(1)]).status_code == 204
                assert events.frame()["data"][0]["set_props"] == {"label": "Count: 1"}
    assert (one.made, other.made) == (1, 0)


def test_what_a_dead_worker_may_have_run_does_not_run_again(redis: RedisProcess) -> None:
    secret = "s" * 32
    settings = {"TEMPEST_BROKER": redis.url, "TEMPEST_SECRET": secret}

    async def before(url: str, kill: Callable[[], None]) -> Page:
        async with asyncio.timeout(30), adopted(url) as (socket, page):
            await socket.send(json.dumps(click(1)))
            assert json.loads(await socket.recv())["ack"] == 1
            kill()
            return page

    with command("run", "--mode", "server", str(DEMO), "--port", "0", env=settings) as server:
        page = asyncio.run(before(server.url, lambda: server.process.send_signal(signal.SIGKILL)))
        server.process.wait()
    app = counter(settings=ServerSettings(secret=secret, broker=redis.url))
    with TestClient(app) as client:
        client.get("/")  # its cookie's name
        name, _, value = page.cookie.partition("=")
        client.cookies.set(next(iter(client.cookies), name), value)
        with connect(client, again(page, 1, 2, 2)) as socket:
            speaker = Speaker(socket, page)
            hello = speaker.read()
            assert (hello["session"], hello["ack"]) == (page.live["session"], 2)
            speaker.read()
            assert "Count: 1" in speaker.text


def test_a_session_is_in_the_store_for_as_long_as_it_lives(redis: RedisProcess) -> None:
    worker = Worker(redis.url, grace=1.5)

    def left(key: str) -> int:
        return int(redis.ask("PTTL", key)[1:])

    with TestClient(worker.app) as client:
        page = Page(client.get("/").text)
        key = f"tempest:session:{page.live['session']}"
        with connect(client, page.opening()) as socket:
            Speaker(socket, page).read()
            until(lambda: left(key) > 0)
            for _ in range(2):
                until(lambda: left(key) < 1200)
                until(lambda: left(key) > 1300)
            until(lambda: left(key) < 1200)
        until(lambda: left(key) > 1300)


class Asked:
    """A worker as far as others ask it for sessions."""

    def __init__(self, broker: MemoryBroker, store: str) -> None:
        self.gave: list[tuple[str, int]] = []
        self.tasks: set[asyncio.Task[None]] = set()
        services = Services(ServerSettings(), store, broker)
        self.handover = Handover(services, Signing("s" * 32), self.give, lambda: None, self.run)
        self.handover.listen()

    async def give(self, session: str, epoch: int) -> None:
        self.gave.append((session, epoch))

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


async def test_one_who_is_asked_gives_up_and_only_what_workers_say_counts(
    redis: RedisProcess, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broker = MemoryBroker()
    one, other = Asked(broker, redis.url), Asked(broker, redis.url)
    node = one.handover.node
    assert await other.handover.ask(node, "session", 3)
    assert one.gave == [("session", 3)]
    forged = json.dumps(["give", "1", other.handover.node, "another", 9])
    await broker.publish(f"node:{node}", forged)
    await broker.publish(f"node:{node}", Signing("s" * 32).sealed(forged))
    await broker.publish(f"node:{node}", Signing("x" * 32).sealed(f"handover {forged}"))
    assert caplog.text.count("not signed for it") == 3
    assert await other.handover.ask(node, "session", 4), "it goes on hearing"
    assert one.gave == [("session", 3), ("session", 4)]
    monkeypatch.setattr("tempestweb_wasm.server.handover.SILENCE", 0.01)
    assert not await other.handover.ask("who died", "session", 4)
    assert not await other.handover.ask(other.handover.node, "session", 4), "nor oneself"
