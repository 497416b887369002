"""Values kept in the visitor's browser, as JSON, for this app.

They stay until they are removed, or the visitor clears what the site keeps; all tabs see
the same. That is the browser's ``localStorage``: about 5 MB for all apps of one host, and
other apps of the same host could read it. What comes back is the visitor's word: on a
server check it as you would a form. For an app's whole state see ``persist``.
"""

from __future__ import annotations

from typing import Any, TypeVar, overload

from pydantic import TypeAdapter

from tempestweb_wasm.core.app import App
from tempestweb_wasm.errors import NativeFailedError
from tempestweb_wasm.native._calls import PATIENCE, calls

T = TypeVar("T")


@overload
async def get(app: App[Any], key: str, kind: type[T]) -> T | None: ...
@overload
async def get(app: App[Any], key: str) -> Any: ...
@overload
async def get(app: App[Any], key: str, kind: Any) -> Any: ...
async def get(app: App[Any], key: str, kind: Any = Any) -> Any:
    """Return what is kept under *key*, None for nothing.

    *kind* is its type, whatever pydantic can read from JSON (what type checkers know no class
    for, as ``int | str``, gives them ``Any``). Raises ``NativeAnswerError``
    when it is of another.
    """
    return await calls(app).call("storage.get", {"key": key}, kind | None, PATIENCE)


async def set(app: App[Any], key: str, value: Any) -> None:  # noqa: A001  as of any mapping
    """Keep *value* under *key*: JSON, pydantic models, dataclasses, dates and the like.

    JSON has no NaN and no infinity: they are kept as None.
    Raises ``NativeFailedError`` when it can't be JSON, when the browser has no room for it or
    keeps nothing at all (private windows of some).
    """
    try:
        lowered = _ANY.dump_python(value, mode="json")
    except (ValueError, RecursionError) as error:
        raise NativeFailedError("storage.set", f"{key!r} can't be JSON: {error}") from None
    await calls(app).call("storage.set", {"key": key, "value": lowered}, type(None), PATIENCE)


async def remove(app: App[Any], key: str) -> None:
    """Keep nothing under *key* any more."""
    await calls(app).call("storage.remove", {"key": key}, type(None), PATIENCE)


async def keys(app: App[Any]) -> list[str]:
    """Return the keys of this app, sorted."""
    return sorted(await calls(app).call("storage.keys", {}, list[str], PATIENCE))


_ANY: TypeAdapter[Any] = TypeAdapter(Any)
