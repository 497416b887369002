"""A package that one app of a page needs, and that does not arrive."""

from __future__ import annotations

import zipfile
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e import building
from tests.e2e.building import Builds
from tests.e2e.conftest import Visit, Visitor
from tests.e2e.pages import START
from tests.e2e.server import Answer, Server

APP = """
import tinything
from tempestweb_wasm import Text

def make_state():
    return None

def view(app):
    return Text(content=f"It is {tinything.SIZE}")
"""
WHEEL = {
    "tinything/__init__.py": "SIZE = 'tiny'\n",
    "tinything-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tinything\nVersion: 1.0\n",
    "tinything-1.0.dist-info/WHEEL": (
        "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    ),
    "tinything-1.0.dist-info/RECORD": "",
}
SETTINGS = """[app]
packages = ["./wheels/tinything-1.0-py3-none-any.whl"]
exclude = ["wheels/*"]
"""
PAGE = b"""<!doctype html><title>Packages</title>
<script type="module" src="./_tempest/boot.js"></script>
<tempest-app src="./apps/kept/app.py"></tempest-app>
<tempest-app src="./apps/tiny/app.py"></tempest-app>"""


def tiny(folder: Path) -> Path:
    """Write an app that needs a wheel beside it; return its file."""
    (folder / "wheels").mkdir(parents=True)
    with zipfile.ZipFile(folder / "wheels" / "tinything-1.0-py3-none-any.whl", "w") as wheel:
        for name, text in WHEEL.items():
            wheel.writestr(name, text)
    (folder / "tempestweb.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "app.py").write_text(APP, encoding="utf-8")
    return folder / "app.py"


def test_a_package_that_does_not_arrive_stops_its_own_app_alone_and_is_asked_for_again(
    builds: Builds, tmp_path: Path, visitor: Visitor
) -> None:
    site = builds.site(building.APPS / "kept" / "app.py", tiny(tmp_path / "tiny"))
    (package,) = (site / "_tempest" / "python").glob("tinything-*.bin")
    name = package.relative_to(site).as_posix()
    answers = {"": Answer(200, PAGE), name: Answer(503, b"busy")}
    visit: Visit = visitor()
    with Server(site, answers=answers) as host:
        visit.page.goto(host.url())
        kept, needy = (visit.page.locator("tempest-app").nth(number) for number in range(2))
        expect(needy.get_by_role("alert")).to_contain_text("503", timeout=START)
        kept.get_by_role("button", name="Add").click(timeout=START)
        expect(kept.get_by_text("Count: 1")).to_be_visible()
        del host.answers[name]
        needy.get_by_role("alert").get_by_role("button").click()
        expect(needy.get_by_text("It is tiny")).to_be_visible(timeout=START)
        expect(kept.get_by_text("Count: 1")).to_be_visible()
