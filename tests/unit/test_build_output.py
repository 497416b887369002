"""Writing a site: whole or not at all, and never over somebody else's files."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from tempestweb_wasm.build import output
from tempestweb_wasm.build.files import Content, Files, copied, made
from tempestweb_wasm.build.output import check_target, is_site, write_site
from tempestweb_wasm.build.published import MARKER
from tempestweb_wasm.errors import BuildError


def files(text: str = "one", **more: Content) -> Files:
    listed = {"index.html": made(text), "a/b/c.txt": made("deep"), **more}
    marker = json.dumps({"made_by": "tempestweb", "files": dict.fromkeys(listed, "")})
    return {**listed, MARKER: made(marker)}


def content(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "build.json"
    }


def test_a_site_is_written_and_replaced_whole(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    write_site(files("one", **{"old.txt": made("x")}), out)
    write_site(files("two"), out)
    assert content(out) == {"index.html": "two", "a/b/c.txt": "deep"}
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    assert is_site(out)


def test_everyone_may_read_the_folder(tmp_path: Path) -> None:
    assert write_site(files(), tmp_path / "out").stat().st_mode & 0o777 == 0o755


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write_site(files(), tmp_path / "out")
    assert is_site(tmp_path / "out")


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(BuildError, match="not made by tempestweb build"):
        write_site(files(), tmp_path)
    assert content(tmp_path) == {"thesis.txt": "mine"}


def test_a_marker_of_somebody_else_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "_tempest").mkdir()
    for text in ("[]", "{}", "not json"):
        (tmp_path / MARKER).write_text(text)
        with pytest.raises(BuildError):
            check_target(tmp_path)


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(BuildError, match="is a file"):
        write_site(files(), tmp_path / "out")


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_build_that_is_stopped_leaves_the_old_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    out = write_site(files("old"), tmp_path / "out")

    def stop(path: Path, data: bytes) -> int:
        raise error

    monkeypatch.setattr(Path, "write_bytes", stop)
    with pytest.raises((BuildError, KeyboardInterrupt)):
        write_site(files("new"), out)
    assert content(out)["index.html"] == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_that_changes_during_the_build_stops_it(tmp_path: Path) -> None:
    source = tmp_path / "app.py"
    source.write_text("one")
    listed = {**files(), "app.py": copied(source)}
    assert listed["app.py"].sha256
    source.write_text("two")
    with pytest.raises(BuildError, match=r"app\.py changed during the build"):
        write_site(listed, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_swap_that_fails_half_way_is_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = write_site(files("old"), tmp_path / "out")
    rename = Path.rename

    def fails(self: Path, target: Path) -> Path:
        if self.name.startswith(".tempestweb-unfinished"):
            raise OSError("busy")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(BuildError, match="busy"):
        write_site(files("new"), out)
    assert content(out)["index.html"] == "old"


def test_what_a_killed_build_left_is_put_right(tmp_path: Path) -> None:
    out = write_site(files("old"), tmp_path / "out")
    # Killed between the two renames, and another one before them.
    key = output._key(out)
    holder = tmp_path / f"{output._REPLACED}{key}-99"
    holder.mkdir()
    out.rename(holder / "out")
    unfinished = tmp_path / f"{output._UNFINISHED}{key}-abc"
    unfinished.mkdir()
    os.utime(unfinished, (0, time.time() - 2 * output._DEAD))
    write_site(files("new"), out)
    assert content(out)["index.html"] == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    write_site(files("one"), tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert content(tmp_path / "real")["index.html"] == "one"


def test_what_a_build_did_not_write_stays(tmp_path: Path) -> None:
    out = write_site(files("old", **{"gone/x.txt": made("x")}), tmp_path / "out")
    (out / ".git").mkdir()
    (out / ".git" / "HEAD").write_text("ref")
    (out / "CNAME").write_text("my.example")
    (out / "a" / "mine.txt").write_text("mine")
    (out / "gone" / "mine.txt").write_text("mine")
    (out / "link").symlink_to("CNAME")
    kept = [".git/", "CNAME", "a/mine.txt", "gone/mine.txt", "link"]
    assert check_target(out) == kept
    for text in ("newer", "new"):
        write_site(files(text), out)
    assert content(out) == {
        ".git/HEAD": "ref",
        "CNAME": "my.example",
        "a/b/c.txt": "deep",
        "a/mine.txt": "mine",
        "gone/mine.txt": "mine",
        "index.html": "new",
        "link": "my.example",
    }
    assert (out / "link").is_symlink()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["new.txt", "new.txt/deep.txt", "a/b"])
def test_what_is_in_the_way_of_the_new_site_stops_the_build(tmp_path: Path, name: str) -> None:
    out = write_site({k: v for k, v in files().items() if k != "a/b/c.txt"}, tmp_path / "out")
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    (out / name).write_text("mine")
    with pytest.raises(BuildError, match="is in the way of the new site"):
        write_site(files("new", **{"new.txt": made("x")}), out)
    assert (content(out)[name], content(out)["index.html"]) == ("mine", "one")


def test_what_was_packed_from_an_earlier_build_would_be_stale(tmp_path: Path) -> None:
    out = write_site(files(), tmp_path / "out")
    (out / "index.html.gz").write_text("packed")
    with pytest.raises(BuildError, match=r"index\.html\.gz was made from a file of the earlier"):
        write_site(files("new"), out)


def test_a_build_that_was_killed_while_it_put_back_what_stays_is_finished(tmp_path: Path) -> None:
    out = write_site(files("new"), tmp_path / "out")
    holder = tmp_path / f"{output._REPLACED}{output._key(out)}-1"
    aside = write_site(files("old", **{"old.txt": made("x")}), holder / "out")
    (aside / "index.html").unlink()
    (aside / "CNAME").write_text("my.example")
    write_site(files("newer"), out)
    assert content(out) == {"CNAME": "my.example", "a/b/c.txt": "deep", "index.html": "newer"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_builds_beside_each_other_leave_each_other_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = output._write

    def meanwhile(listed: Files, folder: Path) -> None:
        monkeypatch.setattr(output, "_write", real)
        real(listed, folder)
        for name in ("dist", "dist-staging"):
            write_site(files("another"), tmp_path / name)

    monkeypatch.setattr(output, "_write", meanwhile)
    write_site(files("one"), tmp_path / "dist-staging")
    assert content(tmp_path / "dist")["index.html"] == "another"
    assert content(tmp_path / "dist-staging")["index.html"] == "one"


def test_a_half_swap_belongs_to_the_folder_that_it_is_of(tmp_path: Path) -> None:
    site = write_site(files("b"), tmp_path / "site-b")
    holder = tmp_path / f"{output._REPLACED}{output._key(site)}-99"
    holder.mkdir()
    site.rename(holder / "site-b")
    write_site(files("a"), tmp_path / "site")
    write_site(files("b2", **{"site.txt": made("x")}), site)
    assert content(tmp_path / "site")["index.html"] == "a"
    assert content(site)["index.html"] == "b2"
