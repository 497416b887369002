"""Imports of the peers' names: answered, refused with a reason, and gone again."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import tempestweb_wasm
from tempestweb_wasm import compat
from tempestweb_wasm.compat import _catalog
from tempestweb_wasm.compat._finder import PeerModule, is_peer


@pytest.fixture
def installed() -> Iterator[None]:
    with compat.active():
        yield


@pytest.fixture
def real_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put packages of the peers' names on the path, as if they were installed."""
    for name in compat.PEERS:
        package = tmp_path / name
        package.mkdir()
        (package / "__init__.py").write_text("REAL = True\n", encoding="utf-8")
        (package / "style.py").write_text("REAL = True\n", encoding="utf-8")
        (package / "only_real.py").write_text("REAL = True\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


@pytest.fixture
def nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take out what apps that other tests loaded have imported of ours."""
    for name, module in list(sys.modules.items()):
        if isinstance(module, PeerModule):
            monkeypatch.delitem(sys.modules, name)


def peers_loaded() -> list[str]:
    return [name for name in sys.modules if is_peer(name)]


def load(name: str) -> Any:
    return importlib.import_module(name)


def run(statement: str) -> None:
    exec(compile(statement, "<app>", "exec"), {})


@pytest.mark.usefixtures("installed")
def test_the_same_object_answers_under_every_name_it_has() -> None:
    modules = ["tempest_core", "tempest_core.style", "tempestweb", "tempestweb._core.style"]
    assert {load(name).Edge for name in modules} == {tempestweb_wasm.Edge}


@pytest.mark.usefixtures("installed")
def test_a_name_without_differences_is_ours_itself() -> None:
    same = ["App", "Column", "Row", "Container", "Text", "Style", "Color", "Widget", "TapEvent"]
    assert [n for n in same if getattr(load("tempest_core"), n) is not _ours(n)] == []


def _ours(name: str) -> Any:
    return getattr(tempestweb_wasm, name)


@pytest.mark.usefixtures("installed")
def test_what_stands_in_for_a_widget_is_one_of_that_kind() -> None:
    core = load("tempest_core")
    for name in set(tempestweb_wasm.__all__) & _catalog.substitutes().keys():
        assert issubclass(getattr(core, name), _ours(name)), name


@pytest.mark.usefixtures("installed")
def test_every_public_name_of_ours_for_apps_is_there() -> None:
    missing = [
        name
        for name in tempestweb_wasm.__all__
        if name not in ("run", "__version__") and not hasattr(load("tempest_core"), name)
    ]
    assert missing == []


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("module", [*_catalog.MODULES, "tempestweb._core.widgets.inputs"])
def test_a_star_import_gives_what_the_module_is_for(module: str) -> None:
    space: dict[str, Any] = {}
    exec(f"from {module} import *", space)
    assert sorted(space.keys() - {"__builtins__"}) == sorted(load(module).__all__)


@pytest.mark.usefixtures("installed")
def test_a_submodule_is_reached_as_an_attribute_and_listed() -> None:
    core = load("tempest_core")
    assert core.widgets.inputs.Input is core.Input
    assert {"Input", "style", "widgets"} <= set(dir(core))


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("statement", "near"),
    [
        ("from tempest_core import Buton", "'Button'"),
        ("from tempest_core import Tabs", "'RadioGroup'"),
        ("from tempest_core.widgets.inputs import RangeSlider", "'Slider'"),
        ("from tempestweb._core.style import Stile", "'Style'"),
        ("from tempestweb.components import LoginForm", "Form'"),
        ("from tempest_core import Theme", "Color.token"),
        ("from tempestweb import run", "tempestweb dev"),
        ("from tempest_core import zzzzzz", "nothing comes near it"),
    ],
)
def test_a_lacking_name_says_so_and_what_is_nearest(statement: str, near: str) -> None:
    with pytest.raises(ImportError, match=r"tempestweb_wasm has none.*docs/compat\.md") as caught:
        run(statement)
    assert near in str(caught.value)
    assert not isinstance(caught.value, ModuleNotFoundError)
    assert caught.value.name == statement.split()[1]


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("module", "near"),
    [
        ("tempest_core.widgets.input", "'tempest_core.widgets.inputs'"),
        ("tempest_core.theme", "Color.token"),
        ("tempestweb._core.navigation", "in the state"),
        ("tempestweb.native_things", "'tempestweb"),
        ("tempestweb.serverless", "'tempestweb"),
    ],
)
def test_a_lacking_module_says_so_and_what_is_nearest(module: str, near: str) -> None:
    with pytest.raises(
        ModuleNotFoundError, match=r"tempestweb_wasm has none.*compat\.md"
    ) as caught:
        load(module)
    assert near in str(caught.value)
    assert caught.value.name == module


@pytest.mark.usefixtures("installed")
def test_asking_for_an_attribute_is_no_import() -> None:
    core = load("tempest_core")
    assert not hasattr(core, "Tabs")
    assert not hasattr(core, "__version__")
    with pytest.raises(AttributeError, match="nearest is 'RadioGroup'"):
        _ = core.Tabs


@pytest.mark.usefixtures("installed")
def test_a_room_that_came_to_exist_answers_for_the_peers_module(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_catalog, "ROOMS", ("tempestweb.testing",))
    assert load("tempestweb").testing.Client is load("tempestweb_wasm.testing").Client
    with pytest.raises(ImportError, match="nearest is 'Client'"):
        run("from tempestweb.testing import Cliend")


@pytest.mark.usefixtures("installed")
def test_a_room_that_does_not_exist_is_a_module_that_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_catalog, "ROOMS", ("tempestweb.cellar",))
    with pytest.raises(ModuleNotFoundError, match="cellar"):
        load("tempestweb.cellar.deeper")
    with pytest.raises(ImportError, match="cellar"):
        run("from tempestweb import cellar")


@pytest.mark.usefixtures("nothing_loaded")
def test_twice_does_no_harm_and_nothing_stays() -> None:
    before = list(sys.meta_path)
    compat.install()
    compat.install()
    assert len(sys.meta_path) == len(before) + 1
    load("tempest_core.widgets.inputs")
    load("tempestweb.components")
    assert peers_loaded() != []
    compat.uninstall()
    compat.uninstall()
    assert peers_loaded() == []
    assert sys.meta_path == before
    assert not hasattr(tempestweb_wasm.App, "__getattr__")


def test_without_it_there_is_no_such_package() -> None:
    assert not compat.is_installed()
    with pytest.raises(ModuleNotFoundError):
        load("tempest_core")


def test_active_inside_active_ends_with_the_outer_one() -> None:
    with compat.active():
        with compat.active():
            assert compat.is_installed()
        assert compat.is_installed()
    assert not compat.is_installed()


def test_active_ends_also_when_the_import_fails() -> None:
    with pytest.raises(ImportError), compat.active():
        run("from tempest_core import Tabs")
    assert not compat.is_installed()
    assert peers_loaded() == []


@pytest.mark.usefixtures("real_packages")
def test_ours_win_over_installed_packages() -> None:
    with compat.active():
        assert load("tempest_core").Text is tempestweb_wasm.Text
        assert not hasattr(load("tempest_core.style"), "REAL")
        with pytest.raises(ModuleNotFoundError):
            load("tempest_core.only_real")
    assert load("tempest_core.only_real").REAL
    compat_free = [name for name in peers_loaded() if "REAL" in vars(sys.modules[name])]
    assert compat_free == peers_loaded()
    for name in peers_loaded():
        del sys.modules[name]


@pytest.mark.usefixtures("real_packages")
def test_ours_win_over_imported_packages_which_return_afterwards() -> None:
    real = load("tempest_core")
    style = load("tempest_core.style")
    with compat.active():
        assert load("tempest_core") is not real
        assert load("tempest_core.style").Edge is tempestweb_wasm.Edge
    assert sys.modules["tempest_core"] is real
    assert sys.modules["tempest_core.style"] is style
    for name in peers_loaded():
        del sys.modules[name]


@pytest.mark.usefixtures("real_packages")
def test_home_gives_ours_beside_the_real_package() -> None:
    where = compat.home("tempest_core.style")
    assert where == "tempestweb_wasm.compat.tempest_core.style"
    assert compat.home("tempest_core.style") == where
    ours: ModuleType = load(where)
    assert ours.Edge is tempestweb_wasm.Edge
    assert load("tempest_core.style").REAL
    with pytest.raises(ModuleNotFoundError, match=r"'tempest_core\.theme'.*Color\.token"):
        load(compat.home("tempest_core.theme") or "")
    for name in peers_loaded():
        del sys.modules[name]


@pytest.mark.usefixtures("nothing_loaded")
def test_an_app_that_the_loader_mapped_keeps_its_help(monkeypatch: pytest.MonkeyPatch) -> None:
    where = compat.home("tempest_core.core.state") or ""
    load(where)
    with compat.active():
        load("tempest_core")
    assert hasattr(tempestweb_wasm.App, "__getattr__")
    for name in [name for name in sys.modules if f"{where}.".startswith(f"{name}.")][-3:]:
        monkeypatch.delitem(sys.modules, name)
    with compat.active():
        load("tempest_core")
    assert not hasattr(tempestweb_wasm.App, "__getattr__")


def test_home_leaves_other_modules_where_they_are() -> None:
    assert [compat.home(name) for name in ("json", "tempest_core_extras", "tempestweb_wasm")] == [
        None,
        None,
        None,
    ]
