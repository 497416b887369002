"""What ``make setup`` does on machines that this one is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import find_tools, setup

Commands = list[list[str]]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Commands]:
    """Return a function that makes a machine on which only some commands succeed."""

    def make(*, works: Callable[[list[str]], bool], root: bool = True) -> Commands:
        ran: Commands = []

        def runs(*command: object, env: object = None, cwd: object = None) -> bool:
            ran.append([str(part) for part in command])
            return works(ran[-1])

        monkeypatch.setattr(setup, "_runs", runs)
        monkeypatch.setattr(setup, "_can_apt", lambda: root)
        monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
        monkeypatch.setattr(setup, "PYTHON", tmp_path / ".venv" / "bin" / "python")
        monkeypatch.setattr(setup, "RECORD", tmp_path / "record.json")
        monkeypatch.setattr(find_tools, "RECORD", tmp_path / "record.json")
        return ran

    return make


def is_venv(command: list[str]) -> bool:
    return command[1:3] == ["-m", "venv"]


def test_an_environment_that_is_there_is_kept(machine: Callable[..., Commands]) -> None:
    ran = machine(works=lambda command: True)
    setup.make_venv()
    assert not any(is_venv(command) for command in ran)


def test_virtualenv_takes_over_where_venv_fails(machine: Callable[..., Commands]) -> None:
    made: list[bool] = []

    def works(command: list[str]) -> bool:
        made.append("virtualenv" in command)
        return made[-1] or (any(made) and command[1:3] == ["-m", "pip"])

    ran = machine(works=works)
    setup.make_venv()
    assert any("virtualenv" in command for command in ran)
    assert not any(command[0] == "apt-get" for command in ran)


def test_apt_brings_venv_and_updates_its_lists_first_when_they_are_old(
    machine: Callable[..., Commands],
) -> None:
    state = {"updated": False, "installed": False}

    def works(command: list[str]) -> bool:
        if command[0] == "apt-get":
            state["updated"] |= "update" in command
            state["installed"] |= state["updated"] and "install" in command
            return "update" in command or state["installed"]
        return state["installed"] and (is_venv(command) or command[1:3] == ["-m", "pip"])

    ran = machine(works=works)
    setup.make_venv()
    apt = [command for command in ran if command[0] == "apt-get"]
    assert [("update" in command) for command in apt] == [False, True, False]


def test_without_root_one_line_names_the_missing_package(
    machine: Callable[..., Commands],
) -> None:
    machine(works=lambda command: False, root=False)
    with pytest.raises(setup.SetupError, match=r"^the package python3\.\d+-venv is missing: .*$"):
        setup.make_venv()


def test_no_chromium_to_be_had_is_an_error(
    machine: Callable[..., Commands], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(works=lambda command: False)
    monkeypatch.setattr(find_tools, "chromium", lambda: None)
    with pytest.raises(setup.SetupError, match="there is no Chromium"):
        setup.provide_browsers()


def test_no_redis_to_be_had_is_an_error_that_says_why(
    machine: Callable[..., Commands], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find_tools, "redis_server", lambda: None)
    ran = machine(works=lambda command: False)
    with pytest.raises(setup.SetupError, match="there is no redis-server, and apt-get could not"):
        setup.provide_redis()
    assert any("redis-server" in command for command in ran)


def test_a_redis_that_is_there_is_taken(
    machine: Callable[..., Commands], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find_tools, "redis_server", lambda: "/somewhere/redis-server")
    ran = machine(works=lambda command: False)
    setup.provide_redis()
    assert ran == []


def test_a_browser_for_a_smoke_test_may_be_missing_and_why_is_written_down(
    machine: Callable[..., Commands], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ran = machine(works=lambda command: False)
    monkeypatch.setattr(find_tools, "chromium", lambda: "/somewhere/chromium")
    monkeypatch.setattr(find_tools, "firefox", lambda: None)
    monkeypatch.setattr(find_tools, "webkit_driver", lambda: "/somewhere/driver")
    assert setup.provide_browsers().keys() == {"firefox"}
    assert json.loads((tmp_path / "record.json").read_text())["missing"].keys() == {"firefox"}
    tried = len(ran)
    assert setup.provide_browsers().keys() == {"firefox"}
    assert len(ran) == tried, "a second run does not try again"


def test_nginx_is_unpacked_and_never_installed_which_would_start_it(
    machine: Callable[..., Commands], monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = machine(works=lambda command: False)
    monkeypatch.setattr(find_tools, "nginx", lambda: None)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    assert setup.provide_nginx().keys() == {"nginx"}
    assert [command[:2] for command in ran] == [["apt-get", "download"]] * 2
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert "no apt-get" in setup.provide_nginx()["nginx"]


@pytest.mark.parametrize(
    ("version", "fits"),
    [("v18.19.0", False), ("v20.18.3", False), ("v20.19.0", True), ("v22.12.0", False),
     ("v22.13.1", True), ("v23.1.0", False), ("v24.0.0", True), ("nonsense", False)],
)  # fmt: skip
def test_a_node_that_is_too_old_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, fits: bool
) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(find_tools, "BIN", tmp_path / "nowhere")
    assert (find_tools.node() is not None) is fits


def test_a_browser_that_does_not_start_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = tmp_path / "chromium-browser"
    stub.write_text("#!/bin/sh\necho install the snap >&2\nexit 1\n")
    stub.chmod(0o755)
    monkeypatch.setattr(find_tools, "RECORD", tmp_path / "record.json")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("TEMPEST_CHROMIUM", raising=False)
    monkeypatch.setattr(find_tools, "MAC_CHROMIUM", ())
    assert find_tools.chromium() is None
