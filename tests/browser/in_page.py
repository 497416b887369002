"""Tests that run inside the page, with the built wheel and pytest loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from pytest_pyodide import run_in_pyodide

Test = TypeVar("Test", bound=Callable[..., Any])

PACKAGES = ("tempestweb-wasm", "pytest")


def in_page(test: Test) -> Test:
    """Send the body of *test* to the page and run it there.

    pytest-pyodide keeps the code only of files in which it finds its own decorator's name.
    """
    return cast(Test, run_in_pyodide(packages=list(PACKAGES))(test))
