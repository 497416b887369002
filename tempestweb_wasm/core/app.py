"""What an app's code holds: its state, and the ways to change it and to run tasks."""

from __future__ import annotations

import asyncio
import inspect
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import CodeType
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, overload

from tempestweb_wasm.core.events import wants_event
from tempestweb_wasm.core.persist import Persist
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.errors import StateError

if TYPE_CHECKING:
    from tempestweb_wasm.core.channel import Channel

S = TypeVar("S")
T = TypeVar("T")

FAULTS = (Exception, asyncio.CancelledError)
"""What an app's code may raise. The second is of something that it asked or waited for, unless
:func:`is_cancelled`."""

LAST_WORDS = 5.0
"""Seconds that an async ``on_stop`` hook may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Where and for whom an app opens: what ``make_state(ctx)`` gets, in every mode.

    ``path`` is below the app's own root and starts with ``/``; ``query`` holds the last
    value of each parameter; ``locale`` is a BCP 47 tag; ``user`` is None where nobody
    signed in (always, in the browser mode).
    """

    path: str = "/"
    query: Mapping[str, str] = field(default_factory=dict)
    locale: str = "en"
    user: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSource(Generic[S]):
    """An app as it was loaded: the two functions and a name to show.

    *address* is that of its files, where it came from some.
    """

    make_state: Callable[..., S]
    view: Callable[[App[S]], Widget]
    name: str = "app"
    title: str = ""
    persist: Persist | None = None
    address: str = ""

    def state(self, context: Context) -> S:
        """Call ``make_state``, with the context if it asks for one."""
        if wants_event(self.make_state):
            return self.make_state(context)
        return self.make_state()


class Host(Protocol):
    """What runs an app; the session of ``runtime`` is one."""

    def invalidate(self) -> None:
        """The state changed: render once before this turn of the loop ends."""

    def report(self, error: BaseException, where: str) -> None:
        """A task of the app failed."""

    def channel(self, name: str | None, kind: Any) -> Channel[Any]:
        """A line to the other clients; None names the one of this route."""

    def native(self, opened: Callable[[Any], T]) -> T:
        """What *opened* makes of the line to the page, once for a session."""


class App(Generic[S]):
    """A running app, given to ``view`` and known to its handlers.

    One per session; ``state`` is whatever ``make_state`` returned.
    """

    def __init__(self, state: S, host: Host, context: Context | None = None) -> None:
        self._state = state
        self._host = host
        self._context = context or Context()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._start_hooks: dict[CodeType | object, Callable[[], Any]] = {}
        self._stop_hooks: dict[CodeType | object, Callable[[], Any]] = {}
        self._started = False
        self._stopped = False
        self._rendering = False
        self.reads = 0
        """How often the state was asked for: a component that did is not skipped."""

    @property
    def state(self) -> S:
        """The state as it is now; change it through :meth:`set_state`."""
        self.reads += 1
        return self._state

    @property
    def context(self) -> Context:
        """Where and for whom the app was opened."""
        return self._context

    def set_state(self, mutator: Callable[[S], object] | None = None) -> None:
        """Change the state in place and render once, before this turn of the loop ends.

        What *mutator* returns is ignored: ``app.set_state(lambda s: s.items.append(x))``.
        If it raises, nothing is rendered for it and the error passes on to the caller.
        Without one, only render. May be called from any thread; from another one than
        the loop's it returns at once and errors are reported, not raised. Raises
        ``StateError`` from inside ``view``.
        """
        if threading.get_ident() != self._thread:
            self._loop.call_soon_threadsafe(self._apply, mutator)
            return
        self._refuse_in_view("set_state")
        if mutator is not None and inspect.iscoroutinefunction(mutator):
            raise StateError(
                f"set_state was given the async function {mutator.__qualname__}: "
                "await first in the handler, then call set_state with a plain function"
            )
        if mutator is not None:
            mutator(self._state)
        self._host.invalidate()

    def replace(self, state: S) -> None:
        """Put *state* in the place of the old one, for states that never change in place."""
        if threading.get_ident() != self._thread:
            self._loop.call_soon_threadsafe(self.replace, state)
            return
        self._refuse_in_view("replace")
        self._state = state
        self._host.invalidate()

    def bind(self, change: Callable[..., object], *args: Any) -> Bound:
        """A handler that calls ``set_state`` with ``change(state, *args)``.

        Two of them with the same function and equal arguments are equal, so that a
        component that gets one can still be skipped::

            Button(label="×", on_click=app.bind(Table.remove, line.id))
        """
        return Bound(self, change, args)

    def spawn(self, work: Coroutine[Any, Any, T], *, name: str | None = None) -> asyncio.Task[T]:
        """Run *work* as a task that ends with the session; an error in it is reported."""
        if self._stopped:
            work.close()
            raise StateError("spawn was called after the app stopped: start tasks in on_start")
        if self._rendering:
            work.close()
        self._refuse_in_view("spawn")
        task = self._loop.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._task_done)
        return task

    async def offload(self, function: Callable[[], T]) -> T:
        """Call *function* where it holds up nobody, and return what it returns.

        That is a thread of the process, on a server and on a desktop; what it raises is
        raised here. It must not touch the state: change that afterwards. In a page there
        are no threads, and it is called at once::

            async def resize() -> None:
                small = await app.offload(lambda: shrink(picture))
                app.set_state(lambda s: s.pictures.append(small))

        A thread can't be stopped: when the session ends, its result is dropped.
        """
        self._refuse_in_view("offload")
        if sys.platform == "emscripten":
            return function()
        return await asyncio.to_thread(function)

    def every(self, seconds: float, function: Callable[[], Any]) -> asyncio.Task[None]:
        """Call *function* (sync or async) every *seconds*, first after one pause.

        Cancel the task to end it; it ends with the session anyway. A call that fails
        is reported and the next one comes in its time. Raises ``ValueError`` unless
        *seconds* is above zero.
        """
        if not seconds > 0:
            raise ValueError(f"every() takes seconds above zero, not {seconds!r}")
        return self.spawn(self._repeat(seconds, function), name=f"every {seconds} s")

    @overload
    def channel(self, name: str | None, kind: type[T]) -> Channel[T]: ...
    @overload
    def channel(self, *, kind: type[T]) -> Channel[T]: ...
    @overload
    def channel(self, name: str | None = None, kind: Any = None) -> Channel[Any]: ...
    def channel(self, name: str | None = None, kind: Any = None) -> Channel[Any]:
        """The channel *name*, a line to all clients of this app, in every process.

        *kind* is the type of its messages: a pydantic model, a dataclass, a union of some,
        whatever pydantic can read from JSON; any JSON value without it. Without a *name* the
        channel of the route: of all who have the same path open. Subscriptions end with the
        session. Raises ``StateError`` inside ``view``, and for a name that was opened for
        another type.
        """
        self._refuse_in_view("channel")
        return self._host.channel(name, kind)

    def native(self, opened: Callable[[Any], T]) -> T:
        """What ``tempestweb_wasm.native`` calls the browser through; apps use that.

        *opened* makes it of the session's ``runtime.links``, once. Raises ``StateError``
        inside ``view``.
        """
        self._refuse_in_view("native")
        return self._host.native(opened)

    def on_start(self, function: Callable[[], T]) -> Callable[[], T]:
        """Run *function* (sync or async) once, after the first view is on its way.

        May stand in ``view`` as a decorator: the same function is taken once only.
        """
        key = _identity(function)
        if key not in self._start_hooks:
            self._start_hooks[key] = function
            if self._started:
                self._loop.call_soon(self._run_hook, function, "on_start")
        return function

    def on_stop(self, function: Callable[[], T]) -> Callable[[], T]:
        """Run *function* (sync or async) once when the session ends, if it ever started: if nobody
        came for the page that it was rendered for, ``on_start`` did not run, and nor does this.

        May stand in ``view`` as a decorator: the latest closure of the same function counts.
        An async one is cancelled after five seconds, and that is reported: on a server the
        session may be wanted elsewhere.
        """
        self._stop_hooks[_identity(function)] = function
        return function

    def _apply(self, mutator: Callable[[S], object] | None) -> None:
        try:
            self.set_state(mutator)
        except FAULTS as error:
            self._host.report(error, "set_state from a thread")

    def _refuse_in_view(self, name: str) -> None:
        if self._rendering:
            raise StateError(
                f"{name} was called while view ran: a view only reads the state; "
                "change it in a handler, or in on_start"
            )

    async def _repeat(self, seconds: float, function: Callable[[], Any]) -> None:
        while True:
            await asyncio.sleep(seconds)
            await guarded(function, self._host.report, f"every({seconds:g})")

    def _task_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        try:
            error = task.exception()
        except asyncio.CancelledError as cancelled:
            error = None if task.cancelling() else cancelled
        if error is not None:
            self._host.report(error, f"task {task.get_name()!r}")

    def _run_hook(self, hook: Callable[[], Any], where: str) -> None:
        try:
            result = hook()
        except FAULTS as error:
            self._host.report(error, where)
            return
        if inspect.isawaitable(result):
            self.spawn(_wait(result), name=where)

    def start(self) -> None:
        """Run the ``on_start`` hooks; for the session, harmless twice."""
        if not self._started:
            self._started = True
            for hook in list(self._start_hooks.values()):
                self._run_hook(hook, "on_start")

    async def stop(self) -> None:
        """End the tasks and run the ``on_stop`` hooks; for the session, harmless twice."""
        if self._stopped:
            return
        self._stopped = True
        tasks = [t for t in self._tasks if t is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for hook in self._stop_hooks.values() if self._started else ():
            await guarded(partial(_last_words, hook), self._host.report, "on_stop")

    def rendering(self, work: Callable[[], T]) -> T:
        """Call *work*, which must not change the state; for the session."""
        self._rendering = True
        try:
            return work()
        finally:
            self._rendering = False


async def _last_words(hook: Callable[[], Any]) -> None:
    result = hook()
    if not inspect.isawaitable(result):
        return
    limit = asyncio.timeout(LAST_WORDS)
    try:
        async with limit:
            await result
    except TimeoutError as error:
        if limit.expired():
            raise TimeoutError(f"it took longer than {LAST_WORDS:g} s") from error
        raise


async def guarded(
    work: Callable[[], Any], report: Callable[[BaseException, str], None], where: str
) -> None:
    """Call *work* (sync or async) and wait for its end; *report* gets what it raises.

    So it does with a ``CancelledError`` that is of something *work* waited for. When the task
    that runs here is cancelled itself, that is raised.
    """
    try:
        result = work()
        if inspect.isawaitable(result):
            await result
    except FAULTS as error:
        if is_cancelled(error):
            raise
        report(error, where)


def is_cancelled(error: BaseException) -> bool:
    """Whether *error* ends the task that runs here, and is of nothing that it waited for."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and (task is None or task.cancelling() > 0)


class Bound:
    """A handler made by :meth:`App.bind`."""

    __slots__ = ("app", "args", "change")

    wants_event = False
    """Asking its signature would take as long as all else that a click needs."""

    def __init__(self, app: App[Any], change: Callable[..., object], args: tuple[Any, ...]) -> None:
        self.app = app
        self.change = change
        self.args = args

    def __call__(self) -> None:
        """Change the state."""
        change, args = self.change, self.args
        self.app.set_state(lambda state: change(state, *args))

    def __repr__(self) -> str:
        return f"<handler {getattr(self.change, '__qualname__', self.change)}{self.args!r}>"


async def _wait(work: Awaitable[T]) -> T:
    return await work


def _identity(function: Callable[..., Any]) -> object:
    """The same for each closure that one ``def`` makes, so that a re-render adds nothing."""
    return getattr(function, "__code__", function)
