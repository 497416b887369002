"""The browser room can be imported anywhere, and says where it works."""

from __future__ import annotations

import pytest

from tempestweb_wasm import Text, run
from tempestweb_wasm.browser import attach
from tempestweb_wasm.browser.page import check_version
from tempestweb_wasm.errors import PyodideVersionError, RuntimeSetupError


def test_run_on_a_desktop_says_what_to_do_instead() -> None:
    with pytest.raises(RuntimeSetupError, match="tempestweb dev --mode wasm"):
        run(lambda: None, lambda app: Text(content=""))


def test_attaching_on_a_desktop_is_refused() -> None:
    with pytest.raises(RuntimeSetupError, match="a page that has Pyodide"):
        attach(lambda app, text: None)


@pytest.mark.parametrize("version", ["0.28.3", "0.29.0", "313.9", "dev"])
def test_an_older_pyodide_is_refused_with_its_version(version: str) -> None:
    with pytest.raises(PyodideVersionError, match=f"has Pyodide {version} .* needs 314 or later"):
        check_version(version)


@pytest.mark.parametrize("version", ["314.0.7", "314.0.0a1", "315.1.dev0"])
def test_a_pyodide_that_is_new_enough_is_taken(version: str) -> None:
    check_version(version)
