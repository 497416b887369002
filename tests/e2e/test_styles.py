"""Every field of Style reaches the screen, and by a style sheet alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tempestweb_wasm.style import Style
from tests.e2e.apps.styles import cases
from tests.e2e.conftest import Visit, Visitor, new_visit
from tests.e2e.pages import AppPage
from tests.e2e.server import Server


@pytest.fixture(scope="module")
def shown(browser: Browser, own_served: Server) -> Iterator[Visit]:
    """The app with a box for each field; tests change its colours and its pointer only."""
    visit = new_visit(browser, color_scheme="light")
    AppPage(visit.page, own_served.url("styles/")).open()
    yield visit
    visit.context.close()


READ = """(expected) => {
  const found = {};
  for (const [name, wanted] of Object.entries(expected)) {
    const style = getComputedStyle(document.querySelector(`[data-case="${name}"]`));
    found[name] = {};
    for (const property in wanted) found[name][property] = style.getPropertyValue(property);
  }
  return found;
}"""


def differences(page: Page, expected: dict[str, dict[str, str]]) -> dict[str, Any]:
    computed = page.evaluate(READ, expected)
    return {
        name: {"computed": computed[name], "wanted": wanted}
        for name, wanted in expected.items()
        if computed[name] != wanted
    }


def test_no_field_of_style_lacks_a_case() -> None:
    assert set(Style.model_fields) - set(cases.PLAIN) - set(cases.COMPANIONS) == set(cases.STATES)


def test_every_field_of_style_is_computed_by_the_browser(shown: Visit) -> None:
    assert differences(shown.page, cases.expected()) == {}
    assert shown.watch.errors == []


@pytest.mark.parametrize("state", cases.STATES)
def test_a_state_of_a_widget_has_its_style(state: str, shown: Visit) -> None:
    page = shown.page
    button = page.get_by_role("button", name=state, exact=True)
    if state != "disabled":
        expect(button).to_have_css("opacity", "1")
    if state == "hover":
        button.hover()
    elif state == "focus":
        button.focus()
    elif state == "active":
        button.hover()
        page.mouse.down()
    expect(button).to_have_css("opacity", "0.5")
    page.mouse.up()


def test_a_style_that_first_appears_later_is_applied_by_a_sheet(
    visitor: Visitor, own_served: Server
) -> None:
    page = visitor().page
    app = AppPage(page, own_served.url("styles/")).open()
    app.button("Turn").click()
    expect(app.text("Turned")).to_have_css("width", "50px")
    assert page.evaluate("document.querySelectorAll('[style], style').length") == 0
    assert page.evaluate("document.adoptedStyleSheets.length") > 0
