"""Later visits restore the memory of the first one; whatever is wrong with it, the app starts."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit, Visitor
from tests.e2e.pages import AppPage
from tests.e2e.server import Server

RESTORED = "Python was restored from a snapshot"
NAME = "(await caches.keys()).find((name) => name.startsWith('tempestweb-snapshot '))"
# Settles when a start has left its snapshot.
KEPT = f"""async () => {{
  for (;;) {{
    const name = {NAME};
    if (name && (await (await caches.open(name)).keys()).length === 1) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }}
}}"""
CHANGE = f"""async (change) => {{
  const cache = await caches.open({NAME});
  const [request] = await cache.keys();
  const found = await cache.match(request);
  const {{headers}} = found;
  const bytes = new Uint8Array(await found.arrayBuffer());
  const put = (bytes) => cache.put(request, new Response(bytes, {{headers}}));
  if (change === 'cut') return put(bytes.slice(0, 100_000));
  // Memory that holds something: what fails with that, if anything, comes later.
  const middle = Math.floor(bytes.length / 50);
  if (change === 'body') return put(bytes.fill(255, middle, middle + 65_536));
  // The first block, after the list of blocks: Pyodide looks at it before it believes the rest.
  const first = 8 + 4 * new DataView(bytes.buffer).getUint32(4, true);
  bytes.fill(7, first, first + 64);
  await put(bytes);
}}"""


@pytest.fixture
def visit(visitor: Visitor, own_served: Server) -> Visit:
    """The first visit of the app, which has left a snapshot."""
    made = visitor()
    AppPage(made.page, own_served.url("chance/")).open()
    assert made.page.evaluate(KEPT)
    return made


def said(page: Page, start: str) -> str:
    shown = page.get_by_text(start)
    expect(shown).to_be_visible()
    return shown.inner_text()


def restores(visit: Visit) -> int:
    return sum(RESTORED in line for line in visit.watch.log)


def test_a_later_visit_restores_it_with_its_native_modules(
    visit: Visit, own_served: Server
) -> None:
    assert restores(visit) == 0
    app = AppPage(visit.page, own_served.url("chance/")).open()
    assert restores(visit) == 1
    app.button("Throw").click()
    said(visit.page, "Thrown: ")
    app.button("Refuse").click()
    said(visit.page, "Refused: 1")
    assert visit.watch.errors == []


def test_what_was_not_imported_then_is_imported_now(visit: Visit, own_served: Server) -> None:
    app = AppPage(visit.page, own_served.url("chance/")).open()
    app.button("Late").click()
    assert said(visit.page, "Late: ") == "Late: 2 1"


def test_chance_is_not_the_same_every_time(visit: Visit, own_served: Server) -> None:
    thrown = set()
    for _ in range(2):
        app = AppPage(visit.page, own_served.url("chance/")).open()
        app.button("Throw").click()
        thrown.add(said(visit.page, "Thrown: "))
    assert restores(visit) == 2
    assert len(thrown) == 2


def test_every_app_of_the_site_shares_it(visit: Visit, own_served: Server) -> None:
    app = AppPage(visit.page, own_served.url("faults/")).open()
    app.button("Add").click()
    expect(app.text("Count: 1")).to_be_visible()
    assert restores(visit) == 1


@pytest.mark.parametrize("change", ["cut", "head", "body"])
def test_a_snapshot_that_is_damaged_is_removed_and_made_anew(
    change: str, visit: Visit, own_served: Server
) -> None:
    visit.page.evaluate(CHANGE, change)
    app = AppPage(visit.page, own_served.url("chance/")).open()
    app.button("Throw").click()
    said(visit.page, "Thrown: ")
    assert restores(visit) == 0
    assert any("snapshot can't be re" in line for line in visit.watch.log)
    assert visit.page.evaluate(KEPT)
    AppPage(visit.page, own_served.url("chance/")).open()
    assert restores(visit) == 1


def test_its_key_is_of_everything_that_the_build_put_in(visit: Visit, own_served: Server) -> None:
    (worker,) = (own_served.folder / "_tempest").glob("worker-*.js")
    key = worker.read_text(encoding="utf-8").split('"snapshot":"')[1].split('"')[0]
    kept = visit.page.evaluate(f"async () => (await (await caches.open({NAME})).keys())[0].url")
    assert len(key) == 64
    assert key in kept
    # Python learns both at its start, and never again.
    zone = visit.page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    language = visit.page.evaluate("navigator.language")
    assert unquote(kept).endswith(f" {zone} {language}")


@pytest.mark.parametrize("visits", [1, 2])
def test_an_app_can_ask_the_browser_on_every_visit(
    visitor: Visitor, own_served: Server, visits: int
) -> None:
    visit = visitor(locale="pt-BR")
    for _ in range(visits):
        app = AppPage(visit.page, own_served.url("browser/")).open()
        assert visit.page.evaluate(KEPT)
    assert restores(visit) == visits - 1
    app.button("Ask").click()
    expect(visit.page.get_by_text(re.compile(r"pt-BR /_tempest/worker\S+ True"))).to_be_visible()
