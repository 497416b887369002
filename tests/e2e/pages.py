"""How the tests see an app: by what a user sees, and by the few hooks that the client promises."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Error, Locator, Page, expect

START = 60_000
"""Milliseconds that an interpreter may take to start on a busy machine."""


class AppPage:
    """One page with one app in it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.root = page.locator("#tempest-app")

    def open(self) -> AppPage:
        """Go there and wait until the app can be used."""
        self.page.goto(self.url)
        return self.wait()

    def reload(self) -> AppPage:
        self.page.reload()
        return self.wait()

    def wait(self) -> AppPage:
        """Wait until the app has replaced the loading screen."""
        wait_for_app(self.root)
        return self

    def button(self, name: str, *, exact: bool = True) -> Locator:
        return self.root.get_by_role("button", name=name, exact=exact)

    def text(self, content: str, *, exact: bool = True) -> Locator:
        return self.root.get_by_text(content, exact=exact)


def expect_works(app: AppPage) -> None:
    """Count once in an app of the tests that was just opened."""
    app.button("Add").click()
    expect(app.text("Count: 1")).to_be_visible()


def wait_for_app(root: Locator) -> None:
    """Wait until Python's first view is in *root*; the one of the build may be there before."""
    expect(root.locator("[data-tempest-loading]")).to_have_count(0, timeout=START)
    others = "".join(f":not(.tw-{name})" for name in ("boot", "layer", "failure"))
    widget = root.locator(f":scope > [class^='tw-']{others}").first
    expect(widget).to_be_attached(timeout=START)


def wait_until(page: Page, expression: str) -> Any:
    """Wait until *expression* is true in *page*, and return it. The page may load anew meanwhile.

    Playwright's own waiting evaluates text in the page each time, which the policy forbids.
    """
    script = f"""async () => {{
      for (const end = performance.now() + 60_000; performance.now() < end;) {{
        const found = await ({expression});
        if (found) return found;
        await new Promise(requestAnimationFrame);
      }}
      throw new Error("never true: " + {json.dumps(expression)});
    }}"""
    while True:
        try:
            return page.evaluate(script)
        except Error as error:
            if "because of a navigation" not in str(error):
                raise


def focused(page: Page) -> dict[str, Any]:
    """Describe the focused element: tag, accessible name as written, place on the screen."""
    found: dict[str, Any] = page.evaluate(FOCUSED)
    return found


FOCUSED = """() => {
  let el = document.activeElement;
  while (el && el.shadowRoot && el.shadowRoot.activeElement) el = el.shadowRoot.activeElement;
  if (!el || el === document.body) return {tag: 'body'};
  const box = el.getBoundingClientRect();
  const style = getComputedStyle(el);
  const around = el.closest('label') ?? el;
  const near = getComputedStyle(around);
  return {
    tag: el.localName,
    type: el.getAttribute('type'),
    name: el.getAttribute('aria-label') ?? el.textContent ?? '',
    outline: parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== 'none',
    shadow: style.boxShadow !== 'none',
    near: near.boxShadow !== 'none'
      || (parseFloat(near.outlineWidth) > 0 && near.outlineStyle !== 'none'),
    width: box.width,
    height: box.height,
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""
