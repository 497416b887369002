"""Who may import whom: the table of rooms in docs/architecture.md."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

from tests.house.source import (
    NAME,
    PACKAGE,
    RESERVED,
    ROOT,
    ROW_OF,
    Import,
    imports,
    imports_in,
    modules,
    room_of,
)


def breaks_layers(found: Import) -> bool:
    here, there = room_of(found.module), room_of(found.target)
    if found.target.split(".")[0] != NAME or here == there:
        return False
    if not here:
        # The package itself hands out the public names of any room that apps may use.
        return there in {"server", "build", "cli", "testing", "compat"}
    # Importing the package from inside would be a cycle with its public names.
    return not there or ROW_OF[there] >= ROW_OF[here]


def test_every_room_has_a_row() -> None:
    rooms = {room_of(module) for module in modules()} - {"", "__main__"}
    assert rooms <= ROW_OF.keys(), "a room that is not in the table of architecture.md"


def test_a_module_imports_only_from_rows_above_its_own() -> None:
    assert [str(found) for found in imports() if breaks_layers(found)] == []


def test_an_import_inside_a_function_counts_as_well() -> None:
    tree = ast.parse("def f():\n    from tempestweb_wasm.cli import main\n")
    (found,) = imports_in("tempestweb_wasm.core.app", tree)
    assert breaks_layers(found)


def test_a_relative_import_counts_as_well() -> None:
    (found,) = imports_in("tempestweb_wasm.core.app", ast.parse("from ..cli import main"))
    assert found.target == "tempestweb_wasm.cli"
    assert breaks_layers(found)


def test_no_module_imports_itself_by_way_of_others() -> None:
    edges: dict[str, set[str]] = {module: set() for module in modules()}
    for found in imports():
        if found.target in edges and found.target != found.module:
            edges[found.module].add(found.target)
    assert cycle_in(edges) == []


def test_a_cycle_is_found() -> None:
    assert cycle_in({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


def cycle_in(edges: dict[str, set[str]]) -> list[str]:
    """Return the first cycle as the names along it, or nothing."""
    done: set[str] = set()

    def follow(module: str, path: list[str]) -> list[str]:
        if module in path:
            return [*path[path.index(module) :], module]
        if module in done:
            return []
        done.add(module)
        for target in sorted(edges[module]):
            if cycle := follow(target, [*path, module]):
                return cycle
        return []

    for module in sorted(edges):
        if cycle := follow(module, []):
            return cycle
    return []


def test_only_one_room_knows_the_page_and_only_one_the_server() -> None:
    strays = [
        str(found)
        for found in imports()
        for room, reserved in RESERVED.items()
        if found.target.split(".")[0] in reserved and room_of(found.module) != room
    ]
    assert strays == []


# What `import tempestweb_wasm` may load beyond asyncio, json and pydantic. Each further module is
# paid for at every start of a page.
ROOMS_LOADED = {"errors", "tables", "style", "core", "widgets"}
STANDARD_LOADED = {"colorsys", "importlib"}


def loaded_by(statement: str) -> set[str]:
    """Return the modules that *statement* loads beyond a bare interpreter with pydantic."""
    script = (
        "import sys, json, asyncio, pydantic, pydantic.json_schema\n"
        "from pydantic import BaseModel, TypeAdapter, create_model\n"
        "class Model(BaseModel): pass\n"
        "TypeAdapter(Model).json_schema()\n"
        "before = set(sys.modules)\n"
        f"{statement}\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    command = [sys.executable, "-c", script]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stdout))


def test_importing_the_package_loads_only_what_an_app_needs() -> None:
    loaded = loaded_by("import tempestweb_wasm")
    ours = {room_of(module) for module in loaded if module.split(".")[0] == NAME} - {""}
    others = {module.split(".")[0] for module in loaded} - {NAME}
    # pydantic loads more of itself, and of what it stands on, as models are made.
    pydantics = {"pydantic", "pydantic_core", "annotated_types", "typing_inspection"}
    assert ours <= ROOMS_LOADED
    assert {name for name in others if not name.startswith("_")} <= STANDARD_LOADED | pydantics


def test_nothing_that_a_page_lacks_is_loaded_by_what_the_page_runs() -> None:
    desktop_only = {"typer", "rich", "starlette", "uvicorn", "watchfiles", "packaging", "httpx"}
    desktop_only |= {"pyodide_lock", "subprocess", "socket", "ssl", "multiprocessing"}
    in_page = {"errors", "tables", "style", "core", "widgets", "runtime", "transports", "compat"}
    strays = [
        str(found)
        for found in imports()
        if room_of(found.module) in in_page | {"browser", "loader"}
        and found.target.split(".")[0] in desktop_only
    ]
    assert strays == []
    assert (PACKAGE / "core").is_dir()
