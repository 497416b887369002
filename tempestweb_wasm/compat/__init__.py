"""Runs apps that were written for ``tempest_core`` and ``tempestweb``, unedited.

Their imports are answered with what there is here, under the names that they use;
``docs/compat.md`` lists them. No package of those names is shipped: the modules exist
only in memory, and where the real packages are installed they stay as they are.

The loader of apps maps the imports of an app's own files by :func:`home`, also those
inside functions that run later. Where there is no loader (a test, a notebook, a page),
:func:`install` or ``with active():`` maps them for the whole interpreter.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tempestweb_wasm.compat._finder import (
    PEERS,
    PeerFinder,
    PeerModule,
    fold_away_app_help,
    is_peer,
)

__all__ = ["PEERS", "active", "home", "install", "is_installed", "uninstall"]

_HOME = f"{__name__}."


def install() -> None:
    """Answer ``import tempest_core`` and ``import tempestweb`` everywhere. Harmless twice.

    Ours win over installed packages of those names, also over imported ones, which are
    put back by :func:`uninstall`. A name that there is not raises ``ImportError``, a
    submodule ``ModuleNotFoundError``; both say what comes nearest. ::

        from tempestweb_wasm import compat
        from tempestweb_wasm.testing import Client

        with compat.active():
            import their_app
        Client.of(their_app)
    """
    if _installed() is not None:
        return
    others = {name: module for name, module in sys.modules.items() if is_peer(name)}
    for name in others:
        del sys.modules[name]
    sys.meta_path.insert(0, PeerFinder(shadowed=others))


def uninstall() -> None:
    """Undo :func:`install`: ours leave ``sys.modules``, what they hid returns. Harmless twice."""
    finder = _installed()
    if finder is None:
        return
    sys.meta_path.remove(finder)
    mine = [n for n, m in sys.modules.items() if is_peer(n) and isinstance(m, PeerModule)]
    for name in mine:
        del sys.modules[name]
    sys.modules.update(finder.shadowed)
    fold_away_app_help()


def is_installed() -> bool:
    """Whether imports of the peers' names are answered everywhere now."""
    return _installed() is not None


@contextmanager
def active() -> Iterator[None]:
    """Have :func:`install` in force for a ``with`` block; inside another one it changes nothing."""
    outer = is_installed()
    install()
    try:
        yield
    finally:
        if not outer:
            uninstall()


def home(name: str) -> str | None:
    """Return where ours of the module *name* can be imported whether installed or not.

    ``"tempest_core.style"`` → ``"tempestweb_wasm.compat.tempest_core.style"``; None for a
    module that is not the peers'. Nothing else in the interpreter sees a difference, so
    this is what a loader writes in the place of the name. It promises no such module:
    importing one that there is not raises ``ModuleNotFoundError``.
    """
    if not is_peer(name):
        return None
    if not any(isinstance(f, PeerFinder) and f.prefix == _HOME for f in sys.meta_path):
        sys.meta_path.insert(0, PeerFinder(prefix=_HOME))
    return _HOME + name


def _installed() -> PeerFinder | None:
    found = (f for f in sys.meta_path if isinstance(f, PeerFinder) and not f.prefix)
    return next(found, None)
