"""First views that are rendered while building: what stands in the page, and what does not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tempestweb_wasm.build.files import Files
from tempestweb_wasm.build.prerender import NoView, Wanted, prerender
from tempestweb_wasm.build.site import Site, make_plan

APP = """
from tempestweb_wasm import Column, Image, Style, Text

def make_state(ctx):
    return ctx

def view(app):
    return Column(style=Style(gap=8), children=[
        Text(content="</script><!-- " + app.context.locale),
        Image(src="assets/a.png"),
    ])
"""
RAISES = (
    "def make_state():\n    import js\n    return js.document.title\n\ndef view(app):\n    ...\n"
)
KEEPS = """
from tempestweb_wasm import Text

persist = True

def make_state() -> dict[str, str]:
    return {}

def view(app):
    return Text(content=app.state.get("word", "nothing yet"))
"""
DIFFERS = """
import random, time
from tempestweb_wasm import Text

make_state = dict

def view(app):
    words = {"one", "two", "three", "four", "five", "six", "seven", "eight"}
    return Text(content=f"{words} {time.tzname} {time.timezone} {random.random()}")
"""
HANGS = "def make_state():\n    while True:\n        pass\n\ndef view(app):\n    ...\n"


def make_app(folder: Path, source: str = APP, toml: str = "") -> Path:
    folder.mkdir()
    (folder / "app.py").write_text(source)
    (folder / "tempestweb.toml").write_text(f"[app]\n{toml}\n")
    return folder / "app.py"


def build(*apps: Path) -> tuple[Site, Files]:
    site = Site(make_plan(apps), prerender=True)
    return site, site.files()


def text(files: Files, name: str) -> str:
    return files[name].read().decode()


def test_a_page_shows_the_first_view_with_all_its_styles_in_one_file(tmp_path: Path) -> None:
    site, files = build(make_app(tmp_path / "one", toml='lang = "de"'))
    page = text(files, "index.html")
    assert site.notes == []
    assert '<span class="tw-Text">&lt;/script&gt;&lt;!-- de</span>' in page
    assert '<img alt decoding="async" class="tw-Image" src="./apps/one/assets/a.png">' in page
    (sheet,) = (name for name in files if re.fullmatch(r"_tempest/style-[0-9a-f]{10}\.css", name))
    assert text(files, sheet).endswith("{gap:8px}")
    assert f'href="./{sheet}" integrity="{files[sheet].integrity}"' in page
    assert page.count('rel="stylesheet"') == 1
    assert " style=" not in page


def test_pages_without_rules_of_their_own_share_a_style_sheet(tmp_path: Path) -> None:
    plain = "prerender = false"
    apps = [make_app(tmp_path / "styled"), make_app(tmp_path / "one", toml=plain)]
    _, files = build(*apps, make_app(tmp_path / "two", toml=plain))
    sheets = {
        name: re.findall(r"_tempest/style-\w+\.css", text(files, f"{name}/index.html"))
        for name in ("styled", "one", "two")
    }
    assert sheets["one"] == sheets["two"] != sheets["styled"]
    named = {sheet for found in sheets.values() for sheet in found}
    assert named == {name for name in files if name.startswith("_tempest/style-")}


def test_the_frame_stands_in_the_page_and_can_not_end_its_block(tmp_path: Path) -> None:
    _, files = build(make_app(tmp_path / "one"))
    (found,) = re.findall(r"data-tempest-frame>(.*?)</script>", text(files, "index.html"))
    frame = json.loads(found)
    assert frame.keys() == {"kind", "data", "styles"}
    (patch,) = frame["data"]
    assert patch["node"]["children"][0]["props"]["content"] == "</script><!-- en"
    assert "<" not in found


def test_an_app_that_needs_the_browser_is_built_without_and_the_build_says_why(
    tmp_path: Path,
) -> None:
    site, files = build(make_app(tmp_path / "needs", RAISES), make_app(tmp_path / "good"))
    (note,) = site.notes
    assert "needs/app.py" in note
    assert "before Python is up" in note
    assert "state_failed" in note
    assert "prerender = false" in note
    assert "data-tempest-frame" not in text(files, "needs/index.html")
    assert "early-" not in text(files, "needs/index.html")
    assert "tw-Column" in text(files, "good/index.html")


def test_an_app_that_keeps_its_state_shows_how_it_is_without_any(tmp_path: Path) -> None:
    site, files = build(make_app(tmp_path / "one", KEEPS))
    assert site.notes == []
    assert "nothing yet" in text(files, "index.html")


def test_a_setting_leaves_it_out(tmp_path: Path) -> None:
    site, files = build(make_app(tmp_path / "one", RAISES, "prerender = false"))
    assert site.notes == []
    assert "tw-boot-over" not in text(files, "index.html")


def test_one_that_never_ends_does_not_hold_up_the_others(tmp_path: Path) -> None:
    plan = make_plan([make_app(tmp_path / "hangs", HANGS), make_app(tmp_path / "good")])
    site = Site(plan)
    files = site.files()
    (worker,) = (name for name in files if name.startswith("_tempest/worker-"))
    apps = [Wanted(f"apps/{name}", "en", "../") for name in ("hangs", "good")]
    hung, good = prerender(files, worker, apps, patience=8)
    assert isinstance(hung, NoView)
    assert hung.code == "timed_out"
    assert not isinstance(good, NoView)


def test_without_node_every_app_is_built_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Site(make_plan([make_app(tmp_path / "one")])).files()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    (found,) = prerender(files, "x", [Wanted("apps/one", "en", "./")])
    assert isinstance(found, NoView)
    assert found.code == "tool_missing"


def test_the_same_app_gives_the_same_page(tmp_path: Path) -> None:
    app = make_app(tmp_path / "one")
    assert text(build(app)[1], "index.html") == text(build(app)[1], "index.html")


def test_the_page_is_the_same_wherever_and_whenever_it_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Site(make_plan([make_app(tmp_path / "one", DIFFERS)])).files()
    (worker,) = (name for name in files if name.startswith("_tempest/worker-"))
    found = []
    for zone in ("Asia/Tokyo", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        found += prerender(files, worker, [Wanted("apps/one", "en", "./")])
    assert not isinstance(found[0], NoView)
    assert found[0] == found[1]
