"""Tools for the tests of apps: mount one in plain Python, click, type, look."""

from tempestweb_wasm.testing.client import Client
from tempestweb_wasm.testing.screen import Found

__all__ = ["Client", "Found"]
