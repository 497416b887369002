"""The files of a site: what is in it, where, how it is escaped, and that it is repeatable."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import re
import struct
import zipfile
import zlib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tempestweb_wasm.build.apps import find_app
from tempestweb_wasm.build.files import Files
from tempestweb_wasm.build.published import MARKER
from tempestweb_wasm.build.report import size_table
from tempestweb_wasm.build.site import Plan, Site, make_plan
from tempestweb_wasm.build.wheel import make_wheel
from tempestweb_wasm.errors import AppNotFoundError, BuildError, ConfigError

APP = "def make_state():\n    return 0\n\ndef view(app):\n    return None\n"


def make_app(folder: Path, toml: str = "", **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "app.py").write_text(APP)
    if toml:
        (folder / "tempestweb.toml").write_text(f"[app]\n{toml}\n", encoding="utf-8")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "app.py"


def site(*apps: Path, include: tuple[Path, ...] = (), **options: Any) -> Files:
    return Site(make_plan(apps, include), **options).files()


def read_json(files: Files, name: str) -> Any:
    return json.loads(files[name].read())


class Page(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def boot(self) -> dict[str, Any]:
        (found,) = [a["data-tempest-boot"] for _, a in self.tags if "data-tempest-boot" in a]
        boot: dict[str, Any] = json.loads(found or "")
        return boot


def test_one_app_stands_at_the_root(tmp_path: Path) -> None:
    files = site(make_app(tmp_path / "counter"))
    assert {"index.html", "manifest.webmanifest", "sw.js", "apps/counter/app.py"} <= files.keys()
    python = {name.partition("-")[0] for name in files if name.startswith("_tempest/python/")}
    assert {"_tempest/python/pyodide", "_tempest/python/stdlib"} <= python
    assert not any(name.startswith("_tempest/pyodide/") for name in files)
    page = Page(files["index.html"].read())
    assert page.boot() == {
        "runtime": "./_tempest/",
        "app": "./apps/counter/",
        "page": "./",
        "dev": False,
        "sw": "./sw.js",
        "version": precache(files)["version"],
    }


def test_an_app_can_ask_for_the_pages_own_thread(tmp_path: Path) -> None:
    files = site(make_app(tmp_path / "counter", 'runtime = "main"'))
    text = files["index.html"].read().decode()
    assert "tempest-worker" not in text
    assert re.search(r'<link rel="modulepreload" href="[^"]*worker-[^"]*" integrity=', text)


def test_several_apps_have_a_folder_each_and_a_list(tmp_path: Path) -> None:
    one, two = make_app(tmp_path / "one", 'title = "Eins & <Zwei>"'), make_app(tmp_path / "two")
    files = site(one, two)
    assert {"index.html", "one/index.html", "two/index.html"} <= files.keys()
    assert Page(files["one/index.html"].read()).boot()["app"] == "../apps/one/"
    listed = files["index.html"].read().decode()
    assert 'href="./one/"' in listed
    assert "Eins &amp; &lt;Zwei&gt;" in listed


def test_every_address_in_a_page_is_relative_and_exists(tmp_path: Path) -> None:
    files = site(make_app(tmp_path / "one"), make_app(tmp_path / "two"))
    for place in ("", "one/"):
        for _, attributes in Page(files[f"{place}index.html"].read()).tags:
            for address in (attributes.get("href"), attributes.get("src")):
                # An empty one is the page's own, as "Try again" has it.
                if not address or address.endswith("/"):
                    continue
                assert address.startswith(("./", "../"))
                full = Path(place, address).as_posix() if address.startswith("./") else address[3:]
                assert full in files, address


def test_a_page_has_no_inline_script_or_style(tmp_path: Path) -> None:
    text = site(make_app(tmp_path / "one"))["index.html"].read().decode()
    assert "<style" not in text
    assert " style=" not in text
    assert re.search(r"<script(?![^>]* src=)", text) is None
    assert re.search(r" on\w+=", text) is None


def test_nothing_that_we_write_names_another_host(tmp_path: Path) -> None:
    files = site(make_app(tmp_path / "one"), make_app(tmp_path / "two"))
    allowed = re.compile(rb"https?://(www\.w3\.org|localhost|127\.0\.0\.1)|https?://[^a-z]")
    for name, content in files.items():
        if name.startswith("_tempest/python/"):
            continue
        for found in re.finditer(rb"https?://\S+", content.read()):
            assert allowed.match(found[0]), f"{name}: {found[0]!r}"


def test_settings_reach_page_and_manifest_escaped(tmp_path: Path) -> None:
    title = "A \"<b>\" & 'x' $title"
    toml = f"title = {json.dumps(title)}\nlang = 'pt-BR'\ntheme_color = '#123456'"
    files = site(make_app(tmp_path / "one", toml))
    text = files["index.html"].read().decode()
    assert '<html lang="pt-BR">' in text
    assert f"<title>{html.escape(title)}</title>" in text
    assert "<b>" not in text
    manifest = read_json(files, "manifest.webmanifest")
    assert manifest["name"] == title
    assert manifest["theme_color"] == "#123456"
    assert manifest["start_url"] == manifest["scope"] == "./"


def test_the_icons_have_the_sizes_that_the_manifest_says(tmp_path: Path) -> None:
    files = site(make_app(tmp_path / "one"))
    icons = read_json(files, "manifest.webmanifest")["icons"]
    assert {icon["purpose"] for icon in icons} == {"any", "maskable"}
    for icon in icons:
        data = files[icon["src"].removeprefix("./")].read()
        if icon["type"] == "image/png":
            assert "x".join(map(str, struct.unpack(">II", data[16:24]))) == icon["sizes"]


def picture(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


def test_an_app_may_bring_its_icon(tmp_path: Path) -> None:
    app = make_app(tmp_path / "one", 'icon = "logo.png"')
    (tmp_path / "one" / "logo.png").write_bytes(picture(600, 600))
    files = site(app)
    icon, maskable = read_json(files, "manifest.webmanifest")["icons"]
    assert (icon["sizes"], icon["purpose"]) == ("600x600", "any")
    assert (maskable["sizes"], maskable["purpose"]) == ("any", "maskable")
    assert base64.b64encode(picture(600, 600)) in files[maskable["src"].removeprefix("./")].read()
    assert files[icon["src"].removeprefix("./")].read() == picture(600, 600)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (picture(600, 500), "600 × 500"),
        (picture(100, 100), "at least 512"),
        (b"GIF", "not a PNG"),
        (None, "icon: there is no such file"),
    ],
)
def test_an_icon_that_will_not_do_is_refused(tmp_path: Path, data: bytes | None, said: str) -> None:
    app = make_app(tmp_path / "one", 'icon = "logo.png"')
    if data is not None:
        (tmp_path / "one" / "logo.png").write_bytes(data)
    with pytest.raises(ConfigError, match=said):
        site(app)


def test_an_app_is_its_folder_without_what_is_private_or_a_test(tmp_path: Path) -> None:
    app = make_app(
        tmp_path / "one",
        'exclude = ["notes/*"]',
        **{
            "parts.py": "",
            "assets/logo.svg": "<svg/>",
            "sub/deep/data.json": "{}",
            ".env": "SECRET",
            ".git/config": "",
            "__pycache__/app.pyc": "",
            "test_app.py": "",
            "tests/test_more.py": "",
            "notes/idea.txt": "",
            "dist/_tempest/build.json": "{}",
            "dist/index.html": "an earlier build",
        },
    )
    files = site(app)
    described = read_json(files, "apps/one/_tempest.json")
    expected = ["app.py", "assets/logo.svg", "parts.py", "sub/deep/data.json"]
    assert described["files"] == expected
    inside = [n for n in files if n.startswith("apps/one/") and not n.endswith("_tempest.json")]
    assert inside == [f"apps/one/{name}" for name in expected]
    assert list(described["hashes"]) == expected
    for name, integrity in described["hashes"].items():
        digest = hashlib.sha256(files[f"apps/one/{name}"].read()).digest()
        assert integrity == f"sha256-{base64.b64encode(digest).decode()}"


def test_an_included_folder_is_copied_as_it_is(tmp_path: Path) -> None:
    pages = tmp_path / "embed"
    (pages / "tests").mkdir(parents=True)
    (pages / "index.html").write_text("<p>hi")
    (pages / "tests" / "test_x.py").write_text("x")
    (pages / "tempestweb.toml").write_text('[app]\ntitle = "Embedding"\n')
    files = site(make_app(tmp_path / "one"), make_app(tmp_path / "two"), include=(pages,))
    assert {"embed/index.html", "embed/tests/test_x.py"} <= files.keys()
    assert "embed/tempestweb.toml" not in files
    # Pages of one's own may load Pyodide themselves.
    for name in ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"):
        assert f"_tempest/pyodide/{name}" in files
    lock = read_json(files, "_tempest/pyodide/pyodide-lock.json")
    for package in lock["packages"].values():
        content = files[f"_tempest/pyodide/{package['file_name']}"]
        assert hashlib.sha256(content.read()).hexdigest() == package["sha256"]
    assert ">Embedding" in files["index.html"].read().decode()


def test_the_runtime_is_described_for_the_page(tmp_path: Path) -> None:
    files = site(make_app(tmp_path / "one"))
    runtime = read_json(files, "_tempest/runtime.json")
    assert {"pydantic", "pydantic-core", "tempestweb-wasm"} <= set(runtime["packages"])
    for key in ("boot", "client", "worker", "base", "theme"):
        assert f"_tempest/{runtime[key]}" in files
    assert files["_tempest/boot.js"].read() == files[f"_tempest/{runtime['boot']}"].read()
    for key in ("client", "worker"):
        assert f'"./{runtime[key]}"'.encode() in files["_tempest/boot.js"].read()


def test_hashed_names_change_with_the_content(tmp_path: Path) -> None:
    files = site(make_app(tmp_path / "one"))
    for name, content in files.items():
        found = re.fullmatch(
            r"_tempest/(?:python/)?[\w-]+-([0-9a-f]{10})\.(js|css|mjs|wasm|bin)", name
        )
        if found:
            assert hashlib.sha256(content.read()).hexdigest().startswith(found[1])


def precache(files: Files) -> dict[str, Any]:
    found = re.search(r"const MANIFEST = (\{.*\});", files["sw.js"].read().decode())
    assert found is not None
    manifest: dict[str, Any] = json.loads(found[1])
    return manifest


def test_the_worker_lists_every_file_with_its_hash_and_size(tmp_path: Path) -> None:
    files = site(make_app(tmp_path / "one"))
    entries = precache(files)["files"]
    listed = {path: (sha, size) for path, sha, size, *_ in entries}
    twins = {name for name in files if name.endswith(".wasm.bin")}
    assert twins == {name for _, _, _, *twin in entries for name in twin}
    assert listed.keys() == files.keys() - {"sw.js", "_headers", ".nojekyll", MARKER} - twins
    for path, (sha, size) in listed.items():
        data = files[path].read()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (sha, size)


def test_the_version_changes_exactly_when_something_does(tmp_path: Path) -> None:
    app = make_app(tmp_path / "one")
    first = precache(site(app))["version"]
    assert precache(site(app))["version"] == first
    app.write_text(APP + "# other\n")
    assert precache(site(app))["version"] != first
    app.write_text(APP)
    assert precache(site(app))["version"] == first


def test_pages_say_the_version_that_they_are_of(tmp_path: Path) -> None:
    files = site(make_app(tmp_path / "one"), make_app(tmp_path / "two"))
    for place in ("one/", "two/"):
        boot = Page(files[f"{place}index.html"].read()).boot()
        assert boot["version"] == precache(files)["version"]


def test_the_worker_knows_where_apps_answer_for_deep_links(tmp_path: Path) -> None:
    one, two = make_app(tmp_path / "one"), make_app(tmp_path / "two")
    assert precache(site(one))["apps"] == [""]
    assert precache(site(one, two))["apps"] == ["one/", "two/"]


def test_two_builds_of_the_same_are_the_same_bytes(tmp_path: Path) -> None:
    app = make_app(tmp_path / "one", assets__in__x="1")
    first, second = site(app), site(app)
    assert list(first) == list(second)
    assert all(first[name].sha256 == second[name].sha256 for name in first)


def test_development_and_offline_false_remove_a_worker(tmp_path: Path) -> None:
    app = make_app(tmp_path / "one")
    for dev, files in ((True, site(app, dev=True)), (False, site(app, offline=False))):
        assert b"unregister" in files["sw.js"].read()
        boot = Page(files["index.html"].read()).boot()
        assert (boot["sw"], boot["dev"]) == (None, dev)
        assert boot.get("events") == ("./_tempest/dev/events" if dev else None)


def test_names_that_would_clash_are_refused(tmp_path: Path) -> None:
    one, other = make_app(tmp_path / "x" / "one"), make_app(tmp_path / "y" / "one")
    with pytest.raises(BuildError, match="both called 'one'"):
        make_plan([one, other])
    with pytest.raises(BuildError, match="can't be called 'apps'"):
        make_plan([make_app(tmp_path / "apps")])
    with pytest.raises(AppNotFoundError, match="included folder"):
        make_plan([one], [tmp_path / "nothing"])


def test_an_app_that_is_not_there_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(AppNotFoundError, match="there is no file"):
        make_plan([tmp_path / "app.py"])
    with pytest.raises(AppNotFoundError, match=r"holds no app\.py"):
        make_plan([tmp_path])
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(AppNotFoundError, match="not a Python file"):
        make_plan([tmp_path / "a.txt"])


def test_a_name_is_made_fit_for_an_address(tmp_path: Path) -> None:
    app = find_app(make_app(tmp_path / "My große App!"), None)
    assert re.fullmatch(r"[A-Za-z0-9._-]+", app.name)


def test_changes_that_matter_are_told_from_others(tmp_path: Path) -> None:
    rules = find_app(make_app(tmp_path), None).rules
    assert rules.allows("a/b.py")
    for name in (".x.swp", "__pycache__/a.pyc", ".git/index", "tests/test_a.py", "app.py~"):
        assert not rules.allows(name)


def test_a_build_inside_the_app_is_no_part_of_it(tmp_path: Path) -> None:
    app = make_app(tmp_path, **{"dist/_tempest/build.json": "{}", "dist/a.js": ""})
    assert not find_app(app, None).rules.allows("dist/a.js")


def test_the_pages_wheel_is_whole_and_lacks_the_rooms_of_the_desktop() -> None:
    name, data = make_wheel()
    assert make_wheel()[1] == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        record = next(n for n in names if n.endswith("/RECORD"))
        lines = [line.split(",") for line in archive.read(record).decode().splitlines()]
        for path, sha, size in lines:
            if path != record:
                found = hashlib.sha256(archive.read(path)).digest()
                assert sha == "sha256=" + base64.urlsafe_b64encode(found).decode().rstrip("=")
                assert int(size) == len(archive.read(path))
    assert {path for path, _, _ in lines} == set(names)
    rooms = {n.split("/")[1] for n in names if n.startswith("tempestweb_wasm/")}
    assert not rooms & {"server", "build", "cli", "testing", "_pwa", "__pycache__"}
    assert {"core", "widgets", "runtime", "browser", "_client", "py.typed"} <= rooms
    assert name.endswith("-py3-none-any.whl")


def test_the_table_of_sizes_names_the_parts(tmp_path: Path) -> None:
    table = size_table(site(make_app(tmp_path / "one")))
    (parts,) = [list(column.cells) for column in table.columns[:1]]
    assert {"interpreter", "standard library", "pydantic", "client", "app one"} <= set(parts)


def test_a_plan_holds_what_it_was_given(tmp_path: Path) -> None:
    plan: Plan = make_plan([make_app(tmp_path / "one")])
    assert plan.app_folders() == [""]


def test_an_app_is_described_by_its_docstring_unless_its_settings_do(tmp_path: Path) -> None:
    app = make_app(tmp_path / "one")
    text = app.read_text()
    app.write_text(f'"""Counts <things>.\n\nSlowly.\n"""\n{text}')
    page = site(app)["index.html"].read().decode()
    assert 'content="Counts &lt;things&gt;."' in page
    (app.parent / "tempestweb.toml").write_text('[app]\ndescription = "Another"\n')
    assert 'content="Another"' in site(app)["index.html"].read().decode()
