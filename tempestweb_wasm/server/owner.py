"""Whom a session belongs to: the visitor by the cookie, and the user if the app has any."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from tempestweb_wasm.errors import RuntimeSetupError
from tempestweb_wasm.runtime.stored import StoredSession


def identity(user: Any) -> str:
    """Return who *user* is, ``""`` for nobody: a text or a number itself, else its ``id``.

    Raises ``RuntimeSetupError`` for a user that has none: a session could not be kept from
    the next one.
    """
    if user is None:
        return ""
    if isinstance(user, str | int):
        return f"{type(user).__name__}:{user}"
    found = user.get("id") if isinstance(user, Mapping) else getattr(user, "id", None)
    if isinstance(found, str | int):
        return f"{type(user).__name__}:{found}"
    raise RuntimeSetupError(
        f"the dependency given as user= returned a {type(user).__name__} without an id: return a "
        "text, a number, or something with an id that is one."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whom a session was opened for.

    ``inherits`` names the headers without which the page would not have been let in: a line
    that lacks one takes the page's word.
    """

    visitor: str
    user: Any = None
    inherits: Sequence[str] = ()

    def describe(self) -> dict[str, Any]:
        """Return it as JSON data; a user that is more than an id is kept by its identity."""
        plain = self.user if self.user is None or isinstance(self.user, str | int) else None
        return {
            "visitor": self.visitor,
            "who": identity(self.user),
            "user": plain,
            "inherits": self.inherits,
        }


@dataclass(frozen=True, slots=True)
class Record:
    """A session as it lies in a store: whose it is, and the session itself as text.

    ``node`` is the process that holds it in ``epoch``, or held it last: nothing runs there any
    more when it is ``final``.
    """

    visitor: str
    who: str
    user: Any
    inherits: Sequence[str]
    path: str
    session: str
    node: str = ""
    epoch: int = 0
    final: bool = True

    @classmethod
    def of(cls, owner: Owner, path: str, stored: StoredSession, node: str) -> Record:
        """Return the record of *owner*'s session, which was opened at *path*."""
        return cls(
            path=path,
            session=stored.text(),
            node=node,
            epoch=stored.epoch,
            final=stored.final,
            **owner.describe(),
        )

    def text(self) -> str:
        """Return it as JSON."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return json.dumps(named, ensure_ascii=False)

    @classmethod
    def read(cls, text: str | None) -> Record | None:
        """Return what :meth:`text` wrote, None for anything else."""
        if text is None:
            return None
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError):
            return None
