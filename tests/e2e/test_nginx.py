"""What docs/deploying.md says for nginx, held by Debian's nginx."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import tools
from tests.e2e import building
from tests.e2e.conftest import Visitor
from tests.e2e.pages import START, AppPage

BASE = "/shop/"
AROUND = """
{user}
daemon off;
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{told}
}}
"""


class Nginx:
    """A running nginx and the build that it serves."""

    def __init__(self, site: Path, port: int) -> None:
        self.site = site
        self.port = port
        self.origin = f"http://127.0.0.1:{port}"

    def get(self, path: str, *, packed: bool = False) -> HTTPResponse:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"} if packed else {})
        return connection.getresponse()

    def path_of(self, pattern: str) -> str:
        (found,) = self.site.glob(pattern)
        return f"{BASE}{found.relative_to(self.site).as_posix()}"


def told() -> str:
    """Return the one block of the docs that is for nginx."""
    docs = (building.ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"```nginx\n(.*?)```", docs, re.DOTALL)
    return str(found)


def types_file(program: str) -> Path:
    """Return the types that come with *program*, installed or unpacked."""
    said = subprocess.run([program, "-V"], capture_output=True, text=True, check=True).stderr
    (conf,) = re.findall(r"--conf-path=(\S+)", said)
    unpacked = Path(program).parents[2] / conf.removeprefix("/")
    return (unpacked if unpacked.exists() else Path(conf)).with_name("mime.types")


def replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"docs/deploying.md has not one {old}"
    return text.replace(old, new)


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    program = tools.nginx()
    folder = tmp_path_factory.mktemp("nginx")
    root = folder / "srv"
    root.mkdir()
    site = building.build(root / "shop", building.APPS / "faults" / "app.py", base=BASE)
    policy = re.search(r"Content-Security-Policy: (.*)", (site / "_headers").read_text("utf-8"))
    assert policy is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = replaced(told(), "listen 443 ssl;", f"listen 127.0.0.1:{port};")
    text = replaced(text, "root /srv;", f"root {root};")
    text = replaced(text, "include mime.types;", f"include {types_file(program)};")
    text = replaced(text, "default-src 'self'; …", policy[1])
    # As root it would serve as somebody who may not look into a test's folder.
    user = "user root;" if os.geteuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(AROUND.format(folder=folder, user=user, told=text), encoding="utf-8")
    with subprocess.Popen([program, "-p", folder, "-e", "stderr", "-c", config]) as process:
        try:
            _wait_for(process, port)
            yield Nginx(site, port)
        finally:
            process.terminate()


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            continue
        return
    pytest.fail(f"nginx ended with {process.returncode}; what it said is above")


def test_files_have_their_types_and_headers_and_are_packed(nginx: Nginx) -> None:
    boot = nginx.path_of("_tempest/boot-*.js")
    types = {
        BASE: "text/html",
        boot: "application/javascript",
        f"{BASE}sw.js": "application/javascript",
        nginx.path_of("_tempest/python/engine-*.mjs"): "text/javascript",
        nginx.path_of("_tempest/python/pyodide-*.wasm"): "application/wasm",
        f"{BASE}manifest.webmanifest": "application/manifest+json",
        nginx.path_of("_tempest/base-*.css"): "text/css",
    }
    policy = re.search(r"Content-Security-Policy: (.*)", (nginx.site / "_headers").read_text())
    assert policy is not None
    for path, type_ in types.items():
        answer = nginx.get(path, packed=True)
        assert answer.status == 200, path
        assert answer.headers["Content-Type"].split(";")[0] == type_, path
        assert answer.headers["Content-Security-Policy"] == policy[1]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Encoding"] == "gzip", path
        expected = "immutable" if re.search(r"-[0-9a-f]{10}\.", path) else "no-cache"
        assert expected in answer.headers["Cache-Control"], path
    assert nginx.get(boot).headers["Content-Encoding"] is None


def test_what_is_missing_is_missing_and_other_addresses_are_the_apps(nginx: Nginx) -> None:
    assert nginx.get(f"{BASE}_tempest/boot-0000000000.js").status == 404
    page = nginx.get(BASE).read()
    for path in (f"{BASE}orders", f"{BASE}orders/7/lines/"):
        answer = nginx.get(path)
        assert (answer.status, answer.read()) == (200, page)


def test_the_app_works_there_at_an_address_of_its_own(visitor: Visitor, nginx: Nginx) -> None:
    visit = visitor()
    app = AppPage(visit.page, f"{nginx.origin}{BASE}orders/7").open()
    app.button("Add").click()
    expect(app.text("Count: 1")).to_be_visible(timeout=START)
    assert visit.watch.errors == []
