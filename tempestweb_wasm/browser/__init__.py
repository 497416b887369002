"""Entry points in the page: the one room that knows the browser and Pyodide.

The modules import ``js`` and ``pyodide`` where they use them, not at their top, so that
``from tempestweb_wasm import run`` works on a desktop too, where calling it says what to
do instead.
"""

from __future__ import annotations

from tempestweb_wasm.browser.bridge import Bridge, attach
from tempestweb_wasm.browser.start import Running, run

__all__ = ["Bridge", "Running", "attach", "run"]
