"""A session as a store holds it: the state as JSON, and what it takes to go on elsewhere."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import Any

from tempestweb_wasm.core.app import App, AppSource, Context
from tempestweb_wasm.core.persist import Keeper, Persist, kind_of
from tempestweb_wasm.errors import StateNotReadError, StateNotSavedError

VERSION = 1
"""Of the form of :meth:`StoredSession.text`; another one is not read."""

log = logging.getLogger("tempestweb_wasm")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """What a store holds of a session.

    ``state`` is the text of a :class:`~tempestweb_wasm.core.persist.Keeper`, made together
    with ``acked``, the number of the last event that it holds, in ``epoch``. ``final`` says
    that nothing ran after it was stored. ``context`` is where the app was opened, without
    its user: whoever resumes it has checked that.
    """

    state: str
    epoch: int = 1
    acked: int = 0
    final: bool = False
    context: Context = field(default_factory=Context)

    def text(self) -> str:
        """Return it as JSON."""
        context = self.context
        about = {"path": context.path, "query": dict(context.query), "locale": context.locale}
        head: dict[str, Any] = {
            "version": VERSION,
            "epoch": self.epoch,
            "acked": self.acked,
            "context": about,
        }
        head["final"] = self.final
        return f'{json.dumps(head, ensure_ascii=False)[:-1]},"state":{self.state}}}'

    def acked_after(self, sent: int) -> int:
        """Number of the last event that must not run again, for a client that sent *sent*.

        A process that died may have run what it had not stored yet: what its client had
        sent is then never run a second time.
        """
        return self.acked if self.final else max(self.acked, sent)

    @classmethod
    def read(cls, text: str, user: Any = None) -> StoredSession:
        """Return what :meth:`text` wrote, with *user* in the context.

        Raises ``StateNotReadError``.
        """
        try:
            stored = json.loads(text)
            if stored["version"] != VERSION:
                raise StateNotReadError(f"a session of the form {stored['version']!r} is stored")
            return cls(
                state=json.dumps(stored["state"], ensure_ascii=False),
                epoch=int(stored["epoch"]),
                acked=int(stored["acked"]),
                final=bool(stored["final"]),
                context=Context(**stored["context"], user=user),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise StateNotReadError(f"what is stored is no session: {error!r}") from error


class SessionKeeper:
    """Writes and reads the states of one app's sessions; one for all of them.

    The type is what ``make_state`` says it returns, else that of the first state. A state
    that can't be JSON is logged once: its sessions live in memory only.
    """

    def __init__(self, source: AppSource[Any]) -> None:
        self._persist = source.persist or Persist()
        self._kind = kind_of(source.make_state)
        self._keeper: Keeper | None = None
        self._problem: StateNotSavedError | None = None

    def store(self, app: App[Any], epoch: int, acked: int, *, final: bool) -> StoredSession:
        """Return the session of *app* as it is now; raises ``StateNotSavedError``."""
        state = app.state
        try:
            written = self._for(state).text(state)
        except StateNotSavedError as error:
            self._say(error)
            raise
        return StoredSession(
            state=written, epoch=epoch, acked=acked, final=final, context=app.context
        )

    def state(self, stored: StoredSession) -> Any:
        """Return the state in *stored*, for :meth:`Session.resume`; raises ``StateNotReadError``.

        A state whose type ``make_state`` does not say can't be read before one was made.
        """
        if self._keeper is None and self._kind is None:
            raise StateNotReadError(
                "make_state does not say what it returns, so a stored state has no type: "
                "annotate it (def make_state() -> State)."
            )
        try:
            return self._for(None).state(stored.state)
        except StateNotSavedError as error:
            raise StateNotReadError(str(error)) from error

    def _for(self, state: Any) -> Keeper:
        if self._keeper is None:
            if self._problem is not None:
                raise self._problem
            kind = type(state) if self._kind is None else self._kind
            self._keeper = Keeper(kind, self._persist)
        return self._keeper

    def _say(self, error: StateNotSavedError) -> None:
        if self._problem is None:
            self._problem = error
            log.warning(
                "%s Until then sessions of this app live in the memory of one process: they "
                "end with it, and no other worker can take them over.",
                error,
            )
