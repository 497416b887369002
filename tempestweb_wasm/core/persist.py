"""Keeping an app's state: typed JSON with a version, checked when it is read again.

Nothing is stored here. Whoever runs an app turns its state into text with a
:class:`Keeper`, puts the text away, and gives it back when the app is started anew.
"""

from __future__ import annotations

import json
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tempestweb_wasm.errors import StateNotReadError, StateNotSavedError, StateTooNewError

if TYPE_CHECKING:
    from pydantic import TypeAdapter


_UNRESOLVED = (NameError, TypeError, AttributeError)
"""What an annotation raises that can't be resolved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Persist:
    """How an app keeps its state; ``persist = True`` beside ``view`` means ``Persist()``.

    ``version`` is an integer from 1 that goes up whenever what is stored can't be read as it
    is any more. ``migrate(data, version)`` then gets the JSON data that an earlier
    version stored, and returns the data of this one. ::

        def migrate(data, version):
            return {"items": data} if version == 1 else data

        persist = Persist(version=2, migrate=migrate)
    """

    version: int = 1
    migrate: Callable[[Any, int], Any] | None = None


class Keeper:
    """Writes and reads one app's state, which is of the type *kind*.

    Raises ``StateNotSavedError`` for a type that can't be JSON.
    """

    def __init__(self, kind: Any, persist: Persist) -> None:
        self._persist = persist
        self._adapter = _adapter(kind)

    def text(self, state: Any) -> str:
        """Return *state* as it is to be stored.

        Raises ``StateNotSavedError`` when it holds what its type does not allow.
        """
        try:
            written = self._adapter.dump_json(state, warnings="error").decode()
        except Exception as error:  # what a serializer of the app's own may raise
            raise StateNotSavedError(f"the state can't be stored: {error}") from error
        return f'{{"version":{self._persist.version},"state":{written}}}'

    def state(self, text: str) -> Any:
        """Return the state that :meth:`text` made *text* from, maybe in an earlier version.

        Raises ``StateNotReadError``.
        """
        wanted = self._persist.version
        try:
            stored = json.loads(text)
            version, data = stored["version"], stored["state"]
        except (ValueError, KeyError, TypeError) as error:
            raise StateNotReadError(f"what is stored is no state: {error}") from error
        if version > wanted:
            raise StateTooNewError(
                f"version {version} of the state is stored, and this app has version {wanted}"
            )
        try:
            if version < wanted:
                if self._persist.migrate is None:
                    raise StateNotReadError(
                        f"version {version} of the state is stored, and this app has version "
                        f"{wanted}: give Persist a migrate function."
                    )
                data = self._persist.migrate(data, version)
            return self._adapter.validate_json(json.dumps(data))
        except StateNotReadError:
            raise
        except Exception as error:  # the app's own migrate, and its types' validators
            raise StateNotReadError(
                f"version {version} of the state can't be read as version {wanted}: "
                f"{type(error).__name__}: {error}"
            ) from error


def kind_of(make_state: Callable[..., Any]) -> Any:
    """Return the type that *make_state* says it returns, None if it says none."""
    try:
        said = typing.get_type_hints(make_state).get("return")
    except _UNRESOLVED:  # it may name what is imported for type checkers only
        return None
    return None if said in {Any, object} else said


def _adapter(kind: Any) -> TypeAdapter[Any]:
    # Only for apps that keep their state: making a schema takes its time.
    from pydantic import TypeAdapter

    try:
        return TypeAdapter(kind)
    except Exception as error:  # pydantic has several, and a type may bring its own
        why = _culprit(kind, TypeAdapter) or str(error).partition("\n")[0]
        raise StateNotSavedError(
            f"{getattr(kind, '__name__', kind)} can't be stored because of {why}: keep what is no "
            "data out of the state, or leave persist away."
        ) from error


def _culprit(kind: Any, adapter: Any) -> str:
    """Name the field that can't be stored, where there are fields."""
    try:
        hints = typing.get_type_hints(kind, include_extras=True)
    except _UNRESOLVED:  # or no class at all
        return ""
    for name, hint in hints.items():
        try:
            adapter(hint)
        except (RuntimeError, TypeError, NameError):  # the bases of pydantic's
            return f"its field {name!r} of the type {getattr(hint, '__name__', hint)}"
    return ""
