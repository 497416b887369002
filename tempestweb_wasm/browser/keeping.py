"""Apps that keep their state: how one is opened again, and when its state is put away.

Right after a change, not too often, and at once on request.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tempestweb_wasm.core.app import AppSource, Context
from tempestweb_wasm.core.persist import Keeper, kind_of
from tempestweb_wasm.errors import (
    AppError,
    StateError,
    StateNotReadError,
    StateNotSavedError,
    StateTooNewError,
)

CHEAP = 0.01
"""A state that is written down in so many seconds goes out before the frame that shows it: a page
that is closed waits for nobody, and what was seen is to be there again."""

LONGEST = 2.0
"""The most seconds from one save of a larger state to the next."""

SHARE = 20
"""One part in so many of the time may go into writing a larger state down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An app as it is to be opened: with what was stored, if that could be read."""

    source: AppSource[Any]
    keeper: Keeper | None = None
    problem: AppError | None = None
    anew: AppSource[Any] | None = None
    """The app without what was stored, when ``source`` has it."""
    too_new: StateTooNewError | None = None
    """Why what is stored stays as it is."""


def opening(source: AppSource[Any], context: Context, text: str | None) -> Opening:
    """Return how to open *source* when *text* is stored; what is stored never stops it."""
    persist = source.persist
    if persist is None:
        return Opening(source=source)
    kind = kind_of(source.make_state)
    if kind is None:
        try:
            state = source.state(context)
        except Exception as error:
            raise StateError(f"make_state raised {type(error).__name__}: {error}") from error
        kind, source = type(state), replace(source, make_state=lambda: state)
    try:
        keeper = Keeper(kind, persist)
    except StateNotSavedError as error:
        return Opening(source=source, problem=error)
    if text is None:
        return Opening(source=source, keeper=keeper)
    try:
        restored = keeper.state(text)
    except StateTooNewError as error:
        return Opening(source=source, too_new=error)
    except StateNotReadError as error:
        return Opening(source=source, keeper=keeper, problem=error)
    with_it = replace(source, make_state=lambda: restored)
    return Opening(source=with_it, keeper=keeper, anew=source)


class Keeping:
    """Saves one app's state: *read* gets it, *save* takes the text, *report* hears of errors."""

    def __init__(
        self,
        keeper: Keeper,
        read: Callable[[], Any],
        save: Callable[[str], None],
        report: Callable[[StateNotSavedError], None],
    ) -> None:
        self._keeper = keeper
        self._read = read
        self._save = save
        self._report = report
        self._timer: asyncio.TimerHandle | None = None
        self._pause = 0.0
        # The least of the last three counts: a first time, or a busy machine, says nothing.
        self._costs = deque([0.0] * 3, maxlen=3)
        self._last = float("-inf")
        self._saved = ""
        self._said: set[str] = set()

    def touch(self) -> None:
        """The state changed: save it after this turn of the loop, or when the pause is over."""
        if self._timer is not None:
            return
        wait = max(0.0, self._last + self._pause - time.monotonic())
        self._timer = asyncio.get_running_loop().call_later(wait, self._due)

    def before_frame(self) -> None:
        """A frame is about to show the change."""
        if self._pause == 0:
            self.flush()

    def flush(self) -> None:
        """Save now what is not saved yet."""
        if self._timer is not None:
            self._timer.cancel()
            self._due()

    def taken(self, text: str) -> Any:
        """Return the state that *text* says, which is stored already.

        Raises ``StateNotReadError``, for one, when a later version of the app wrote it.
        """
        state = self._keeper.state(text)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        # Not *text*: two tabs of a set, in two orders, would take each other's for ever.
        self._saved = self._keeper.text(state)
        return state

    def failed(self, reason: str) -> None:
        """The page could not store it. The next change tries again."""
        self._saved = ""
        self._tell(StateNotSavedError(f"the browser did not store the state: {reason}"))

    def _due(self) -> None:
        self._timer = None
        self._last = time.monotonic()
        try:
            text = self._keeper.text(self._read())
        except StateNotSavedError as error:
            self._tell(error)
            return
        self._costs.append(time.monotonic() - self._last)
        cost = min(self._costs)
        self._pause = 0.0 if cost < CHEAP else min(LONGEST, SHARE * cost)
        if text != self._saved:
            self._saved = text
            self._save(text)

    def _tell(self, error: StateNotSavedError) -> None:
        """Report *error* once, not after each key press."""
        if str(error) not in self._said:
            self._said.add(str(error))
            self._report(error)
