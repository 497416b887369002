"""Browsers with a profile on disk: what a visitor has who comes back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright

from tests import tools

KEPT = """async () => {
  await navigator.serviceWorker.ready;
  const names = await caches.keys();
  const sizes = {};
  for (const name of names) sizes[name] = (await (await caches.open(name)).keys()).length;
  return sizes;
}"""


@contextmanager
def process(playwright: Playwright, profile: Path) -> Iterator[BrowserContext]:
    """Run a browser process of its own on *profile*."""
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=tools.chromium(),
        args=list(tools.CHROMIUM_FLAGS),
        # What is installed there stays out of the system's own menu.
        env={**os.environ, "XDG_DATA_HOME": str(profile / "data")},
    )
    try:
        yield context
    finally:
        context.close()


def wait_until_kept(page: Page) -> dict[str, int]:
    """Wait until a service worker is active; return the entries of each cache."""
    sizes: dict[str, int] = page.evaluate(KEPT)
    return sizes
