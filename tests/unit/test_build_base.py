"""A site that is built for one path: pages that can answer for any address below an app."""

from __future__ import annotations

import json
from pathlib import Path

from tempestweb_wasm.build.published import MARKER
from tests.unit.test_build_site import Page, make_app, site


def test_a_site_for_one_path_names_its_files_by_it(tmp_path: Path) -> None:
    files = site(make_app(tmp_path / "one"), make_app(tmp_path / "two"), base="/shop/")
    page = Page(files["two/index.html"].read())
    addresses = [a[name] or "" for _, a in page.tags for name in ("href", "src") if name in a]
    # "Try again" leads to the page itself.
    addresses.remove("")
    boot = page.boot()
    addresses += [boot["runtime"], boot["app"], boot["page"], boot["sw"]]
    assert addresses
    for address in addresses:
        assert address.startswith("/shop/")
        assert address.endswith("/") or address.removeprefix("/shop/") in files
    assert boot["page"] == "/shop/two/"
    assert files["_redirects"].read().decode().splitlines() == [
        "/shop/one/* /shop/one/index.html 200",
        "/shop/two/* /shop/two/index.html 200",
    ]
    assert "/shop/sw.js" in files["_headers"].read().decode().splitlines()
    assert "404.html" not in files


def test_one_app_for_one_path_is_also_what_hosts_show_for_what_they_have_not(
    tmp_path: Path,
) -> None:
    files = site(make_app(tmp_path / "one"), base="/shop/")
    assert files["404.html"].read() == files["index.html"].read()
    assert json.loads(files[MARKER].read())["base"] == "/shop/"


def test_a_blank_in_the_path_ends_no_rule_of_a_host(tmp_path: Path) -> None:
    files = site(make_app(tmp_path / "one"), base="/my app/")
    assert files["_redirects"].read() == b"/my%20app/* /my%20app/index.html 200\n"
    assert b"\n/my%20app/sw.js\n" in files["_headers"].read()
