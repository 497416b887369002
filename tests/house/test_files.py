"""What may be committed: no machine's paths, no registry's hosts, nothing that is made."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from tests.house.source import ROOT, functions, tracked
from tests.tools import node

MOST_LINES = 400
MOST_LINES_OF_FUNCTION = 40

# Written in pieces, or this file would be the first to break its own rule.
MACHINE_PATHS = re.compile(
    r"(?<![\w.])/(?:"
    + "|".join(["ro" + r"ot", "wo" + "rk", "tm" + r"p/w", "op" + "t/pypi"])
    + r")/"
    r"|/(?:ho" + r"me|Us" + r"ers)/(?!you\b|me\b|user\b|name\b)[a-z]\w*/"
)
REGISTRY_HOSTS = re.compile(
    "|".join(
        [
            "registry" + r"\.npmjs\.",
            "registry" + r"\.yarnpkg\.",
            "files" + r"\.pythonhosted\.",
            "py" + r"pi\.org/simple",
            "deb" + r"\.debian\.",
            "cdn" + r"\.jsdelivr\.",
            "un" + r"pkg\.com",
            "cdn" + r"js\.cloudflare\.",
        ]
    )
)
MADE = re.compile(
    r"^(node_modules|dist|build|\.venv)/|/_client/|__pycache__|\.(pyc|whl|egg-info|tgz|log)$"
)
BINARY = {".png", ".ico", ".webp", ".woff2", ".zip", ".gif", ".jpg"}


def names() -> list[PurePosixPath]:
    return [PurePosixPath(path.relative_to(ROOT).as_posix()) for path in tracked()]


def texts() -> list[tuple[str, str]]:
    """Return every committed text with its name."""
    return [
        (str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in tracked()
        if path.suffix not in BINARY
    ]


def sources(*suffixes: str) -> list[Path]:
    return [path for path in tracked() if path.suffix in suffixes]


def matches(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert matches(MACHINE_PATHS) == []


def test_no_file_names_the_host_of_a_registry() -> None:
    assert matches(REGISTRY_HOSTS) == []


@pytest.mark.parametrize("text", ["cp /ro" + "ot/x .", "see /ho" + "me/anna/x", "/Us" + "ers/bo/y"])
def test_a_machine_path_is_recognised(text: str) -> None:
    assert MACHINE_PATHS.search(text)


def test_the_lock_of_the_node_packages_names_versions_and_checksums_only() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    installed = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in installed.items() if "resolved" in entry] == []
    assert [name for name, entry in installed.items() if "integrity" not in entry] == []


def test_node_packages_are_pinned() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert {n: v for n, v in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", v)} == {}


def test_nothing_that_is_made_is_committed() -> None:
    assert [str(name) for name in names() if MADE.search(str(name))] == []


def test_files_are_short_enough_to_read() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in sources(".py", ".js", ".mjs", ".css", ".sh")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_python_functions_are_short_enough_to_read() -> None:
    checked = [path for path in sources(".py") if not path.is_relative_to(ROOT / "tests")]
    long = [
        f"{path.parent}/{name}: {lines}"
        for path in checked
        for name, lines in functions(path)
        if lines > MOST_LINES_OF_FUNCTION
    ]
    assert long == []


def test_a_function_is_counted_without_its_docstring_comments_and_blank_lines(
    tmp_path: Path,
) -> None:
    path = tmp_path / "sample.py"
    path.write_text('def f():\n    """Say\n    much."""\n\n    # Why.\n    return (\n        1)\n')
    assert list(functions(path)) == [("sample.py:1 f", 3)]


def eslint(source: str, name: str) -> list[str]:
    """Return the rules that *source* breaks if it stood in the file *name*."""
    script = ROOT / "node_modules" / "eslint" / "bin" / "eslint.js"
    command = [node(), str(script), "--stdin", "--stdin-filename", name, "--format", "json"]
    result = subprocess.run(
        command, cwd=ROOT, input=source, capture_output=True, text=True, check=False
    )
    (told,) = json.loads(result.stdout)
    return [str(message["ruleId"]) for message in told["messages"]]


def test_javascript_keeps_the_rules() -> None:
    script = ROOT / "node_modules" / "eslint" / "bin" / "eslint.js"
    command = [node(), str(script), "--max-warnings", "0", "."]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_long_javascript_function_breaks_a_rule() -> None:
    body = "".join(f"  call({number});\n" for number in range(MOST_LINES_OF_FUNCTION))
    assert "max-lines-per-function" in eslint(f"export function f(call) {{\n{body}}}\n", "js/x.js")


@pytest.mark.parametrize(
    "call", ["a.appendChild(b)", "a.replaceChildren()", "a.insertBefore(b, c)"]
)
def test_only_dom_js_writes_the_tree(call: str) -> None:
    source = f"export const f = (a, b, c) => [{call}, b, c];\n"
    assert eslint(source, "js/events.js") == ["no-restricted-syntax"]
    assert eslint(source, "js/dom.js") == []


def test_only_dom_js_moves_what_stands_in_the_tree() -> None:
    source = "export const f = (a, b, c) => a.insertBefore(b, c);\n"
    assert eslint(source, "js/template.js") == ["no-restricted-syntax"]


@pytest.mark.parametrize("write", ['a.innerHTML = "x"', 'a.insertAdjacentHTML("beforeend", "x")'])
def test_no_file_makes_markup_from_text(write: str) -> None:
    assert eslint(f"export const f = (a) => {{ {write}; }};\n", "js/dom.js") == [
        "no-restricted-syntax"
    ]


@pytest.mark.parametrize("write", ['a.style.color = "red"', 'a.style.cssText = "color: red"'])
def test_no_file_writes_an_inline_style(write: str) -> None:
    assert set(eslint(f"export const f = (a) => {{ {write}; }};\n", "js/dom.js")) == {
        "no-restricted-syntax"
    }
