"""The policy of pages, the integrity of what they load, and the files that hosts read."""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import pairwise
from pathlib import Path

import pytest

from tempestweb_wasm.build.config import Hosts
from tempestweb_wasm.build.files import Files
from tempestweb_wasm.build.policy import content_policy
from tests.unit.test_build_site import Page, make_app, precache, site

STRICT = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types tempestweb"
)


def policy_of(files: Files, page: str) -> str:
    (found,) = [
        attributes["content"]
        for tag, attributes in Page(files[page].read()).tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    return found or ""


def test_the_policy_is_strict_without_settings() -> None:
    assert content_policy() == STRICT


def test_hosts_are_added_to_what_they_are_for() -> None:
    first = Hosts(connect=["https://api.test", "wss://live.test:8443"], images=["https://*.test"])
    policy = content_policy([first, Hosts(frames=["https://maps.test/embed/"])]).split("; ")
    assert "connect-src 'self' https://api.test wss://live.test:8443" in policy
    assert "img-src 'self' data: blob: https://*.test" in policy
    assert "frame-src 'self' https://maps.test/embed/" in policy
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy


def test_each_page_has_what_its_app_needs_and_the_host_sends_what_any_does(tmp_path: Path) -> None:
    one = make_app(tmp_path / "one", 'hosts = {images = ["https://pictures.test"]}')
    files = site(one, make_app(tmp_path / "two"))
    assert "https://pictures.test" in policy_of(files, "one/index.html")
    assert policy_of(files, "two/index.html") == policy_of(files, "index.html") == STRICT
    sent = files["_headers"].read().decode()
    assert "\n  Content-Security-Policy: default-src 'self'" in sent
    assert "https://pictures.test" in sent


def test_the_policy_stands_before_whatever_a_page_loads(tmp_path: Path) -> None:
    files = site(make_app(tmp_path / "one"))
    tags = [tag for tag, _ in Page(files["index.html"].read()).tags]
    policy = next(
        index
        for index, (_, attributes) in enumerate(Page(files["index.html"].read()).tags)
        if attributes.get("http-equiv")
    )
    assert policy < min(tags.index("link"), tags.index("script"), tags.index("title"))


def test_scripts_and_styles_are_held_to_their_hash(tmp_path: Path) -> None:
    files = site(make_app(tmp_path / "one"), make_app(tmp_path / "two"))
    checked = 0
    for place in ("", "one/"):
        for tag, attributes in Page(files[f"{place}index.html"].read()).tags:
            rel = attributes.get("rel")
            if tag != "script" and rel not in {"stylesheet", "modulepreload"}:
                continue
            address = attributes.get("src") or attributes.get("href") or ""
            data = files[address.removeprefix("../").removeprefix("./")].read()
            expected = base64.b64encode(hashlib.sha256(data).digest()).decode()
            assert attributes["integrity"] == f"sha256-{expected}"
            # Where the page has no origin of its own, only such an answer can be checked.
            assert rel != "stylesheet" or "crossorigin" in attributes
            checked += 1
    assert checked == 5


def test_python_on_the_pages_own_thread_is_held_to_its_hash_before_boot_imports_it(
    tmp_path: Path,
) -> None:
    files = site(make_app(tmp_path / "one", 'runtime = "main"'))
    page = Page(files["index.html"].read())
    modules = [
        attributes for _, attributes in page.tags if attributes.get("rel") == "modulepreload"
    ]
    names = [str(attributes["href"]).split("/")[-1].split("-")[0] for attributes in modules]
    assert names == ["client", "worker", "boot"]
    assert all(attributes["integrity"] for attributes in modules)


def test_hosts_are_told_what_never_changes(tmp_path: Path) -> None:
    files = site(make_app(tmp_path / "one"))
    rules = files["_headers"].read().decode().splitlines()
    boot = next(name for name in files if name.startswith("_tempest/boot-"))
    assert rules[rules.index(f"/{boot}") + 1] == (
        "  Cache-Control: public, max-age=31536000, immutable"
    )
    assert rules[rules.index("/sw.js") + 1] == "  Cache-Control: no-cache"
    assert "/index.html" not in rules
    assert "/_tempest/boot.js" not in rules


def test_no_file_of_the_users_counts_as_one_that_never_changes(tmp_path: Path) -> None:
    names = ("assets/photo-1712345678.jpg", "report-2024010112.pdf", "_tempest/x-1712345678.js")
    files = site(make_app(tmp_path / "one", **dict.fromkeys(names, "x")))
    rules = files["_headers"].read().decode().splitlines()
    forever = [above for above, rule in pairwise(rules) if "immutable" in rule]
    assert forever
    assert all(re.fullmatch(r"/_tempest/(python/)?[\w.-]+", path) for path in forever)
    for path in forever:
        assert files[path[1:]].sha256[:10] in path


@pytest.mark.parametrize("name", ["_headers", ".nojekyll"])
def test_what_only_hosts_read_is_asked_for_by_no_worker(tmp_path: Path, name: str) -> None:
    files = site(make_app(tmp_path / "one"))
    assert name in files
    assert name not in {path for path, *_ in precache(files)["files"]}
