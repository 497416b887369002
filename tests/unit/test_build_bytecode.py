"""Archives of bytecode: made by the interpreter itself, the same every time, trimmed."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from tempestweb_wasm.build import bytecode
from tempestweb_wasm.build.bytecode import Compile, Compiler, Pack
from tempestweb_wasm.build.files import Content, Files, copied, made
from tempestweb_wasm.build.interpreter import find_interpreter
from tempestweb_wasm.build.site import Site, make_plan
from tempestweb_wasm.build.trimming import CHANNELS, imports_of, trim_stdlib, trim_wheel
from tempestweb_wasm.errors import BuildError, ConfigError, ToolMissingError
from tests.tools import node
from tests.unit.test_build_site import make_app

SOURCE = '''"""A module."""
LIMIT = {"a", "b", "c", "d"}

def fail(x):
    """Say no."""
    assert x
    raise ValueError("no")
'''
STDLIB = find_interpreter().file("python_stdlib.zip")


def zipped(**files: str) -> Content:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.py", text)
    return made(buffer.getvalue())


def unpacked(path: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(gzip.decompress(path.read_bytes())))


def in_interpreter(archive: Path, code: str) -> str:
    """Run *code* in the page's Python with *archive* on its path; return what it prints."""
    script = f"""
import {{ readFileSync }} from "node:fs";
import {{ gunzipSync }} from "node:zlib";
import {{ loadPyodide }} from {json.dumps((STDLIB.parent / "pyodide.mjs").as_uri())};
const python = await loadPyodide({{ stdout: console.log }});
python.FS.writeFile("/a.zip", gunzipSync(readFileSync({json.dumps(str(archive))})));
python.runPython({json.dumps("import sys; sys.path.insert(0, '/a.zip')")});
python.runPython({json.dumps(code)});
"""
    command = [node(), "--input-type=module", "--eval", script]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def compiler(cache: Path) -> Compiler:
    return Compiler(find_interpreter(), cache=cache)


def test_it_runs_without_its_source_and_keeps_line_numbers(tmp_path: Path) -> None:
    job = Compile(zipped(one=SOURCE), "/place/", ("one.py",), docstrings=False)
    (made,) = compiler(tmp_path).make([job])
    with unpacked(made) as archive:
        (entry,) = archive.infolist()
        assert (entry.filename, entry.compress_type) == ("one.pyc", zipfile.ZIP_STORED)
    code = (
        "import one, traceback\n"
        "try:\n    one.fail(1)\nexcept ValueError:\n    print(traceback.format_exc())\n"
        "try:\n    one.fail(0)\nexcept AssertionError:\n    print('asserts stay')\n"
        "print(one.__doc__, one.fail.__doc__)"
    )
    said = in_interpreter(made, code)
    assert 'File "/place/one.py", line 7, in fail' in said
    assert "asserts stay" in said
    assert "None None" in said


def test_packages_of_others_keep_their_docstrings(tmp_path: Path) -> None:
    (made,) = compiler(tmp_path).make([Compile(zipped(one=SOURCE), "/place/", ("one.py",))])
    assert "Say no." in in_interpreter(made, "import one; print(one.fail.__doc__)")


def test_the_same_source_gives_the_same_bytes_alone_or_among_others(tmp_path: Path) -> None:
    job = Compile(zipped(one=SOURCE), "/place/", ("one.py",))
    other = Compile(zipped(two=SOURCE + "x = 1\n"), "/place/", ("two.py",))
    (alone,) = compiler(tmp_path / "a").make([job])
    _, among = compiler(tmp_path / "b").make([other, job])
    assert alone.read_bytes() == among.read_bytes()


def test_what_was_made_is_kept_until_something_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Compile(zipped(one=SOURCE), "/place/", ("one.py",))
    first = compiler(tmp_path).make([job])
    monkeypatch.setattr(bytecode, "find_tool", refuse)
    assert compiler(tmp_path).make([job]) == first
    for changed in (
        Compile(zipped(one=SOURCE + "\n"), "/place/", ("one.py",)),
        Compile(job.source, "/elsewhere/", ("one.py",)),
        Compile(job.source, "/place/", ("one.py",), {"two.py": "x = 1"}),
    ):
        with pytest.raises(ToolMissingError, match="asked for node"):
            compiler(tmp_path).make([changed])


def refuse(name: str, purpose: str) -> str:
    raise ToolMissingError(f"asked for {name} {purpose}")


def test_what_is_no_python_for_this_interpreter_stays_as_it_is(tmp_path: Path) -> None:
    job = Compile(zipped(one=SOURCE, two="print 'two'\n"), "/place/", ("one.py", "two.py"))
    (made,) = compiler(tmp_path).make([job])
    with unpacked(made) as archive:
        assert archive.namelist() == ["one.pyc", "two.py"]


def test_a_build_that_fails_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    job = Compile(made(b"no zip"), "/place/", ("one.py",))
    with pytest.raises(BuildError, match=r"can't be compiled:\n(?s:.*)BadZipFile"):
        compiler(tmp_path).make([job])
    assert list((tmp_path / "bytecode").iterdir()) == []


def test_a_packed_file_is_the_file(tmp_path: Path) -> None:
    data = b"\0asm" + bytes(range(256)) * 50
    (packed,) = compiler(tmp_path).make([Pack(made(data))])
    assert gzip.decompress(packed.read_bytes()) == data
    assert packed.stat().st_size < len(data)


def test_imports_are_found_wherever_they_stand() -> None:
    source = (
        b"import a.b\ndef f():\n    from c import d\n    from . import e\n    from .g import h\n"
    )
    found = imports_of(source, "p.q")
    assert found == {"a.b", "c", "c.d", "p.q", "p.q.e", "p.q.g", "p.q.g.h"}
    assert imports_of(b"not python (") == frozenset()


def test_an_app_that_opens_a_channel_needs_what_is_behind_it() -> None:
    assert imports_of(b"room = app.channel('lobby')") == CHANNELS
    assert imports_of(b"room = channel('lobby')") == frozenset()


def test_what_no_page_needs_is_left_out_and_says_so(tmp_path: Path) -> None:
    trimmed = trim_stdlib(STDLIB, [], [])
    assert {"unittest.py", "sqlite3.py", "encodings/cp437.py"} <= trimmed.stubs.keys()
    assert not any(name.startswith(("unittest/", "sqlite3/")) for name in trimmed.names)
    assert {"asyncio/__init__.py", "json/__init__.py", "encodings/utf_8.py"} <= set(trimmed.names)
    stubs = {name: trimmed.stubs[name] for name in ("sqlite3.py", "encodings/cp437.py")}
    # Under other names, as this interpreter has its own standard library.
    text = {f"no_{name.replace('/', '_')}": stub for name, stub in stubs.items()}
    (made,) = compiler(tmp_path).make([Compile(zipped(), "/place/", (), text)])
    code = (
        "try:\n    import no_sqlite3\nexcept ModuleNotFoundError as e:\n    print(e.name, e)\n"
        "try:\n    import no_encodings_cp437\nexcept LookupError as e:\n    print(e)"
    )
    said = in_interpreter(made, code)
    assert "sqlite3 sqlite3 is not in this build" in said
    assert 'keep = ["sqlite3"]' in said
    assert 'keep = ["encodings.cp437"]' in said


@pytest.mark.parametrize(
    ("keep", "imported"), [(["sqlite3"], []), ([], ["sqlite3"]), ([], ["sqlite3.dbapi2"])]
)
def test_what_is_named_or_imported_stays(keep: list[str], imported: list[str]) -> None:
    trimmed = trim_stdlib(STDLIB, keep, imported)
    assert "sqlite3/dbapi2.py" in trimmed.names
    assert "sqlite3.py" not in trimmed.stubs


def test_what_stays_brings_what_it_needs() -> None:
    trimmed = trim_stdlib(STDLIB, ["unittest"], [])
    # unittest imports difflib, argparse and, in places, more.
    assert "unittest/mock.py" in trimmed.names
    assert not {"difflib.py", "unittest.py"} & trimmed.stubs.keys()
    assert trim_stdlib(STDLIB, ["*"], []).stubs == {}


def test_a_name_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ConfigError, match="the standard library of the page has no sqlite4"):
        trim_stdlib(STDLIB, ["sqlite4"], [])


def test_a_wheel_leaves_tests_types_and_native_modules_behind(tmp_path: Path) -> None:
    wheel = tmp_path / "thing-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in ("thing/__init__.py", "thing/tests/test_it.py", "thing/data.json"):
            archive.writestr(name, "")
        for name in ("thing/it.pyi", "thing/fast.so", "thing-1.dist-info/RECORD"):
            archive.writestr(name, "")
    trimmed = trim_wheel(wheel, [], [])
    assert trimmed.names == ("thing/__init__.py", "thing/data.json")
    assert trimmed.stubs.keys() == {"thing/tests.py"}
    assert "thing/tests/test_it.py" in trim_wheel(wheel, ["thing.tests"], []).names
    assert "thing/tests/test_it.py" in trim_wheel(wheel, [], ["thing.tests.test_it"]).names


def test_everything_that_stays_in_the_standard_library_can_be_imported(tmp_path: Path) -> None:
    trimmed = trim_stdlib(STDLIB, [], [])
    job = Compile(copied(STDLIB), "/lib/", trimmed.names, trimmed.stubs, docstrings=False)
    (made,) = compiler(tmp_path).make([job])
    names = sorted({name.removesuffix(".py").split("/")[0] for name in trimmed.names})
    stock, ours = tmp_path / "stock.json", tmp_path / "ours.json"
    for out, archive in ((stock, STDLIB), (ours, made)):
        out.write_text(importable(archive, names), encoding="utf-8")
    assert json.loads(ours.read_text()) == json.loads(stock.read_text())


def importable(archive: Path, names: list[str]) -> str:
    """Return, as JSON, those of *names* that can be imported with *archive* as library."""
    code = (
        "import importlib, json\nfound = []\n"
        f"for name in {names!r}:\n    try:\n        importlib.import_module(name)\n"
        "        found.append(name)\n    except ImportError:\n        pass\njson.dumps(found)"
    )
    script = f"""
import {{ readFileSync, writeFileSync, mkdtempSync }} from "node:fs";
import {{ gunzipSync }} from "node:zlib";
import {{ loadPyodide }} from {json.dumps((STDLIB.parent / "pyodide.mjs").as_uri())};
const read = readFileSync({json.dumps(str(archive))});
const zip = read[0] === 0x1f ? gunzipSync(read) : read;
const library = {json.dumps(str(archive.parent))} + "/library.zip";
if (zip !== read) writeFileSync(library, zip);
const stdLibURL = zip === read ? {json.dumps(str(archive))} : library;
const python = await loadPyodide({{ stdLibURL, stdout: () => {{}} }});
console.log(python.runPython({json.dumps(code)}));
"""
    command = [node(), "--input-type=module", "--eval", script]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip().splitlines()[-1]


def names(files: Files, start: str) -> list[str]:
    return [name for name in files if name.startswith(start)]


def test_a_site_is_made_of_what_its_apps_import(tmp_path: Path) -> None:
    plain = make_app(tmp_path / "plain")
    other = make_app(tmp_path / "other")
    other.write_text("import sqlite3\n" + other.read_text())
    asked = make_app(tmp_path / "asked", 'keep = ["sqlite3"]')
    stdlib = "_tempest/python/stdlib-"
    first, second, third = (
        names(Site(make_plan([app])).files(), stdlib) for app in (plain, other, asked)
    )
    assert first != second == third


def test_development_gets_the_sources_and_needs_no_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bytecode, "find_tool", refuse)
    files = Site(make_plan([make_app(tmp_path / "one")]), dev=True).files()
    (ours,) = names(files, "_tempest/python/tempestweb-wasm-")
    with zipfile.ZipFile(io.BytesIO(files[ours].read())) as archive:
        assert "tempestweb_wasm/core/app.py" in archive.namelist()
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
    (stdlib,) = names(files, "_tempest/python/stdlib-")
    assert files[stdlib].read() == STDLIB.read_bytes()


def test_every_file_of_python_is_described_with_its_hash(tmp_path: Path) -> None:
    files = Site(make_plan([make_app(tmp_path / "one")])).files()
    (worker,) = names(files, "_tempest/worker-")
    text = files[worker].read().decode()
    for name in names(files, "_tempest/python/"):
        assert name.removeprefix("_tempest/") in text


@pytest.mark.parametrize(("toml", "dev"), [("snapshot = false", False), ("", True), ("", False)])
def test_a_snapshot_is_kept_unless_an_app_or_development_says_no(
    toml: str, dev: bool, tmp_path: Path
) -> None:
    files = Site(make_plan([make_app(tmp_path / "one", toml)]), dev=dev).files()
    (worker,) = names(files, "_tempest/worker-")
    wanted = not toml and not dev
    assert (b'"snapshot":null' not in files[worker].read()) is wanted
