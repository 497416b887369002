"""Serving a site: types, sub-paths, deep links, and never an answer of yesterday."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tempestweb_wasm.build.files import copied, made
from tempestweb_wasm.build.output import write_site
from tempestweb_wasm.build.site import Site, make_plan
from tempestweb_wasm.cli.running import site_of
from tempestweb_wasm.cli.static import StaticSite, in_folder, in_mapping
from tempestweb_wasm.errors import AppNotFoundError, RuntimeSetupError

HTML = {"accept": "text/html,*/*"}
POLICY = "default-src 'self'"
PAGE = '<link href="./a.css"><i data-x="{&quot;app&quot;:&quot;../apps/one/&quot;}"><a href="#x">'


def client(base: str = "/", **files: str) -> TestClient:
    mapping = {name: made(text) for name, text in files.items()}
    served = StaticSite(in_mapping(mapping), ["one/"], base, policy=POLICY)
    return TestClient(served, follow_redirects=False)


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.mjs", "text/javascript; charset=utf-8"),
        ("a.wasm", "application/wasm"),
        ("a.webmanifest", "application/manifest+json"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.whl", "application/octet-stream"),
        ("noending", "application/octet-stream"),
    ],
)
def test_files_have_the_type_that_browsers_insist_on(name: str, type_: str) -> None:
    response = client(**{name: "x"}).get(f"/{name}")
    assert response.headers["content-type"] == type_
    assert response.headers["x-content-type-options"] == "nosniff"


def test_every_answer_is_revalidated() -> None:
    site = client(**{"a.js": "x"})
    first = site.get("/a.js")
    assert first.headers["cache-control"] == "no-cache"
    again = site.get("/a.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    changed = client(**{"a.js": "y"}).get("/a.js", headers={"if-none-match": first.headers["etag"]})
    assert (changed.status_code, changed.text) == (200, "y")


def test_a_file_on_the_disk_is_revalidated_as_well(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    site = TestClient(StaticSite(in_mapping({"a.txt": copied(path)}), [], policy=POLICY))
    first = site.get("/a.txt")
    same = site.get("/a.txt", headers={"if-none-match": first.headers["etag"]})
    assert same.status_code == 304
    path.write_text("other")
    assert site.get("/a.txt", headers={"if-none-match": first.headers["etag"]}).text == "other"


def test_a_range_is_honoured(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"0123456789")
    site = TestClient(StaticSite(in_folder(tmp_path), [], policy=POLICY))
    response = site.get("/a.mp4", headers={"range": "bytes=2-4"})
    assert (response.status_code, response.content) == (206, b"234")


def test_a_site_may_stand_under_a_path() -> None:
    site = client("/x/y/", **{"index.html": "root", "one/index.html": "one"})
    assert site.get("/x/y/").text == "root"
    assert site.get("/x/y/one/").text == "one"
    for path in ("/", "/x/y"):
        assert site.get(path).headers["location"] == "/x/y/"
    assert site.get("/x/y/one?a=1").headers["location"] == "/x/y/one/?a=1"
    assert site.get("/elsewhere").status_code == 404


def test_an_app_answers_for_the_addresses_below_it() -> None:
    site = client("/x/", **{"one/index.html": PAGE, "index.html": "list"})
    response = site.get("/x/one/items/5", headers=HTML)
    assert response.headers["content-type"].startswith("text/html")
    assert response.text == (
        '<link href="/x/one/a.css"><i data-x="{&quot;app&quot;:&quot;/x/apps/one/&quot;}">'
        '<a href="#x">'
    )
    assert site.get("/x/one/items/", headers=HTML).status_code == 200


@pytest.mark.parametrize("path", ["/x/one/data.json", "/x/other/page", "/x/nothing"])
def test_what_is_no_address_of_an_app_is_missing(path: str) -> None:
    assert client("/x/", **{"one/index.html": PAGE}).get(path, headers=HTML).status_code == 404


def test_a_script_that_is_missing_is_not_answered_with_a_page() -> None:
    assert client(**{"one/index.html": PAGE}).get("/one/worker").status_code == 404


def test_only_reading_is_allowed() -> None:
    site = client(**{"a.js": "x"})
    assert site.post("/a.js").status_code == 405
    assert site.head("/a.js").status_code == 200


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/a/..%2f..%2fsecret.txt"]
)
def test_nothing_outside_the_folder_is_served(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "site" / "a").mkdir(parents=True)
    (tmp_path / "site" / "link").symlink_to(tmp_path / "secret.txt")
    site = TestClient(StaticSite(in_folder(tmp_path / "site"), [], policy=POLICY))
    assert site.get(path).status_code == 404
    assert site.get("/link").status_code == 404
    assert site.get("/a%00b").status_code == 404


def make_app(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "app.py").write_text("")
    return folder / "app.py"


def test_a_built_folder_is_served_with_or_without_its_worker(tmp_path: Path) -> None:
    out = write_site(Site(make_plan([make_app(tmp_path / "one")])).files(), tmp_path / "out")
    site = TestClient(site_of([out], []))
    assert 'const MANIFEST = {"version"' in site.get("/sw.js").text
    assert "data-tempest-boot" in site.get("/deep/link", headers=HTML).text
    removed = TestClient(site_of([out], [], offline=False)).get("/sw.js")
    assert "unregister" in removed.text
    with pytest.raises(RuntimeSetupError, match="is built already"):
        site_of([out], [tmp_path])


def test_an_app_is_served_as_it_would_be_built(tmp_path: Path) -> None:
    site = TestClient(site_of([make_app(tmp_path / "one")], []))
    worker = site.get("/_tempest/runtime.json").json()["worker"]
    (wasm,) = re.findall(r'"wasm":"([^"]+)"', site.get(f"/_tempest/{worker}").text)
    assert site.get(f"/_tempest/{wasm}").headers["content-type"] == "application/wasm"
    assert site.get("/apps/one/_tempest.json").json()["files"] == ["app.py"]


def test_every_answer_comes_with_the_policy_of_the_apps(tmp_path: Path) -> None:
    app = make_app(tmp_path / "one")
    (app.parent / "tempestweb.toml").write_text(
        '[app]\nhosts = {connect = ["https://api.test"]}\n', encoding="utf-8"
    )
    out = write_site(Site(make_plan([app])).files(), tmp_path / "out")
    for site in (TestClient(site_of([out], [])), TestClient(site_of([app], []))):
        for path in ("/", "/deep/link", "/_tempest/boot.js", "/sw.js", "/missing.txt"):
            policy = site.get(path, headers=HTML).headers["content-security-policy"]
            assert "connect-src 'self' https://api.test" in policy


def test_what_is_neither_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AppNotFoundError):
        site_of([tmp_path], [])
