"""How the tests see a page whose app runs on a server."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

ANSWER = 20_000
"""Milliseconds that an answer may take on a machine that has much else to do."""


class LivePage:
    """One page with one app in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator("#tempest-app")

    @classmethod
    def at(cls, page: Page, url: str) -> LivePage:
        """Go there and wait until the app is connected."""
        page.goto(url)
        live = cls(page)
        live.expect_online()
        return live

    def text(self, content: str) -> Locator:
        return self.root.get_by_text(content, exact=True)

    def field(self, name: str) -> Locator:
        return self.root.get_by_label(name, exact=True)

    def press(self, name: str) -> None:
        self.root.get_by_role("button", name=name, exact=True).click()

    @property
    def notice(self) -> Locator:
        """What the page says of its connection."""
        return self.page.locator("body > .tw-root .tw-notice")

    def expect_online(self) -> None:
        self.expect_connection("online")
        expect(self.notice).to_have_count(0)

    def expect_connection(self, status: str) -> None:
        expect(self.root).to_have_attribute("data-connection", status, timeout=ANSWER)

    def expect_count(self, count: int) -> None:
        expect(self.text(f"Count: {count}")).to_be_visible(timeout=ANSWER)

    def expect_log(self, text: str | re.Pattern[str]) -> None:
        expect(self.root.get_by_text(re.compile("^log"))).to_have_text(text, timeout=ANSWER)
