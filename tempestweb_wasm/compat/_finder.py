"""The modules of the peers' names: found, made and filled when an app imports them.

What they hold is looked up in ``_catalog``, which is loaded with the first of them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from tempestweb_wasm.compat._catalog import Contents

PEERS = ("tempest_core", "tempestweb")
"""The packages whose names are answered."""


def is_peer(name: str) -> bool:
    """Whether *name* is one of the peers' packages or a module in one."""
    return name.partition(".")[0] in PEERS


def fold_away_app_help() -> None:
    """Take back what loading a peer's module added to ``App``, once none is loaded any more."""
    helper = sys.modules.get(f"{__package__}._app")
    if helper is not None and not any(isinstance(m, PeerModule) for m in sys.modules.values()):
        helper.uninstall()


class PeerModule(ModuleType):
    """A module of a peer's name, filled with what there is here."""

    def __init__(self, name: str, peer: str, contents: Contents) -> None:
        super().__init__(name, f"{peer}, as far as tempestweb_wasm has it: see docs/compat.md.")
        self.__peer__ = peer
        self.__contents__ = contents
        self.__all__ = list(contents.public)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__peer__!r} has no attribute {name!r}")
        contents = self.__contents__
        if name in contents.names:
            return contents.names[name]
        if name in contents.submodules:
            return import_module(f"{self.__name__}.{name}")
        from tempestweb_wasm.compat._missing import missing_name

        text = missing_name(self.__peer__, name, contents.names)
        if sys._getframe(1).f_globals.get("__name__") == "importlib._bootstrap":
            # `from … import name` looks here first. An AttributeError would let it go on
            # and end in a message of its own, that names no way out.
            raise ImportError(text, name=self.__peer__)
        raise AttributeError(text, name=name, obj=self)

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *self.__all__, *self.__contents__.submodules})


class PeerFinder:
    """Finds the peers' modules: under their own names, or below *prefix*.

    *shadowed* are the modules that the peers' names stood for before.
    """

    def __init__(
        self, *, prefix: str = "", shadowed: Mapping[str, ModuleType] | None = None
    ) -> None:
        self.prefix = prefix
        self.shadowed = dict(shadowed or {})

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of a module of the peers; ``ModuleNotFoundError`` if it is lacking."""
        peer = name.removeprefix(self.prefix)
        if not name.startswith(self.prefix) or not is_peer(peer):
            return None
        from tempestweb_wasm.compat import _catalog

        contents = _catalog.contents(peer)
        if contents is None:
            from tempestweb_wasm.compat._missing import missing_module

            text = missing_module(peer, _catalog.canonical(peer), _catalog.MODULES)
            raise ModuleNotFoundError(text, name=peer)
        # Not a subclass of importlib.abc.Loader, which would cost each page its import.
        loader = cast(Any, _PeerLoader(peer, contents))
        return ModuleSpec(name, loader, origin=__name__, is_package=True)


class _PeerLoader:
    def __init__(self, peer: str, contents: Contents) -> None:
        self._peer = peer
        self._contents = contents

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return PeerModule(spec.name, self._peer, self._contents)

    def exec_module(self, module: ModuleType) -> None:
        from tempestweb_wasm.compat import _app

        _app.install()
