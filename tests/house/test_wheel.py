"""What is built from a checkout: a whole wheel where Node is, and never a failure without."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.house.source import ROOT, tracked

CLIENT = {
    f"tempestweb_wasm/_client/{name}"
    for name in ("boot.js", "client.js", "gate.js", "live.js", "native.js", "worker.js", "base.css")
}
IN_PAGE = {"sys_platform": "emscripten", "extra": ""}


def build(checkout: Path, folder: Path, kind: str, path: str) -> Path:
    """Build *kind* (wheel, sdist) as pip would, with *path* as the search path."""
    env = {**os.environ, "PATH": path, "SOURCE_DATE_EPOCH": "1767225600"}
    command = [
        sys.executable,
        "-m",
        "build",
        f"--{kind}",
        "--no-isolation",
        "--outdir",
        str(folder),
    ]
    result = subprocess.run(
        [*command, str(checkout)], env=env, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("wheel"), "wheel", os.environ["PATH"])


@pytest.fixture(scope="module")
def bare_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of what is committed, with nothing set up."""
    folder = tmp_path_factory.mktemp("checkout")
    for path in tracked():
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
    return folder


def names(archive: Path) -> set[str]:
    with zipfile.ZipFile(archive) as opened:
        return set(opened.namelist())


def test_the_wheel_is_pure_and_carries_client_tables_and_page_templates(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    inside = names(wheel)
    assert inside >= CLIENT
    assert "tempestweb_wasm/py.typed" in inside
    assert "tempestweb_wasm/tables/widgets.json" in inside
    wanted = {
        f"tempestweb_wasm/_pwa/{path.relative_to(ROOT / 'pwa').as_posix()}"
        for path in tracked()
        if path.is_relative_to(ROOT / "pwa") and path.suffix != ".py"
    }
    assert inside >= wanted


def test_the_same_sources_give_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    again = build(ROOT, tmp_path, "wheel", os.environ["PATH"])
    assert again.read_bytes() == wheel.read_bytes()


def test_only_pydantic_comes_along_in_the_page(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        (name,) = [name for name in opened.namelist() if name.endswith("/METADATA")]
        metadata = HeaderParser().parsestr(opened.read(name).decode())
    wanted = [Requirement(text) for text in metadata.get_all("Requires-Dist", [])]
    in_page = [r for r in wanted if r.marker is None or r.marker.evaluate(IN_PAGE)]
    assert [requirement.name for requirement in in_page] == ["pydantic"]


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_a_checkout_without_node_can_be_built(
    bare_checkout: Path, tmp_path: Path, kind: str
) -> None:
    made = build(bare_checkout, tmp_path, kind, str(Path(sys.executable).parent))
    assert made.stat().st_size > 0


def test_an_installation_without_the_client_says_what_to_do(
    bare_checkout: Path, tmp_path: Path
) -> None:
    made = build(bare_checkout, tmp_path, "wheel", str(Path(sys.executable).parent))
    assert names(made).isdisjoint(CLIENT)
    script = "from tempestweb_wasm.client_files import client_folder; client_folder()"
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "unpacked")}
    with zipfile.ZipFile(made) as opened:
        opened.extractall(tmp_path / "unpacked")
    result = subprocess.run(
        [sys.executable, "-c", script],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ToolMissingError" in result.stderr
    assert "build_wheel.sh" in result.stderr
