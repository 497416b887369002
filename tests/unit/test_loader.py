"""Loading apps: folders as packages, siblings by bare name, errors that name the line."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from tempestweb_wasm import Text
from tempestweb_wasm.core.app import AppSource, Context
from tempestweb_wasm.errors import AppImportError, AppNotFoundError, NoViewError
from tempestweb_wasm.loader import PREFIX, load_app, package_name, unload_app

APP = "def make_state():\n    return {state}\n\ndef view(app):\n    return None\n"


@pytest.fixture(autouse=True)
def _no_apps_left() -> Iterator[None]:
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith(PREFIX):
            del sys.modules[name]


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / f"{name.replace('__in__', '/')}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "app.py"


def state(source: AppSource[object]) -> object:
    return source.state(Context())


def test_a_file_and_its_folder_name_the_same_app(tmp_path: Path) -> None:
    file = write(tmp_path / "one", app=APP.format(state="1"))
    assert state(load_app(file)) == state(load_app(file.parent)) == 1
    assert load_app(file).name == "one"


def test_an_app_in_another_file_is_called_after_the_file(tmp_path: Path) -> None:
    write(tmp_path / "one", clock=APP.format(state="1"))
    assert load_app(tmp_path / "one" / "clock.py").name == "clock"


def test_two_apps_have_siblings_of_the_same_name(tmp_path: Path) -> None:
    app = "import parts\nfrom parts import NAME\n" + APP.format(state="(parts.NAME, NAME)")
    first = write(tmp_path / "one" / "app", app=app, parts="NAME = 'first'")
    second = write(tmp_path / "two" / "app", app=app, parts="NAME = 'second'")
    assert state(load_app(first)) == ("first", "first")
    assert state(load_app(second)) == ("second", "second")
    assert "parts" not in sys.modules
    assert str(first.parent) not in sys.path


def test_a_sibling_shadows_a_module_of_the_standard_library_for_its_app_only(
    tmp_path: Path,
) -> None:
    app = "import calendar\n" + APP.format(state="calendar.NAME")
    file = write(tmp_path, app=app, calendar="NAME = 'ours'")
    assert state(load_app(file)) == "ours"
    assert hasattr(importlib.import_module("calendar"), "monthrange")


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("import parts", "parts.NAME"),
        ("import parts as p", "p.NAME"),
        ("import sub.deep", "(sub.TOP, sub.deep.NAME)[1]"),
        ("import sub.deep as d", "d.NAME"),
        ("from parts import *", "NAME"),
        ("from sub import deep", "deep.NAME"),
        ("from sub.deep import NAME as n", "n"),
        ("from . import parts", "parts.NAME"),
        ("from .sub import deep", "deep.NAME"),
        ("import json, parts, os.path", "(json.dumps, os.path.sep, parts.NAME)[2]"),
    ],
)
def test_every_form_of_import_finds_the_sibling(tmp_path: Path, statement: str, value: str) -> None:
    file = write(
        tmp_path,
        app=f"{statement}\n" + APP.format(state=value),
        parts="NAME = 'x'",
        sub__in____init__="TOP = 1",
        sub__in__deep="import parts\nNAME = parts.NAME",
    )
    assert state(load_app(file)) == "x"


def test_an_import_inside_a_function_finds_the_sibling_later(tmp_path: Path) -> None:
    app = "def make_state():\n    import parts\n    return parts.NAME\ndef view(app): ...\n"
    assert state(load_app(write(tmp_path, app=app, parts="NAME = 2"))) == 2


def test_siblings_may_import_the_app_back(tmp_path: Path) -> None:
    app = "NAME = 3\nimport parts\n" + APP.format(state="parts.get()")
    parts = "import app\ndef get():\n    return app.NAME"
    assert state(load_app(write(tmp_path, app=app, parts=parts))) == 3


def test_a_folder_may_be_a_package_already(tmp_path: Path) -> None:
    app = "from . import VALUE\n" + APP.format(state="VALUE")
    assert state(load_app(write(tmp_path, app=app, __init__="VALUE = 4"))) == 4


def test_files_in_the_package_can_be_read(tmp_path: Path) -> None:
    app = "import pkgutil\n" + APP.format(state="pkgutil.get_data(__package__, 'words.txt')")
    file = write(tmp_path, app=app, __init__="")
    (tmp_path / "words.txt").write_bytes(b"hello")
    assert state(load_app(file)) == b"hello"
    assert [m.name for m in pkgutil.iter_modules([str(tmp_path)])] == ["app"]


def test_an_app_is_imported_once_until_it_is_unloaded(tmp_path: Path) -> None:
    file = write(tmp_path, app="class A: ...\n" + APP.format(state="A"))
    first = state(load_app(file))
    assert state(load_app(file)) is first
    assert state(load_app(file, fresh=True)) is not first
    unload_app(file)
    unload_app(file)
    assert package_name(tmp_path) not in sys.modules


def test_an_edit_is_seen_by_a_fresh_load_within_the_same_second(tmp_path: Path) -> None:
    file = write(tmp_path, app="import parts\n" + APP.format(state="parts.N"), parts="N = 1")
    assert state(load_app(file)) == 1
    write(tmp_path, parts="N = 2")
    assert state(load_app(file, fresh=True)) == 2


def test_no_compiled_files_are_left_in_the_app(tmp_path: Path) -> None:
    load_app(write(tmp_path, app="import parts\n" + APP.format(state="1"), parts=""))
    assert not list(tmp_path.rglob("*.pyc"))


def test_the_same_files_still_work_as_a_plain_script(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        app="import parts\n" + APP.format(state="parts.N") + "print(make_state())",
        parts="N = 6",
    )
    assert state(load_app(file)) == 6
    result = subprocess.run([sys.executable, str(file)], capture_output=True, check=True, text=True)
    assert result.stdout == "6\n"


def test_apps_for_the_peers_get_our_widgets_in_the_loader_only(tmp_path: Path) -> None:
    app = "from tempest_core import Text\nimport tempestweb\n" + APP.format(state="Text")
    assert state(load_app(write(tmp_path, app=app))) is Text
    assert "tempest_core" not in sys.modules
    assert "tempestweb" not in sys.modules


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AppNotFoundError, match=r"nothing/app\.py does not exist"):
        load_app(tmp_path / "nothing" / "app.py")
    with pytest.raises(AppNotFoundError, match=r"app\.py does not exist"):
        load_app(tmp_path)
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(AppNotFoundError, match=r"name a file such as app\.py"):
        load_app(tmp_path / "notes.txt")


@pytest.mark.parametrize("name", ["view", "make_state"])
def test_an_app_without_a_function_says_which(tmp_path: Path, name: str) -> None:
    file = write(tmp_path, app=APP.format(state="1").replace(name, "other"))
    with pytest.raises(NoViewError, match=rf"app\.py has no {name}: an app defines def {name}\("):
        load_app(file)


def test_a_view_that_is_no_function_is_shown(tmp_path: Path) -> None:
    file = write(tmp_path, app=APP.format(state="1") + "view = 5")
    with pytest.raises(NoViewError, match=r"view in .* is 5: it must be a function"):
        load_app(file)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("x = 1\ny = (\n", 2, "SyntaxError"),
        ("x = 1\n\nx / 0\n", 3, "ZeroDivisionError: division by zero"),
        ("import nowhere_at_all\n", 1, "Put nowhere_at_all beside the app"),
        ("import sys\nsys.exit(3)\n", 2, "SystemExit: 3"),
        ("from app import nothing\n", 1, "ImportError"),
    ],
)
def test_an_error_in_a_sibling_names_its_file_and_line(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    file = write(tmp_path, app="import parts\n" + APP.format(state="1"), parts=text)
    with pytest.raises(AppImportError) as caught:
        load_app(file)
    assert str(caught.value).startswith(f"{tmp_path / 'parts.py'}:{line}: ")
    assert said in str(caught.value)
    assert caught.value.__cause__ is not None


def test_the_traceback_shows_the_app_and_not_the_machinery(tmp_path: Path) -> None:
    file = write(tmp_path, app="import parts\n" + APP.format(state="1"), parts="1 / 0")
    with pytest.raises(AppImportError) as caught:
        load_app(file)
    cause = caught.value.__cause__
    assert cause is not None
    files = [Path(frame.filename).name for frame in traceback.extract_tb(cause.__traceback__)]
    assert files == ["app.py", "parts.py"]


def test_a_repaired_app_loads_after_a_failure(tmp_path: Path) -> None:
    file = write(tmp_path, app="import parts\n" + APP.format(state="parts.N"), parts="1 / 0")
    with pytest.raises(AppImportError):
        load_app(file)
    assert package_name(tmp_path) not in sys.modules
    write(tmp_path, parts="N = 9")
    assert state(load_app(file)) == 9


def test_a_failed_load_leaves_the_others_of_the_folder_alone(tmp_path: Path) -> None:
    good = write(tmp_path, app=APP.format(state="1"), bad="1 / 0")
    load_app(good)
    with pytest.raises(AppImportError):
        load_app(tmp_path / "bad.py")
    assert f"{package_name(tmp_path)}.app" in sys.modules


@pytest.mark.parametrize(
    "text",
    [
        "import tempest_core.nothing_there\n",
        # What a build writes in the place of a module that it leaves out.
        "raise ModuleNotFoundError('nothing_there is not in this build', name='nothing_there')\n",
    ],
)
def test_a_module_that_is_missed_in_other_words_keeps_them(tmp_path: Path, text: str) -> None:
    file = write(tmp_path, app=text)
    with pytest.raises(AppImportError) as caught:
        load_app(file)
    assert "nothing_there" in str(caught.value)
    assert "beside the app" not in str(caught.value)


def test_the_encoding_that_a_file_declares_is_obeyed(tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    text = "# -*- coding: latin-1 -*-\n" + APP.format(state="'é'")
    file.write_bytes(text.encode("latin-1"))
    assert state(load_app(file)) == "é"
