"""Writing a site: whole or not at all, and never over somebody else's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tempestweb_wasm.build import output
from tempestweb_wasm.build.files import Content, Files, copied, made
from tempestweb_wasm.build.output import check_target, is_site, write_site
from tempestweb_wasm.build.published import MARKER
from tempestweb_wasm.errors import BuildError


def files(text: str = "one", **more: Content) -> Files:
    marker = made('{"made_by": "tempestweb"}')
    return {"index.html": made(text), "a/b/c.txt": made("deep"), MARKER: marker, **more}


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
    out.rename(tmp_path / f"{output._REPLACED}out-99")
    (tmp_path / f"{output._UNFINISHED}out-abc").mkdir()
    write_site(files("new"), out)
    assert content(out)["index.html"] == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    write_site(files("one"), tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert content(tmp_path / "real")["index.html"] == "one"
