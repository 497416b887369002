"""What a page itself says to its visitor, below all apps."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.building import ROOT
from tests.e2e.conftest import Visitor
from tests.e2e.server import Answer, Server

PAGE = b"""<!doctype html><html lang="en"><title>Notices</title>
<link rel="stylesheet" href="base.css">
<script type="module">
import { notice } from "./notice.js";
window.first = notice("A new version is ready.", [["Reload", () => {}], ["Later", () => {}]]);
window.second = notice("Install it?", [["Install", () => second.remove()]]);
</script></html>
"""


def test_two_notices_stand_one_above_the_other(visitor: Visitor) -> None:
    with Server(ROOT / "js", answers={"page.html": Answer(body=PAGE)}) as server:
        page = visitor().page
        page.goto(server.url("page.html"))
        first, second = page.get_by_role("status").all()
        upper, lower = first.bounding_box(), second.bounding_box()
        assert upper is not None
        assert lower is not None
        assert upper["y"] + upper["height"] <= lower["y"]
        page.get_by_role("button", name="Install").click()
        expect(page.get_by_role("status")).to_have_text("A new version is ready.ReloadLater")
        # Where there is none, nothing covers the page.
        page.evaluate("first.remove()")
        covers = page.evaluate(
            "document.elementFromPoint(innerWidth / 2, innerHeight - 40).tagName"
        )
        assert covers in {"BODY", "HTML"}
