"""Addresses below an app, of any depth, at the first visit and without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import building
from tests.e2e.conftest import Visitor
from tests.e2e.pages import START, AppPage
from tests.e2e.profiles import wait_until_kept
from tests.e2e.server import Server

BASE = "/some/deep/path/"
DEEP = "orders/7/lines/x?sort=up"
SAYS = "path=/orders/7/lines/x query={'sort': 'up'}"
SOURCE = """
from tempestweb_wasm import App, Column, Context, Image, Text, Widget

def make_state(ctx: Context) -> str:
    return f"path={ctx.path} query={dict(ctx.query)}"

def view(app: App[str]) -> Widget:
    return Column(children=[Text(content=app.state), Image(src="assets/it.svg", alt="It")])
"""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


@pytest.fixture(scope="module")
def based(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An app that was built for one path."""
    folder = tmp_path_factory.mktemp("based")
    (folder / "mine" / "assets").mkdir(parents=True)
    (folder / "mine" / "app.py").write_text(SOURCE, encoding="utf-8")
    (folder / "mine" / "assets" / "it.svg").write_text(PICTURE, encoding="utf-8")
    return building.build(folder / "site", folder / "mine" / "app.py", base=BASE)


@pytest.fixture
def host(based: Path) -> Iterator[Server]:
    """A host that answers with the app's page for what it has not."""
    with Server(based, prefix=BASE, fallback="index.html") as server:
        yield server


def test_a_first_visit_of_a_deep_address_opens_the_app_there(
    visitor: Visitor, host: Server
) -> None:
    visit = visitor()
    app = AppPage(visit.page, host.url(DEEP)).open()
    expect(app.text(SAYS)).to_be_visible(timeout=START)
    assert app.root.get_by_role("img").evaluate("el => el.decode().then(() => el.naturalWidth)")
    assert visit.watch.errors == []
    asked = {path.partition("?")[0] for path in host.requests}
    assert [path for path in asked if path.startswith(f"{BASE}orders/7/lines/")] == [
        f"{BASE}orders/7/lines/x"
    ]


def test_deep_addresses_work_without_a_network_too(visitor: Visitor, host: Server) -> None:
    visit = visitor(service_workers="allow")
    app = AppPage(visit.page, host.url(DEEP)).open()
    wait_until_kept(visit.page)
    host.stop()
    app.reload()
    expect(app.text(SAYS)).to_be_visible(timeout=START)
    visit.page.goto(host.url("a/b/c/d/"))
    expect(app.text("path=/a/b/c/d/ query={}")).to_be_visible(timeout=START)
    visit.page.goto(host.url("caf%C3%A9%20noir"))
    expect(app.text("path=/café noir query={}")).to_be_visible(timeout=START)


def test_a_host_without_rules_answers_with_the_app_by_its_404(
    visitor: Visitor, based: Path
) -> None:
    with Server(based, prefix=BASE, fallback="404.html") as server:
        app = AppPage(visitor().page, server.url(DEEP)).open()
        expect(app.text(SAYS)).to_be_visible(timeout=START)
