"""The strict policy that every built page has: nothing of ours breaks it, and it holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import building
from tests.e2e.conftest import Visit, Visitor
from tests.e2e.pages import START, AppPage, expect_works, wait_until
from tests.e2e.profiles import wait_until_kept
from tests.e2e.server import Answer, Server
from tests.e2e.test_dev import Dev, dev

__all__ = ["dev"]

LISTEN = """
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
  });
"""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
APP = """
from tempestweb_wasm import App, Column, Image, Text, Widget

def make_state() -> None:
    return None

def view(app: App[None]) -> Widget:
    return Column(children=[Text(content="Here"), Image(src="{origin}/picture.svg", alt="It")])
"""


def watched(visit: Visit) -> Visit:
    visit.page.add_init_script(LISTEN)
    return visit


def violations(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.violations")
    return found


def expect_clean(visit: Visit) -> None:
    assert violations(visit.page) == []
    assert visit.watch.errors == []


@pytest.fixture(scope="module")
def host(site: Path) -> Iterator[Server]:
    """A host that sends the policy too, so that pages that were not built have it as well."""
    policy = json.loads((site / "_tempest" / "build.json").read_bytes())["policy"]
    with Server(site, headers={"Content-Security-Policy": policy}) as server:
        yield server


@pytest.mark.parametrize("name", building.DEMOS)
def test_a_demo_keeps_the_policy(name: str, visitor: Visitor, host: Server) -> None:
    visit = watched(visitor())
    app = AppPage(visit.page, host.url(f"{name}/")).open()
    button = app.root.get_by_role("button").first
    if button.count():
        button.click()
    app.root.press("Tab")
    expect_clean(visit)


def test_embedded_apps_keep_the_policy(visitor: Visitor, host: Server) -> None:
    visit = watched(visitor())
    visit.page.goto(host.url("embed/"))
    visit.page.locator("tempest-app").first.get_by_role("button").first.click(timeout=START)
    expect_clean(visit)


def test_python_that_a_page_starts_itself_keeps_the_policy(visitor: Visitor, host: Server) -> None:
    visit = watched(visitor())
    visit.page.goto(host.url("micropip/"))
    visit.page.get_by_role("button", name="Wave").click(timeout=START)
    expect(visit.page.get_by_text("Waved 1 times")).to_be_visible()
    # An app that is embedded beside it has a worker, whose address passes the same policy.
    visit.page.evaluate(
        """() => {
          const app = document.createElement('tempest-app');
          app.src = '../apps/counter/app.py';
          document.body.append(app);
        }"""
    )
    expect(visit.page.get_by_text("Count: 0")).to_be_visible(timeout=START)
    assert len(visit.page.workers) == 1
    expect_clean(visit)


def test_the_service_worker_is_started_and_serves_under_the_policy(
    visitor: Visitor, host: Server
) -> None:
    visit = watched(visitor(service_workers="allow"))
    app = AppPage(visit.page, host.url("counter/")).open()
    wait_until_kept(visit.page)
    app.reload()
    assert visit.page.evaluate("navigator.serviceWorker.controller !== null")
    expect_clean(visit)


def test_development_keeps_the_policy_and_reloads_on_an_edit(dev: Dev, visitor: Visitor) -> None:
    visit = watched(visitor())
    app = AppPage(visit.page, dev.url).open()
    dev.change('f"Count: ', 'f"Sum: ')
    expect(app.text("Sum: 0")).to_be_visible(timeout=START)
    expect_clean(visit)


FORBIDDEN = {
    "document.createElement('script').textContent = '1'": "require-trusted-types-for",
    "document.body.innerHTML = '<p>'": "require-trusted-types-for",
    "setTimeout('1')": "require-trusted-types-for",
    "new Worker('./x.js')": "require-trusted-types-for",
    "trustedTypes.createPolicy('other', {})": "trusted-types",
    "document.createElement('p').setAttribute('style', 'color: red')": "style-src",
    "fetch('https://elsewhere.test/').catch(() => {})": "connect-src",
    "new Image().src = 'https://elsewhere.test/a.png'": "img-src",
    "document.head.append(document.createElement('base')); "
    "document.querySelector('base').href = '/x/'": "base-uri",
}


def test_what_the_policy_forbids_is_refused_also_where_the_host_sends_none(
    visitor: Visitor, site: Path
) -> None:
    with Server(site) as server:
        page = watched(visitor()).page
        # The list of apps has the policy of the apps, and nothing that would take long.
        page.goto(server.url())
        for attempt, directive in FORBIDDEN.items():
            page.evaluate("window.violations = []")
            page.evaluate(f"() => {{ try {{ {attempt} }} catch {{ return }} }}")
            wait_until(page, "window.violations.length > 0")
            assert violations(page)[0].startswith(directive), attempt


def test_only_hosts_that_an_app_declares_are_asked(visitor: Visitor, tmp_path: Path) -> None:
    picture = Answer(200, PICTURE.encode(), "image/svg+xml")
    with Server(tmp_path, answers={"picture.svg": picture}) as pictures:
        app = tmp_path / "app"
        app.mkdir()
        (app / "app.py").write_text(APP.format(origin=pictures.origin), encoding="utf-8")
        for declared in (True, False):
            hosts = f"[app]\nhosts = {{images = ['{pictures.origin}']}}" if declared else ""
            (app / "tempestweb.toml").write_text(hosts, encoding="utf-8")
            pictures.requests.clear()
            with Server(building.build(tmp_path / "site", app / "app.py")) as server:
                visit = watched(visitor())
                AppPage(visit.page, server.url()).open()
                image = visit.page.get_by_role("img", name="It")
                wait_until(visit.page, "document.querySelector('[alt=It]')?.complete")
                assert image.evaluate("el => el.naturalWidth > 0") is declared
                assert (pictures.requests != []) is declared
                assert (violations(visit.page) == []) is declared


def altered(path: Path) -> Answer:
    return Answer(200, path.read_bytes() + b"\nwindow.altered = true;", "text/javascript")


@pytest.mark.parametrize("script", ["client", "boot"])
def test_a_script_that_a_host_has_altered_does_not_run_and_the_page_says_so(
    script: str, visitor: Visitor, own_site: Path
) -> None:
    # What a browser keeps for good, it keeps altered as well.
    with Server(own_site, headers={"Cache-Control": "max-age=3600, immutable"}) as server:
        (path,) = (own_site / "_tempest").glob(f"{script}-*.js")
        server.answers[f"_tempest/{path.name}"] = altered(path)
        page = visitor().page
        page.goto(server.url("faults/"))
        screen = page.get_by_role("alert")
        expect(screen).to_contain_text(f"{path.name} is not the file that was built")
        expect(screen).to_contain_text("wrong_file")
        # Nothing goes on behind it, and nothing says that it does.
        expect(page.get_by_role("progressbar")).to_have_count(0)
        wait_until(page, "document.readyState === 'complete'")
        assert page.evaluate("window.altered") is None
        server.answers.clear()
        screen.get_by_role("button", name="Try again").click()
        expect(page.get_by_text("Count: 0")).to_be_visible(timeout=START)


def test_a_host_without_the_client_is_told_of(visitor: Visitor, own_site: Path) -> None:
    with Server(own_site) as server:
        (path,) = (own_site / "_tempest").glob("client-*.js")
        server.answers[f"_tempest/{path.name}"] = Answer(404)
        page = visitor().page
        page.goto(server.url("shown/"))
        screen = page.get_by_role("alert")
        expect(screen).to_contain_text(f"the host has no {path.name}")
        expect(screen).to_contain_text("http_404")
        # What the page was built with stays to be read.
        expect(page.get_by_text("Count: 0")).to_be_visible()
        assert page.locator("[data-tempest-boot] > .tw-Column").evaluate("el => el.inert")


def test_a_gate_that_a_host_has_altered_does_not_run_and_the_page_says_so(
    visitor: Visitor, own_site: Path
) -> None:
    with Server(own_site) as server:
        (path,) = (own_site / "_tempest").glob("gate-*.js")
        server.answers[f"_tempest/{path.name}"] = altered(path)
        page = visitor().page
        page.goto(server.url("faults/"))
        again = page.get_by_role("link", name="Try again")
        expect(again).to_be_visible(timeout=START)
        assert page.evaluate("window.altered") is None
        server.answers.clear()
        again.click()
        expect_works(AppPage(page, page.url).wait())


def test_an_apps_file_that_a_host_has_altered_does_not_run_and_the_page_says_so(
    visitor: Visitor, own_site: Path
) -> None:
    with Server(own_site) as server:
        source = (own_site / "apps" / "faults" / "app.py").read_bytes()
        altered = source.replace(b"Count", b"Sum")
        server.answers["apps/faults/app.py"] = Answer(200, altered, "text/x-python")
        page = visitor().page
        page.goto(server.url("faults/"))
        failure = page.get_by_role("alert").filter(has_text="app.py is not the file that was built")
        expect(failure).to_be_visible(timeout=START)
        expect(page.get_by_text("Sum: 0")).to_have_count(0)
