"""The command ``tempestweb``: new, dev, build, run and check."""

from tempestweb_wasm.cli.commands import main

__all__ = ["main"]
