"""``run()`` in a page that has Pyodide and the wheel, and nothing else of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.in_page import in_page  # by pytest-pyodide's run_in_pyodide

pytestmark = pytest.mark.driver_timeout(120)


@pytest.fixture
def selenium_page(selenium: Any) -> Iterator[Any]:
    """The page with an empty place for an app."""
    selenium.run_js("document.body.innerHTML = '<p>Around</p><div id=app><i>wait</i></div>'")
    yield selenium
    selenium.run_js("document.body.innerHTML = ''")


@in_page
async def test_the_copy_in_the_wheel_is_started(selenium_page: Any) -> None:
    import asyncio

    from tempestweb_wasm import App, Button, Column, Text, Widget, run
    from tempestweb_wasm.browser.page import page

    def view(app: App[list[int]]) -> Widget:
        return Column(
            children=[
                Text(content=f"Count: {len(app.state)}"),
                Button(label="+", on_click=lambda: app.set_state(lambda s: s.append(1))),
            ]
        )

    running = run(list, view, title="Counting")
    await running
    assert page().document.title == "Counting"
    place = page().document.querySelector("#app")
    assert place.textContent == "Count: 0+"
    place.querySelector("button").click()
    while "Count: 1" not in place.textContent:
        await asyncio.sleep(0)
    # The wheel's own style sheets came along.
    assert page().getComputedStyle(place.firstElementChild).display == "flex"
    running.stop()
    running.stop()
    assert place.textContent == ""
    assert page().document.querySelector("p").textContent == "Around"


def test_javascript_can_wait_for_an_app(selenium_page: Any) -> None:
    code = "from tempestweb_wasm import Text, run; run(lambda: 0, lambda app: Text(content='up'))"
    selenium_page.load_package("tempestweb-wasm")
    done = selenium_page.run_js(
        f"const done = await pyodide.runPythonAsync({code!r});"
        "return [done === undefined, document.querySelector('#app').textContent];"
    )
    assert done == [True, "up"]


@in_page
async def test_a_second_app_in_the_same_place_takes_it_over(selenium_page: Any) -> None:
    from tempestweb_wasm import App, Text, Widget, run
    from tempestweb_wasm.browser.page import page

    ended: list[str] = []

    def first(app: App[None]) -> Widget:
        app.on_stop(lambda: ended.append("first"))
        return Text(content="first")

    await run(lambda: None, first)
    place = page().document.querySelector("#app")
    second = run(lambda: None, lambda app: Text(content="second"), target=place)
    await second
    assert place.textContent == "second"
    assert ended == ["first"]
    second.stop()


@in_page
async def test_a_missing_element_is_named_with_what_to_do(selenium_page: Any) -> None:
    import pytest

    from tempestweb_wasm import Text, run
    from tempestweb_wasm.errors import TargetError

    with pytest.raises(TargetError, match="'#nowhere': put <div id='nowhere'>"):
        run(lambda: None, lambda app: Text(content=""), target="#nowhere")


@in_page
async def test_a_first_view_that_fails_is_shown_in_its_place_and_raised(selenium_page: Any) -> None:
    import pytest

    from tempestweb_wasm import App, Widget, run
    from tempestweb_wasm.browser.page import page

    def view(app: App[None]) -> Widget:
        raise LookupError("no such thing")

    running = run(lambda: None, view, dev=True)
    with pytest.raises(Exception, match="LookupError: no such thing"):
        await running
    assert "LookupError" in page().document.querySelector("#app [role=alert]").textContent
    running.stop()
    assert page().document.querySelectorAll("#app [role=alert]").length == 0


@in_page
async def test_several_apps_share_one_bridge(selenium_page: Any) -> None:
    from tempestweb_wasm import Text, run
    from tempestweb_wasm.browser.page import page

    page().document.body.append(page().document.createElement("section"))
    one = run(lambda: None, lambda app: Text(content="one"))
    two = run(lambda: None, lambda app: Text(content="two"), target="section")
    await one
    await two
    assert page().document.querySelector("#app").textContent == "one"
    assert page().document.querySelector("section").textContent == "two"
    one.stop()
    assert page().document.querySelector("section").textContent == "two"
    two.stop()


def test_a_client_that_does_not_load_says_what_a_page_can_do(selenium_standalone: Any) -> None:
    page = selenium_standalone
    page.run_js("document.body.innerHTML = '<div id=app></div>'")
    page.load_package("tempestweb-wasm")
    said = page.run_async(
        """
from js import document
from tempestweb_wasm import Text, run
from tempestweb_wasm.errors import RuntimeSetupError

running = run(lambda: None, lambda app: Text(content=""), client_url="/no-client.js")
try:
    await running
    said = "nothing"
except RuntimeSetupError as error:
    said = str(error)
assert "no-client.js" in document.querySelector("#app").textContent
said
"""
    )
    assert "could not be loaded from /no-client.js" in said


@in_page
async def test_the_browser_is_asked_through_the_copy_in_the_wheel(selenium_page: Any) -> None:
    import asyncio

    from tempestweb_wasm import App, Text, Widget, native, run
    from tempestweb_wasm.browser.page import page

    kept: list[object] = []

    def view(app: App[list[int]]) -> Widget:
        @app.on_start
        async def ask() -> None:
            await native.storage.set(app, "tried", [1, 2])
            kept.append(await native.storage.get(app, "tried", list[int]))
            await native.storage.remove(app, "tried")
            native.page.set_title(app, "Told")

        return Text(content="up")

    running = run(list, view)
    await running
    while page().document.title != "Told":
        await asyncio.sleep(0)
    assert kept == [[1, 2]]
    running.stop()
