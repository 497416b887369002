"""The command as a user types it: what it writes, says and returns."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tempestweb_wasm.build.output import is_site
from tempestweb_wasm.cli.ports import address, free_port, open_socket
from tempestweb_wasm.errors import PortInUseError, RuntimeSetupError

ROOT = Path(__file__).resolve().parents[2]


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tempestweb_wasm.cli", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    process = start(folder, *arguments)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_a_new_app_checks_tests_and_builds(tmp_path: Path) -> None:
    code, out, _ = run(tmp_path, "new", "my-first.app")
    assert (code, "tempestweb dev my-first.app/app.py" in out) == (0, True)
    assert run(tmp_path, "check", "my-first.app")[0] == 0
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "my-first.app"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tested.returncode == 0, tested.stdout
    code, out, err = run(tmp_path, "build", "--mode", "wasm", "my-first.app/app.py", "--out", "o")
    assert (code, err) == (0, "")
    assert "gzip KB" in out
    assert "together" in out
    assert is_site(tmp_path / "o")
    assert "<title>My first app</title>" in (tmp_path / "o" / "index.html").read_text()


def test_new_writes_over_nothing(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    code, _, err = run(tmp_path, "new", ".")
    assert code == 1
    assert "exists and is not empty" in err


@pytest.mark.parametrize("name", ['quote"s and \\slashes', "ümlaut", "{braces}"])
def test_a_new_app_may_have_any_name(tmp_path: Path, name: str) -> None:
    assert run(tmp_path, "new", name)[0] == 0
    assert run(tmp_path, "check", name)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("build", "missing.py"), r"error\[app_not_found\]: there is no file missing\.py"),
        (("build", "."), r"error\[app_not_found\]: the folder \. holds no app\.py"),
        (("dev", "missing.py", "--port", "0"), r"error\[app_not_found\]"),
        (("run", "missing", "--port", "0"), r"error\[app_not_found\]"),
        (("build", "--mode", "server", "x.py"), r"a server needs no build"),
        (("run", "--mode", "server", "x.py", "y.py"), r"serves one app"),
        (("run", "x.py", "--host", "no.such.host.invalid"), r"host 'no.such.host.invalid'"),
        (("run", "x.py", "--port", "99999"), r"99999 is no port"),
    ],
)
def test_a_mistake_is_told_in_one_message(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    code, _, err = run(tmp_path, *arguments)
    assert code == 1
    assert re.search(said, err)
    assert "Traceback" not in err


def test_build_refuses_a_folder_of_others_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "keep.txt").write_text("x")
    code, _, err = run(tmp_path, "build", "missing.py", "--out", ".")
    assert code == 1
    assert "not made by tempestweb build" in err


def test_check_tells_what_is_wrong_and_where(tmp_path: Path) -> None:
    cases = {
        "syntax": ("x = (\n", r"app\.py:1: SyntaxError"),
        "noview": ("def make_state(): ...\n", r"has no view: an app defines def view\(app\)"),
        "none": ("def make_state(): ...\ndef view(app): ...\n", "None"),
        "raises": ("def make_state(): ...\ndef view(app):\n    1 / 0\n", "ZeroDivisionError"),
        "state": ("def make_state():\n    1 / 0\ndef view(app): ...\n", "ZeroDivisionError"),
    }
    for name, (text, said) in cases.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "app.py").write_text(text)
        code, _, err = run(tmp_path, "check", name)
        assert code == 1, name
        assert re.search(said, err), err


def test_check_reads_the_settings(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("")
    (tmp_path / "tempestweb.toml").write_text("[app]\ntitel = 'x'\n")
    code, _, err = run(tmp_path, "check", "app.py")
    assert code == 1
    assert "tempestweb.toml:2: unknown setting 'titel'" in err


def test_check_explains_a_package_that_only_the_page_has(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import not_here_at_all\n")
    (tmp_path / "tempestweb.toml").write_text('[app]\npackages = ["not-here-at-all"]\n')
    code, _, err = run(tmp_path, "check", "app.py")
    assert code == 1
    assert "The page has not-here-at-all" in err


def test_the_version_is_told(tmp_path: Path) -> None:
    code, out, _ = run(tmp_path, "--version")
    assert (code, bool(re.fullmatch(r"tempestweb \d+\.\d+\.\d+\S*\n", out))) == (0, True)


def test_run_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    run(tmp_path, "new", "app")
    process = start(tmp_path, "run", "--mode", "wasm", "app/app.py", "--port", "0", "--base", "x/y")
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+/x/y/", line)
    assert found, line
    with urllib.request.urlopen(found[0]) as response:
        assert b"data-tempest-boot" in response.read()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "")


@pytest.mark.parametrize("command", ["dev", "run"])
def test_only_this_machines_names_lead_to_what_is_served(tmp_path: Path, command: str) -> None:
    """Else a page of another site, its name led here, could read the app's sources."""
    run(tmp_path, "new", "app")
    (tmp_path / "app" / "tempestweb.toml").write_text("[app]\nprerender = false\n")
    process = start(tmp_path, command, "app/app.py", "--port", "0")
    try:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())
        assert found
        connection = HTTPConnection("127.0.0.1", int(found[1]), timeout=30)
        for host, status in ((f"localhost:{found[1]}", 200), ("evil.example", 421)):
            connection.request("GET", "/apps/app/app.py", headers={"Host": host})
            answer = connection.getresponse()
            assert (answer.status, b"make_state" in answer.read()) == (status, status == 200)
        connection.close()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def test_a_port_in_use_is_told_with_a_free_one() -> None:
    with open_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError, match=rf"port {port} on 127\.0\.0\.1") as caught:
            open_socket("127.0.0.1", port)
    suggested = re.search(r"--port (\d+)", str(caught.value))
    assert suggested
    open_socket("127.0.0.1", int(suggested[1])).close()


def test_a_free_port_is_found_also_at_the_end_of_the_range() -> None:
    assert 0 < free_port("127.0.0.1", 65535) < 65536


def test_a_host_that_is_no_address_is_told() -> None:
    with pytest.raises(RuntimeSetupError, match="can't listen on 203"):
        open_socket("203.0.113.7", 0)


def test_the_address_shown_can_be_opened() -> None:
    with open_socket("127.0.0.1", 0) as bound:
        port = bound.getsockname()[1]
        assert address("0.0.0.0", bound) == f"http://127.0.0.1:{port}/"
        assert address("::1", bound, "/x/") == f"http://[::1]:{port}/x/"
        with socket.create_connection(("127.0.0.1", port)):
            pass
