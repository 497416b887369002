"""What of a folder is published, what is left out, and who is told of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempestweb_wasm.build import published
from tempestweb_wasm.build.files import made
from tempestweb_wasm.build.private_names import is_private
from tempestweb_wasm.build.published import MARKER, Rules, Selection, Why
from tempestweb_wasm.build.report import published_lines
from tempestweb_wasm.build.site import Site, make_plan
from tempestweb_wasm.errors import BuildError, ConfigError
from tests.unit.test_build_site import make_app, picture, read_json, site

PRIVATE = [
    "id_rsa",
    "id_ed25519",
    "id_ecdsa_sk",
    "server.pem",
    "prod.key",
    "Store.P12",
    "app.jks",
    "putty.ppk",
    "vpn.ovpn",
    "secrets.json",
    "SECRETS.TOML",
    "secrets.py",
    "my-secrets.yaml",
    "client_secret_12.json",
    "credentials",
    "credentials.json",
    "aws_credentials.csv",
    "secrets.json.bak",
    "env.local",
    "prod.env",
    "env.production",
    "token.json",
    "service-account-7.json",
    "htpasswd",
    "terraform.tfstate",
    "prod.tfvars",
    "passwords.csv",
    "local.sqlite3",
    "shop.db",
    "shop.db-wal",
    "shop.sqlite-journal",
    "dump-2024.sql",
    "server.log",
]
PUBLIC = [
    "app.py",
    "key.png",
    "keys.json",
    "tokens.css",
    "token.svg",
    "secret-garden.jpg",
    "secret_santa.py",
    "environ.py",
    "env.py",
    "schema.sql",
    "words.txt",
    "data.csv",
    "monkey.json",
    "logo.svg",
    "passwords.py",
    "secretary.json",
    "id_rsa.pub",
    "catalog.json",
    "logs.py",
]


def folder(top: Path, *names: str) -> Path:
    for name in names:
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return top


def select(
    top: Path, exclude: tuple[str, ...] = (), publish: tuple[str, ...] = (), **more: bool
) -> Selection:
    return Rules(top, exclude, publish, **more).select()


@pytest.mark.parametrize("name", PRIVATE)
def test_what_its_name_calls_private_is_left_out(name: str) -> None:
    assert is_private(name)


@pytest.mark.parametrize("name", PUBLIC)
def test_what_only_sounds_like_it_is_published(name: str) -> None:
    assert not is_private(name)


def test_private_files_are_named_in_one_note_that_says_what_to_write(tmp_path: Path) -> None:
    folder(tmp_path, "app.py", "id_rsa", "conf/secrets.json", "a.txt")
    found = select(tmp_path)
    assert list(found.files) == ["a.txt", "app.py"]
    (note,) = found.notes()
    assert "conf/secrets.json, id_rsa" in note
    assert 'publish = ["conf/secrets.json"]' in note


def test_settings_bring_a_file_back_or_say_that_it_is_not_missed(tmp_path: Path) -> None:
    folder(tmp_path, "app.py", "words.db", "local.db", "deep/local.db")
    found = select(tmp_path, exclude=("local.db",), publish=("words.db",))
    assert list(found.files) == ["app.py", "words.db"]
    assert found.notes() == []


def test_what_is_excluded_is_not_published_whatever_else_names_it(tmp_path: Path) -> None:
    folder(tmp_path, "app.py", "words.db")
    with pytest.raises(ConfigError, match=r"publish names 'words\.db'"):
        select(tmp_path, exclude=("*.db",), publish=("words.db",))


def test_a_file_that_is_to_be_published_and_is_not_there_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"publish names 'word\.db'"):
        select(folder(tmp_path, "app.py", "words.db"), publish=("word.db",))


@pytest.mark.parametrize("pattern", ["data", "data/", "./data", "data/*", "/data/", "**/data"])
def test_a_pattern_that_names_a_folder_means_all_in_it(tmp_path: Path, pattern: str) -> None:
    folder(tmp_path, "app.py", "data/a.csv", "data/deep/b.csv")
    assert list(select(tmp_path, exclude=(pattern,)).files) == ["app.py"]


def test_a_pattern_without_a_slash_holds_in_every_folder(tmp_path: Path) -> None:
    folder(tmp_path, "app.py", "sub/raw/a.csv", "raw/b.csv", "sub/c.csv")
    assert list(select(tmp_path, exclude=("raw",)).files) == ["app.py", "sub/c.csv"]
    assert list(select(tmp_path, exclude=("sub/raw",)).files) == [
        "app.py",
        "raw/b.csv",
        "sub/c.csv",
    ]


def test_a_pattern_that_matches_nothing_is_told(tmp_path: Path) -> None:
    (note,) = select(folder(tmp_path, "app.py"), exclude=("privat",)).notes()
    assert "exclude names 'privat'" in note


def test_an_environment_is_no_part_of_the_app_whatever_it_is_called(tmp_path: Path) -> None:
    folder(tmp_path, "app.py", "conda/conda-meta/history")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "py"], check=True)
    found = select(tmp_path)
    assert (list(found.files), found.notes()) == (["app.py"], [])


def test_hidden_files_and_caches_are_left_out_without_a_word(tmp_path: Path) -> None:
    folder(tmp_path, "app.py", ".env", ".git/x", "__pycache__/a.pyc", "node_modules/a.js", "a.py~")
    folder(tmp_path, f"dist/{MARKER}", "dist/index.html", "tempestweb.toml")
    found = select(tmp_path)
    assert (list(found.files), found.notes()) == (["app.py"], [])


def test_settings_can_name_what_is_hidden(tmp_path: Path) -> None:
    folder(tmp_path, "app.py", ".well-known/a.json", ".well-known/b.json", ".env")
    found = select(tmp_path, publish=(".well-known/a.json",))
    assert list(found.files) == [".well-known/a.json", "app.py"]
    assert ".env" not in select(tmp_path, publish=("*",)).files


def test_who_names_a_folder_did_not_mean_the_key_in_it(tmp_path: Path) -> None:
    folder(tmp_path, "app.py", "tests/test_a.py", "tests/prod.key", "tests/.env", "tests/b/c.db")
    found = select(tmp_path, publish=("tests", "tests/b/c.db"))
    assert list(found.files) == ["app.py", "tests/b/c.db", "tests/test_a.py"]
    assert found.left_out == {"tests/prod.key": Why.PRIVATE}


def test_plain_pages_keep_their_tests_and_modules_but_not_their_secrets(tmp_path: Path) -> None:
    folder(tmp_path, "index.html", "tests/test_a.py", "node_modules/a.js", "prod.key")
    found = select(tmp_path, plain=True)
    assert list(found.files) == ["index.html", "node_modules/a.js", "tests/test_a.py"]
    assert found.left_out == {"prod.key": Why.PRIVATE}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    top = folder(tmp_path / "app", "app.py", "real/a.txt", "prod.key").resolve()
    folder(tmp_path, "outside.txt", "shared/b.txt")
    (top / "file.txt").symlink_to(tmp_path / "outside.txt")
    (top / "shared").symlink_to(tmp_path / "shared")
    (top / "gone.txt").symlink_to(tmp_path / "nothing")
    (top / "named.txt").symlink_to("prod.key")
    (top / "inside").symlink_to("real")
    (top / "real" / "loop").symlink_to("..")
    found = select(top)
    assert list(found.files) == ["app.py", "inside/a.txt", "real/a.txt"]
    links = ["file.txt", "gone.txt", "named.txt", "shared"]
    assert [name for name, why in found.left_out.items() if why is Why.LINK] == links
    assert "shared/b.txt" in select(top, publish=("shared",)).files
    assert "named.txt" in select(top, publish=("prod.key",)).files


def test_what_the_app_imports_of_its_tests_is_published(tmp_path: Path) -> None:
    folder(tmp_path, "tests/test_app.py", "tests/other.py", "test_app.py", "sub/__init__.py")
    folder(tmp_path, "tests/__init__.py", "tests/data/rows.py", "conftest.py", "tests/more.py")
    (tmp_path / "app.py").write_text("import speed_test\nfrom tests import helper\n")
    (tmp_path / "speed_test.py").write_text("from .sub import x_test as x\n")
    (tmp_path / "sub" / "x_test.py").write_text("from ..tests.data import rows\n")
    (tmp_path / "tests" / "helper.py").write_text("from . import more\n")
    assert list(select(tmp_path).files) == [
        "app.py",
        "speed_test.py",
        "sub/__init__.py",
        "sub/x_test.py",
        "tests/__init__.py",
        "tests/data/rows.py",
        "tests/helper.py",
        "tests/more.py",
    ]


def test_an_import_of_what_is_left_out_for_its_name_needs_a_decision(tmp_path: Path) -> None:
    folder(tmp_path, "secrets.py", "token")
    (tmp_path / "app.py").write_text("import token\nfrom secrets import KEY\n")
    with pytest.raises(BuildError, match=r"app\.py imports secrets\.py.*publish = \[.secrets"):
        select(tmp_path)
    assert "secrets.py" in select(tmp_path, publish=("secrets.py",)).files
    assert "secrets.py" not in select(tmp_path, exclude=("secrets.py",)).files


def test_an_import_through_a_link_out_of_the_folder_needs_a_decision(tmp_path: Path) -> None:
    top = folder(tmp_path / "app")
    top.mkdir()
    folder(tmp_path, "shared/__init__.py")
    (top / "shared").symlink_to(tmp_path / "shared")
    (top / "app.py").write_text("import shared.parts\n")
    with pytest.raises(BuildError, match=r"app\.py imports shared, which is a link"):
        select(top)


def test_a_name_that_no_address_can_have_is_refused(tmp_path: Path) -> None:
    folder(tmp_path, "app.py")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("x")
    with pytest.raises(BuildError, match="is not UTF-8"):
        select(tmp_path)
    assert list(select(tmp_path, exclude=("caf*",)).files) == ["app.py"]


def test_a_folder_that_can_be_no_app_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "MOST_FILES", 3)
    with pytest.raises(BuildError, match="give the app a folder of its own"):
        select(folder(tmp_path, "app.py", "1.txt", "2.txt", "3.txt"))


def test_a_data_file_may_have_any_name_but_one(tmp_path: Path) -> None:
    app = make_app(tmp_path / "one", **{"app.json": '{"mine": 1}'})
    files = site(app)
    assert read_json(files, "apps/one/app.json") == {"mine": 1}
    assert read_json(files, "apps/one/_tempest.json")["files"] == ["app.json", "app.py"]
    make_app(tmp_path / "one", **{"_tempest.json": ""})
    with pytest.raises(BuildError, match=r"_tempest\.json: the build needs this name"):
        site(app)


def test_what_of_a_folder_is_not_published_is_told(tmp_path: Path) -> None:
    app = make_app(tmp_path / "one", 'exclude = ["private"]', **{"prod.key": "", "private/a": ""})
    pages = tmp_path / "pages"
    make_app(pages, id_rsa="")
    made = Site(make_plan([app], [pages]))
    files = made.files()
    assert [name for name in files if name.startswith("apps/one/")] == [
        "apps/one/_tempest.json",
        "apps/one/app.py",
    ]
    assert "pages/id_rsa" not in files
    assert [note.partition(" (")[0] for note in made.notes] == [
        f"{tmp_path / 'one'}: not published: prod.key",
        f"{pages}: not published: id_rsa",
    ]


@pytest.mark.parametrize("name", ["Icons", "SW.js", "_headers", "manifest.webmanifest"])
def test_a_name_that_the_build_needs_is_refused_in_any_case(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(BuildError, match="which the build needs"):
        make_plan([make_app(tmp_path / "one")], [tmp_path / name])


def test_names_that_differ_in_case_alone_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="both called"):
        make_plan([make_app(tmp_path / "Shop"), make_app(tmp_path / "x" / "shop")])


def test_the_list_of_apps_leads_to_a_folder_of_any_name(tmp_path: Path) -> None:
    pages = tmp_path / "50% off #1"
    folder(pages, "index.html")
    files = site(make_app(tmp_path / "one"), make_app(tmp_path / "two"), include=(pages,))
    assert 'href="./50%25%20off%20%231/"' in files["index.html"].read().decode()


def test_a_screenshot_that_is_not_published_is_refused(tmp_path: Path) -> None:
    app = make_app(tmp_path / "one", 'screenshots = [".shots/a.png"]')
    folder(tmp_path / "one", ".shots/a.png")
    (tmp_path / "one" / ".shots" / "a.png").write_bytes(picture(600, 300))
    with pytest.raises(ConfigError, match=r"screenshots: '\.shots/a\.png' is not published"):
        site(app)
    (tmp_path / "one" / "tempestweb.toml").write_text(
        '[app]\nscreenshots = [".shots/a.png"]\npublish = [".shots/a.png"]\n'
    )
    assert "apps/one/.shots/a.png" in site(app)


def test_a_build_says_how_much_it_publishes_and_when_that_is_a_lot() -> None:
    files = {f"apps/one/data/{number}.csv": made(b"x" * 50_000) for number in range(250)}
    files |= {"apps/one/app.py": made(b"x" * 100), "apps/one/_tempest.json": made("{}")}
    few = {"apps/one/app.py": made("x"), "index.html": made("x")}
    assert published_lines(few, "apps/one/", "one") == ["Published of one: 1 file, 0.0 KB: app.py"]
    first, second = published_lines(files, "apps/one/", "one")
    assert first == "Published of one: 251 files, 12,500.1 KB: data/ (250 files), app.py"
    assert "data/ alone is 12,500.0 KB" in second


_NAMES = st.sampled_from(["a", "b.txt", ".x", "prod.key", "c.db", "d.py", "node_modules", "dist"])


@given(
    st.lists(st.lists(_NAMES, min_size=1, max_size=3).map("/".join), max_size=8),
    st.lists(st.sampled_from(["a", "*.txt", "a/*", "dist/b.txt"]), max_size=2),
    st.lists(
        st.sampled_from(["c.db", "a/*.key", ".x/d.py", ".x", "node_modules", "*"]), max_size=2
    ),
)
def test_one_file_is_judged_as_the_whole_folder_is(
    tmp_path_factory: pytest.TempPathFactory,
    names: list[str],
    exclude: list[str],
    publish: list[str],
) -> None:
    """The server asks for one, the build for all: they must agree."""
    top = tmp_path_factory.mktemp("folder")
    for name in names:
        if not any((top / part).is_file() for part in _above(name)) and not (top / name).exists():
            folder(top, name)
    rules = Rules(top, tuple(exclude), tuple(publish))
    try:
        found = rules.select()
    except ConfigError:
        return  # a pattern that names nothing: there is no build to agree with
    there = {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}
    assert {name for name in there if rules.allows(name)} == set(found.files)


def _above(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]
