"""Choosing packages for the interpreter in the page: markers, versions, refusals."""

from __future__ import annotations

import importlib.util
import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tempestweb_wasm.build.cache import cache_folder
from tempestweb_wasm.build.interpreter import VERSION, find_interpreter
from tempestweb_wasm.build.lock import make_lock
from tempestweb_wasm.build.packages import Demand, Resolver
from tempestweb_wasm.build.pip import Misfit, Pip, explain
from tempestweb_wasm.build.resolution import FRESH, Packages
from tempestweb_wasm.build.wheels import read_wheel
from tempestweb_wasm.errors import BuildError, PackageError, ToolMissingError

INTERPRETER = find_interpreter()
NATIVE = "cp314-cp314-pyemscripten_2026_0_wasm32"


def make_wheel(
    folder: Path, name: str, version: str, requires: Sequence[str] = (), tag: str = "py3-none-any"
) -> Path:
    path = folder / f"{name}-{version}-{tag}.whl"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {text}" for text in requires]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/__init__.py", "")
        archive.writestr(f"{name}-{version}.dist-info/METADATA", "\n".join(lines) + "\n")
    return path


@dataclass
class Index:
    """Stands in for pip and the index: hands out the newest wheel that fits a specifier."""

    wheels: dict[str, list[tuple[str, list[str]]]]
    asked: list[list[str]] = field(default_factory=list)
    down: bool = False

    def download(self, requirements: Sequence[str], folder: Path) -> dict[str, Path] | Misfit:
        self.asked.append(list(requirements))
        if self.down:
            raise BuildError("the package index can't be reached")
        found = {}
        for text in requirements:
            wanted = Requirement(text)
            known = sorted(self.wheels.get(wanted.name, []), key=lambda w: Version(w[0]))
            fits = [w for w in known if wanted.specifier.contains(w[0])]
            if not fits:
                return Misfit(tuple(version for version, _ in known), (), 0)
            found[wanted.name] = make_wheel(folder, wanted.name, *fits[-1])
        return found


def resolve(index: Index, store: Path, *roots: str) -> dict[str, str]:
    demands = [Demand(Requirement(text), "app.py:1") for text in roots]
    found = Resolver(INTERPRETER, index, store).resolve(demands)
    return {name: str(wheel.version) for name, wheel in found.items()}


def test_what_is_required_comes_along(tmp_path: Path) -> None:
    index = Index({"a": [("1", ["b>=1"])], "b": [("1", ["c"]), ("2", ["c"])], "c": [("3", [])]})
    assert resolve(index, tmp_path, "a") == {"a": "1", "b": "2", "c": "3"}


def test_markers_are_those_of_the_page_and_not_of_this_machine(tmp_path: Path) -> None:
    requires = [
        'b; sys_platform == "emscripten"',
        'c; sys_platform != "emscripten"',
        'd; python_version >= "3.14"',
        'e; platform_machine == "wasm32" and os_name == "posix"',
        'f; python_version < "3.14"',
        'g; extra == "fast"',
    ]
    index = Index({"a": [("1", requires)], **{name: [("1", [])] for name in "bcdefg"}})
    assert set(resolve(index, tmp_path, "a")) == {"a", "b", "d", "e"}
    assert set(resolve(index, tmp_path, "a[fast]")) == {"a", "b", "d", "e", "g"}


def test_every_requirement_on_a_package_is_obeyed(tmp_path: Path) -> None:
    index = Index(
        {
            "a": [("1", ["c<3"])],
            "b": [("1", ["c!=2.5"])],
            "c": [("2", []), ("2.5", []), ("3", [])],
        }
    )
    assert resolve(index, tmp_path, "a", "b", "c>=1")["c"] == "2"


def test_a_requirement_found_late_changes_an_earlier_choice(tmp_path: Path) -> None:
    index = Index({"a": [("1", ["b"])], "b": [("1", ["c==1"])], "c": [("1", []), ("2", [])]})
    assert resolve(index, tmp_path, "c", "a") == {"a": "1", "b": "1", "c": "1"}


def test_what_a_dropped_version_required_is_dropped_too(tmp_path: Path) -> None:
    index = Index(
        {
            "a": [("1", ["b<2"])],
            "b": [("1", []), ("2", ["heavy"])],
            "heavy": [("1", [])],
        }
    )
    assert set(resolve(index, tmp_path, "b", "a")) == {"a", "b"}


def test_requirements_that_exclude_each_other_are_all_named(tmp_path: Path) -> None:
    index = Index({"a": [("1", ["c<2"])], "c": [("1", []), ("2", [])]})
    with pytest.raises(PackageError) as caught:
        resolve(index, tmp_path, "a", "c>=2")
    said = str(caught.value)
    assert "c>=2 (required by app.py:1)" in said
    assert "c<2 (required by a 1)" in said
    assert "versions with a wheel for it are 1, 2" in said


def test_packages_that_require_each_other_are_both_taken(tmp_path: Path) -> None:
    index = Index({"a": [("1", ["b"])], "b": [("1", ["a"])]})
    assert set(resolve(index, tmp_path, "a")) == {"a", "b"}


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (Misfit((), (), 3), "published only as source"),
        (Misfit((), ("manylinux_2_28_x86_64", "win_amd64"), 2), "only for other platforms"),
        (Misfit((), (), 0), "no package of that name"),
    ],
)
def test_a_package_without_a_wheel_says_who_wants_it_and_why_not(
    tmp_path: Path, why: Misfit, said: str
) -> None:
    class Nothing:
        def download(self, requirements: Sequence[str], folder: Path) -> Misfit:
            return why

    with pytest.raises(PackageError) as caught:
        Resolver(INTERPRETER, Nothing(), tmp_path).resolve([Demand(Requirement("a>1"), "app.py:4")])
    assert "a>1 (required by app.py:4) has no wheel" in str(caught.value)
    assert said in str(caught.value)


def test_a_local_wheel_wins_over_the_index(tmp_path: Path) -> None:
    local = read_wheel(make_wheel(tmp_path, "a", "7"))
    index = Index({"a": [("9", [])]})
    resolver = Resolver(INTERPRETER, index, tmp_path / "store", given={"a": local})
    assert resolver.resolve([Demand(Requirement("a"), "x")])["a"].version == Version("7")
    assert index.asked == []
    with pytest.raises(PackageError, match="is 7, which breaks a>8"):
        resolver.resolve([Demand(Requirement("a>8"), "x")])


def test_a_local_wheel_for_another_platform_is_refused(tmp_path: Path) -> None:
    local = read_wheel(make_wheel(tmp_path, "a", "1", tag="cp311-cp311-manylinux_2_28_x86_64"))
    resolver = Resolver(INTERPRETER, Index({}), tmp_path / "store", given={"a": local})
    with pytest.raises(PackageError, match="it is for cp311-cp311-manylinux_2_28_x86_64"):
        resolver.resolve([Demand(Requirement("a"), "x")])


@pytest.mark.parametrize("tag", [NATIVE, "py3-none-any", "cp39-abi3-pyemscripten_2026_0_wasm32"])
def test_wheels_that_the_interpreter_can_load_fit(tmp_path: Path, tag: str) -> None:
    assert read_wheel(make_wheel(tmp_path, "a", "1", tag=tag)).tags & INTERPRETER.tags


def test_modules_that_an_installer_would_move_to_the_root_are_there(tmp_path: Path) -> None:
    path = tmp_path / "odd-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("odd-1.0.data/purelib/odd/__init__.py", "X = 1\n")
        archive.writestr("odd-1.0.data/scripts/odd", "#!python\n")
        archive.writestr("odd-1.0.dist-info/METADATA", "Name: odd\nVersion: 1.0\n")
    store = packages(tmp_path / "cache", Index(FEW))
    found = [store.find([], [(path, "an app")]).wheels["odd"] for _ in range(2)]
    assert found[0] == found[1]
    assert found[0].imports == ("odd",)
    with zipfile.ZipFile(found[0].path) as archive:
        assert sorted(archive.namelist()) == ["odd-1.0.dist-info/METADATA", "odd/__init__.py"]


def test_a_file_that_is_no_wheel_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a-1-py3-none-any.whl"
    path.write_bytes(b"<html>")
    with pytest.raises(PackageError, match="can't be read as a wheel"):
        read_wheel(path)


def test_pip_tells_why_it_passed_over_what_there_is() -> None:
    said = (
        "  Skipping link: none of the wheel's tags (cp39-cp39-win_amd64, "
        "cp39-cp39-manylinux_2_17_x86_64) are compatible: https://x/a.whl\n"
        "  Skipping link: No sources permitted for a: https://x/a.tar.gz\n"
        "ERROR: Could not find a version (from versions: none)\n"
    )
    assert explain(said) == Misfit((), ("manylinux_2_17_x86_64", "win_amd64"), 1)
    assert explain("(from versions: 1.0, 2.0)").versions == ("1.0", "2.0")


def packages(tmp_path: Path, index: Index, **options: object) -> Packages:
    return Packages(INTERPRETER, cache=tmp_path, fetcher=index, **options)  # type: ignore[arg-type]


FEW: dict[str, list[tuple[str, list[str]]]] = {"pydantic": [("2.13", [])], "a": [("1", [])]}


def test_a_second_build_asks_the_index_nothing_for_a_day(tmp_path: Path) -> None:
    index, now = Index(FEW), [1000.0]
    demand = Demand(Requirement("a"), "app.py")
    for _ in range(2):
        found = packages(tmp_path, index, clock=lambda: now[0]).find([demand], [])
    assert [sorted(asked) for asked in index.asked] == [["a", "pydantic>=2.12"]]
    assert found.closure(["tempestweb-wasm"]) == ["pydantic", "tempestweb-wasm"]
    now[0] += FRESH
    packages(tmp_path, index, clock=lambda: now[0]).find([demand], [])
    assert len(index.asked) == 2


def test_refresh_asks_at_once(tmp_path: Path) -> None:
    index = Index(dict(FEW))
    packages(tmp_path, index).find([Demand(Requirement("a"), "x")], [])
    index.wheels["a"] = [("2", [])]
    found = packages(tmp_path, index, refresh=True).find([Demand(Requirement("a"), "x")], [])
    assert found.wheels["a"].version == Version("2")


def test_without_a_network_the_last_choice_serves(tmp_path: Path) -> None:
    index = Index(FEW)
    packages(tmp_path, index).find([Demand(Requirement("a"), "x")], [])
    index.down = True
    found = packages(tmp_path, index, refresh=True).find([Demand(Requirement("a"), "x")], [])
    assert found.wheels["a"].version == Version("1")
    with pytest.raises(BuildError, match="can't be reached"):
        packages(tmp_path, index).find([Demand(Requirement("b"), "x")], [])


def test_a_damaged_wheel_in_the_cache_is_fetched_again(tmp_path: Path) -> None:
    index = Index(FEW)
    found = packages(tmp_path, index).find([Demand(Requirement("a"), "x")], [])
    path = found.wheels["a"].path
    make_wheel(path.parent, "a", "1", ["unwanted"])
    again = packages(tmp_path, index).find([Demand(Requirement("a"), "x")], [])
    assert again.wheels["a"].requires == ()
    assert again.wheels["a"].path.is_file()
    assert len(index.asked) == 2


def test_a_package_only_for_desktops_is_left_out(tmp_path: Path) -> None:
    demand = Demand(Requirement('a; sys_platform != "emscripten"'), "app.py")
    assert "a" not in packages(tmp_path, Index(FEW)).find([demand], []).wheels


def test_the_lock_file_names_wheels_hashes_imports_and_depends(tmp_path: Path) -> None:
    demand = Demand(Requirement("a"), "app.py")
    found = packages(tmp_path, Index(FEW)).find([demand], [])
    lock = make_lock(INTERPRETER, found.wheels, found.depends)
    assert lock == make_lock(INTERPRETER, found.wheels, found.depends)
    written = json.loads(lock)
    assert written["info"] == INTERPRETER.info
    ours = written["packages"]["tempestweb-wasm"]
    assert ours["depends"] == ["pydantic"]
    assert ours["imports"] == ["tempestweb_wasm"]
    assert ours["sha256"] == found.wheels["tempestweb-wasm"].sha256
    assert ours["file_name"].endswith(".whl")


def test_the_real_index_gives_pydantic_with_its_exact_native_half() -> None:
    found = Packages(INTERPRETER, cache=cache_folder()).find([], [])
    core = found.wheels["pydantic-core"]
    (wanted,) = [r for r in found.wheels["pydantic"].requires if r.name == "pydantic-core"]
    assert str(core.version) in wanted.specifier
    assert core.file_name.endswith(f"{NATIVE}.whl")
    assert found.depends["tempestweb-wasm"] == ("pydantic",)
    assert INTERPRETER.version == VERSION


def test_the_real_index_explains_a_package_that_is_only_source(tmp_path: Path) -> None:
    demand = Demand(Requirement("docopt"), "app.py:3")
    with pytest.raises(PackageError, match=r"docopt .*app\.py:3.* published only as source"):
        Packages(INTERPRETER, cache=tmp_path).find([demand], [])


def test_without_pip_the_way_to_get_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ToolMissingError, match="-m ensurepip"):
        Pip(INTERPRETER).download(["attrs"], tmp_path)


def test_an_index_that_does_not_answer_is_not_a_missing_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "PIP_FIND_LINKS": "",
        "PIP_EXTRA_INDEX_URL": "",
    }.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BuildError, match="the package index can't be reached for attrs"):
        Pip(INTERPRETER).download(["attrs"], tmp_path)
