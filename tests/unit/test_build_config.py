"""Settings of an app: read from either place, checked, and errors that name the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tempestweb_wasm.build.config import read_folder_settings, read_settings
from tempestweb_wasm.build.interpreter import find_interpreter
from tempestweb_wasm.errors import ConfigError

INTERPRETER = find_interpreter()


def app(folder: Path, script: str = "", toml: str | None = None) -> Path:
    file = folder / "app.py"
    file.write_text(script + "\nvalue = 1\n", encoding="utf-8")
    if toml is not None:
        (folder / "tempestweb.toml").write_text(toml, encoding="utf-8")
    return file


def block(*lines: str) -> str:
    return "\n".join(["# /// script", *(f"# {line}".rstrip() for line in lines), "# ///"])


def test_an_app_without_settings_has_the_defaults(tmp_path: Path) -> None:
    settings = read_settings(app(tmp_path), INTERPRETER)
    assert settings.app.title is None
    assert settings.app.lang == "en"
    assert settings.requirements == ()


def test_the_block_in_the_script_is_read(tmp_path: Path) -> None:
    script = block(
        'requires-python = ">=3.11"',
        "dependencies = [",
        '  "attrs>=25",',
        "]",
        "",
        "[tool.tempestweb]",
        'title = "Ünit"',
    )
    settings = read_settings(app(tmp_path, script), INTERPRETER)
    assert settings.app.title == "Ünit"
    assert [str(r) for r in settings.requirements] == ["attrs>=25"]


def test_the_settings_file_wins_and_packages_add_up(tmp_path: Path) -> None:
    script = block('dependencies = ["attrs"]', "[tool.tempestweb]", 'title = "a"', 'lang = "de"')
    toml = '[app]\ntitle = "b"\npackages = ["rich>=13"]\n'
    settings = read_settings(app(tmp_path, script, toml), INTERPRETER)
    assert (settings.app.title, settings.app.lang) == ("b", "de")
    assert [str(r) for r in settings.requirements] == ["attrs", "rich>=13"]


def test_this_library_and_those_it_stands_in_for_are_not_fetched(tmp_path: Path) -> None:
    toml = '[app]\npackages = ["tempestweb-wasm>=0.1", "tempest_core", "tempestweb==0.141.1"]\n'
    assert read_settings(app(tmp_path, toml=toml), INTERPRETER).requirements == ()


def test_a_wheel_beside_the_app_is_a_package(tmp_path: Path) -> None:
    (tmp_path / "mine-1-py3-none-any.whl").write_bytes(b"")
    toml = '[app]\npackages = ["./mine-1-py3-none-any.whl"]\n'
    settings = read_settings(app(tmp_path, toml=toml), INTERPRETER)
    assert settings.wheels == (tmp_path / "mine-1-py3-none-any.whl",)


@pytest.mark.parametrize(
    ("toml", "line", "said"),
    [
        ('[app]\ntitle = "a\n', 2, "not valid TOML"),
        ("[app]\n\ntitel = 'x'\n", 3, "unknown setting 'titel'. Did you mean 'title'?"),
        ("title = 'x'\n", 1, r"settings stand in the table \[app\]"),
        ("[app]\ntitle = 'x'\n[extra]\na = 1\n", 3, "unknown setting 'extra'"),
        ("[app]\nlang = 'en'\ntheme_color = 'red'\n", 3, "theme_color = 'red'"),
        ("[app]\ntitle = 5\n", 2, "title = 5"),
        ("[app]\nhosts = {image = ['https://a.test']}", 2, "'hosts.image'. Did you mean 'images'"),
        ("[app]\nhosts = {images = ['a.test']}", 2, "hosts.images = 'a.test'"),
        ("[app]\nhosts = {images = ['https://a; script-src *']}", 2, "hosts.images"),
        ("[app]\nupdate = 'never'", 2, "update = 'never'"),
        (
            "[app]\nshortcuts = [{name = 'a', url = './', link = 1}]",
            2,
            "unknown setting 'shortcuts.link'",
        ),
        ("[app]\nshortcuts = [{name = 'a', url = 'https://a.test'}]", 2, "shortcuts.url"),
        ("[app]\nhosts = {connect = ['javascript://a']}", 2, "hosts.connect"),
        ("app = 3\n", 1, "app must be a table"),
        ("[app]\npackages = ['a b c']\n", 2, "'a b c' is not a requirement"),
        ("[app]\npackages = ['./no-1-py3-none-any.whl']\n", 2, "there is no wheel"),
        ("[app]\npackages = 'numpy'\n", 2, "packages = 'numpy'"),
    ],
)
def test_a_mistake_in_the_file_names_its_line(
    tmp_path: Path, toml: str, line: int, said: str
) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        read_settings(app(tmp_path, toml=toml), INTERPRETER)
    assert str(caught.value).startswith(f"{tmp_path / 'tempestweb.toml'}:{line}: ")


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        (['dependencies = "attrs"'], 4, "dependencies must be a list of strings"),
        (["dependencies = ["], 4, "not valid TOML"),
        (["a = 1", "[tool.tempestweb]", "lng = 'en'"], 6, "Did you mean 'lang'"),
        (['requires-python = ">=4"'], 4, "the interpreter in the page is 3.14"),
        (['requires-python = "new"'], 4, "requires-python"),
    ],
)
def test_a_mistake_in_the_block_names_the_line_of_the_script(
    tmp_path: Path, lines: list[str], line: int, said: str
) -> None:
    script = '"""An app."""\n\n' + block(*lines)
    with pytest.raises(ConfigError, match=said) as caught:
        read_settings(app(tmp_path, script), INTERPRETER)
    assert str(caught.value).startswith(f"{tmp_path / 'app.py'}:{line}: ")


def test_a_second_block_is_refused(tmp_path: Path) -> None:
    script = block("a = 1") + "\n\n" + block("b = 1")
    with pytest.raises(ConfigError, match=r"app\.py:5: a second script block"):
        read_settings(app(tmp_path, script), INTERPRETER)


def test_a_folder_of_pages_may_ask_for_packages(tmp_path: Path) -> None:
    assert read_folder_settings(tmp_path).requirements == ()
    (tmp_path / "tempestweb.toml").write_text('[app]\npackages = ["micropip"]\n')
    assert [str(r) for r in read_folder_settings(tmp_path).requirements] == ["micropip"]
