"""What a page's DOM goes through, told by the browser."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

_START = """() => {
  const root = document.querySelector('#tempest-app');
  window.changes = [];
  new MutationObserver((records) => {
    for (const record of records) window.changes.push({
      type: record.type,
      tag: (record.target.localName ?? record.target.parentNode.localName),
      name: record.attributeName,
      added: record.addedNodes.length,
      removed: record.removedNodes.length,
    });
  }).observe(root, {subtree: true, childList: true, characterData: true, attributes: true});
}"""
_TAKE = "() => window.changes.splice(0)"


def watch_dom(page: Page) -> None:
    """Begin to note every change in the app."""
    page.evaluate(_START)


def take_changes(page: Page) -> list[dict[str, Any]]:
    """Return the changes since the last call."""
    found: list[dict[str, Any]] = page.evaluate(_TAKE)
    return found


def summary(changes: list[dict[str, Any]]) -> dict[str, int]:
    """Return how many texts and attributes changed, how many nodes came and went."""
    return {
        "texts": sum(change["type"] == "characterData" for change in changes),
        "attributes": sum(change["type"] == "attributes" for change in changes),
        "added": sum(change["added"] for change in changes),
        "removed": sum(change["removed"] for change in changes),
    }
