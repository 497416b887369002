"""Apps written for the peers, unedited, as a person uses them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tempestweb_wasm import compat
from tempestweb_wasm.compat._finder import is_peer
from tempestweb_wasm.loader import unload_app
from tempestweb_wasm.testing import Client

APPS = Path(__file__).parent / "compat_apps"


Mount = Callable[[str], Client[Any]]


@pytest.fixture(params=["by the loader", "as plain imports"])
def mounted(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Mount]:
    """Mount an app of the folder, while the real packages are installed."""
    for name in compat.PEERS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(
            "raise AssertionError('the real package was imported')\n", encoding="utf-8"
        )
    monkeypatch.syspath_prepend(str(tmp_path))
    if request.param == "by the loader":
        yield lambda name: Client.load(APPS / name / "app.py")
        for app in APPS.iterdir():
            unload_app(app)
    else:
        with compat.active():
            yield lambda name: Client.of(plainly(APPS / name, monkeypatch))
        for name in ("app", "parts"):
            sys.modules.pop(name, None)
    assert [name for name in sys.modules if is_peer(name)] == []


def plainly(folder: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(folder))
    return importlib.import_module("app")


def test_the_counter_counts(mounted: Mount) -> None:
    with mounted("counter") as client:
        client.click("inc")
        client.click("inc")
        client.click("dec")
        assert client.text("label") == "Count: 1"


def test_an_event_updates_one_prop_of_one_node(mounted: Mount) -> None:
    with mounted("counter") as client:
        client.click("inc")
        (patch,) = client.frames[-1]["data"]
        assert (patch["path"], patch["set_props"]) == ([0], {"content": "Count: 1"})


def test_choices_reach_the_handlers_in_the_peers_form(mounted: Mount) -> None:
    with mounted("shop") as client:
        client.select("order", "price")
        client.select("size", "L")
        client.slide("most", 120)
        client.toggle("gift")
        client.toggle("express")
        assert client.text("summary") == "price at 1; 2; 120; True; True"
        assert client.find("size").props["value"] == "L"
        assert client.find("order").props["placeholder"] == "Select…"


def test_components_by_annotation_render_with_their_defaults(mounted: Mount) -> None:
    with mounted("shop") as client:
        assert {"Pen", "Ink", "new", "1.20 €", "9.99 €"} <= set(client.texts())
        props = client.find("ink-buy").props
        assert (props["variant"], props["size"], props["color_scheme"]) == (
            "outline",
            "sm",
            "neutral",
        )
        assert client.find("ink-drop").props == {
            "icon": "delete",
            "label": "delete",
            "color_scheme": "primary",
        }


def test_components_handlers_and_late_imports_work(mounted: Mount) -> None:
    with mounted("shop") as client:
        client.click("pen-buy")
        client.click("ink-buy")
        assert "Pen 1, Ink 1" in client.texts()
        client.click("ink-drop")
        assert "Empty" in client.texts()


def test_styles_by_enum_reach_the_wire(mounted: Mount) -> None:
    with mounted("shop") as client:
        (head,) = [s for s in client.styles.values() if s.get("direction") == "row"]
        assert (head["wrap"], head["justify"], head["align"]) == ("wrap", "space-between", "center")
        assert head["background"]["angle"] == 90
        assert {"gap": 24} in client.styles.values()


def test_the_form_gives_its_values_by_field(mounted: Mount) -> None:
    with mounted("signup") as client:
        client.fill("email", "ada@example.org")
        client.fill("password", "secret")
        client.press("password", "Enter")
        assert "email=ada@example.org" in client.text("s")


def test_an_error_shows_and_goes_without_another_node_in_its_place(mounted: Mount) -> None:
    with mounted("signup") as client:
        before = client.find("code")
        client.fill("email", "ada")
        assert client.texts().count("no @ in it") == 2
        assert client.find("code").path == before.path
        assert client.find("code").node["id"] == before.node["id"]
        client.fill("email", "ada@example.org")
        assert "no @ in it" not in client.texts()


def test_kinds_of_input_become_types(mounted: Mount) -> None:
    with mounted("signup") as client:
        types = [client.find(key).props.get("type") for key in ("email", "password", "code")]
        assert types == ["email", "password", None]
        assert client.find("code").props["attrs"] == {"inputmode": "decimal"}


def test_fields_with_events_of_their_own(mounted: Mount) -> None:
    with mounted("signup") as client:
        client.fill("note", "hello")
        client.pick_date("born", "1815-12-10")
        client.pick_files("photo", {"me.txt": b"bytes"})
        assert client.text("summary") == "hello|1815-12-10|me.txt: bytes"


def test_icons_pictures_and_indicators_go_by_our_names(mounted: Mount) -> None:
    with mounted("signup") as client:
        names = [f.props["name"] for f in client.walk() if f.type == "Icon"]
        assert names == ["close", "user"]
        assert [f.props.get("value") for f in client.walk() if f.type == "ProgressBar"] == [
            None,
            0.5,
        ]
        (image,) = [f for f in client.walk() if f.type == "Image"]
        assert image.props["fit"] == "cover"
        (tip,) = [f for f in client.walk() if "tooltip" in f.props]
        assert tip.props["tooltip"] == "Go on"


def test_a_star_import_and_a_guarded_one(mounted: Mount) -> None:
    with mounted("star") as client:
        client.click("open")
        assert "open, lacking" in client.texts()
