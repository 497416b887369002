"""From a message to the JSON that travels, and back, by the type that was declared."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tempestweb_wasm.errors import MessageError

LONGEST = 64 * 1024
"""Characters that a message may have as JSON."""


class Codec:
    """Writes and reads values of the type *kind*; None stands for any JSON value.

    *where* says in messages whose values they are. Raises ``MessageError`` for a type that
    can't be JSON.
    """

    def __init__(self, kind: Any) -> None:
        self._title = str(getattr(kind, "__name__", kind or "JSON"))
        self._dump: Callable[[Any], str] = _plain
        self._load: Callable[[str], Any] = json.loads
        if kind is not None:
            # Only for apps that have types here: making a schema takes its time.
            from pydantic import TypeAdapter

            try:
                adapter = TypeAdapter(kind)
            except Exception as error:  # pydantic has several, and a type may bring its own
                reason = str(error).partition("\n")[0]
                raise MessageError(f"a channel can't carry {self._title}: {reason}") from error
            self._dump = lambda value: adapter.dump_json(value, warnings="error").decode()
            self._load = adapter.validate_json

    def text(self, value: Any, where: str) -> str:
        """Return *value* as it travels; raises ``MessageError``."""
        try:
            text = self._dump(value)
            text.encode()  # half of a surrogate pair is text to Python, and to nothing that sends
            # pydantic writes many a value that is not of the type; nobody could read it.
            self._load(text)
        except Exception as error:  # what a serializer of the app's own may raise
            raise MessageError(
                f"{where} carries {self._title}, and was given {type(value).__name__}: {error}"
            ) from error
        if len(text) > LONGEST:
            raise MessageError(
                f"{where} was given a {self._title} of {len(text):,} characters as JSON, and "
                f"carries {LONGEST:,}: store what is long, and publish where it is."
            )
        return text

    def value(self, text: str, where: str) -> Any:
        """Return what :meth:`text` was given, checked; raises ``MessageError``."""
        try:
            return self._load(text)
        except Exception as error:  # validators of the app's own
            raise MessageError(f"{where} brought no {self._title}: {error}") from error


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
