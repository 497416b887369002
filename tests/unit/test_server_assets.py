"""What of an app's folder visitors of a server get: what a build would publish, no more."""

from __future__ import annotations

import logging
from pathlib import Path

import httpx
import pytest

from tempestweb_wasm.build.apps import find_app
from tempestweb_wasm.cli.serving import app_at
from tempestweb_wasm.server import ServerApp, create_app
from tempestweb_wasm.widgets import Text

APP = "from tempestweb_wasm import Text\nmake_state = dict\ndef view(app): return Text(content='x')"
FILES = ("logo.svg", "words.db", "prod.key", ".env", "notes/a.txt", "sub/b.txt", "test_a.py")
SETTINGS = '[app]\nexclude = ["assets/notes"]\npublish = ["words.db"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        path = tmp_path / "mine" / "assets" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "outside.txt").write_text("a file of elsewhere")
    (tmp_path / "mine" / "assets" / "link.txt").symlink_to(tmp_path / "outside.txt")
    (tmp_path / "mine" / "assets" / "same.svg").symlink_to("logo.svg")
    (tmp_path / "mine" / "app.py").write_text(APP)
    (tmp_path / "mine" / "tempestweb.toml").write_text(SETTINGS)
    return tmp_path / "mine"


async def served(app: ServerApp) -> set[str]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://localhost"
    ) as client:
        names = [*FILES, "link.txt", "same.svg", "missing.svg"]
        answers = [await client.get(f"/_tempest/app/assets/{name}") for name in names]
    await app.aclose()
    return {name for name, answer in zip(names, answers, strict=True) if answer.is_success}


async def test_a_server_and_a_build_agree(folder: Path) -> None:
    app = find_app(folder, None)
    built = app.rules.select().files
    assert await served(app_at(app)) == {
        name.removeprefix("assets/") for name in built if name.startswith("assets/")
    }


async def test_a_program_of_ones_own_gets_the_same_by_the_settings_beside(folder: Path) -> None:
    app = create_app(dict, lambda app: Text(content="x"), assets=folder / "assets")
    assert await served(app) == {"logo.svg", "words.db", "sub/b.txt", "same.svg"}


async def test_a_folder_that_the_program_names_is_published_whatever_it_is_called(
    tmp_path: Path, folder: Path
) -> None:
    (tmp_path / "real").mkdir()
    (folder / "assets").rename(tmp_path / "real" / ".pictures")
    (tmp_path / "tests").symlink_to(tmp_path / "real" / ".pictures")
    app = create_app(dict, lambda app: Text(content="x"), assets=tmp_path / "tests")
    assert await served(app) == {"logo.svg", "notes/a.txt", "sub/b.txt", "same.svg"}


async def test_what_is_kept_back_is_named_in_the_log(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        await served(app_at(find_app(folder, None)))
    said = [record.getMessage() for record in caplog.records]
    (line,) = [each for each in said if "prod.key" in each]
    assert 'publish = ["assets/prod.key"]' in line
    assert not any("missing.svg" in each for each in said)
