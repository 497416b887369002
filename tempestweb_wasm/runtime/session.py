"""One running app: events in, frames out.

A session does no I/O: it is given a function that takes each frame as a string and
must not block. Everything happens in the event loop it was made in.

Each numbered event gets exactly one acknowledging frame when its handler first
suspends or returns. Events start in order; an ``async`` handler does not hold up the
next one once it has suspended.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tempestweb_wasm.core import events
from tempestweb_wasm.core.app import FAULTS, App, AppSource, Context, is_cancelled
from tempestweb_wasm.core.memo import Memo
from tempestweb_wasm.core.mount import Tree
from tempestweb_wasm.core.reconcile import reconcile, replay
from tempestweb_wasm.errors import SequenceError, TempestError, WireError
from tempestweb_wasm.runtime import faults, serialize
from tempestweb_wasm.runtime.handlers import Call, FirstStep, resolve, watched
from tempestweb_wasm.runtime.links import Asks, Links, OneLine

if TYPE_CHECKING:
    from tempestweb_wasm.core.channel import Channel, OpenRooms

S = TypeVar("S")

log = logging.getLogger("tempestweb_wasm")


class Session(Generic[S]):
    """One running app.

    *source* is the app, *send* takes each frame. With *dev* error frames carry
    tracebacks. *read_file* fetches bytes of picked files where the host can; *channels* opens
    the lines to other sessions, when the app first asks for one; *asks* carries what the page
    is asked for, where its line may break.
    Use: :meth:`start` once, :meth:`receive` for each string of the client, :meth:`aclose`.
    """

    def __init__(
        self,
        source: AppSource[S],
        send: Callable[[str], None],
        *,
        context: Context | None = None,
        dev: bool = False,
        read_file: events.ReadFile | None = None,
        channels: OpenRooms | None = None,
        asks: Asks | None = None,
    ) -> None:
        self._source = source
        self._send = send
        self._context = context or Context()
        self._dev = dev
        self._read_file = read_file
        self.links = Links(channels, asks or OneLine(send), self.report, self._flush_soon)
        self._loop = asyncio.get_running_loop()
        self._tree = Tree(Memo(log.warning if dev else None))
        self._app: App[S] | None = None
        self._inbox: deque[dict[str, Any] | WireError] = deque()
        self._starting = False
        self._busy = False
        self._dirty = False
        self._flush_due = False
        self._handlers: set[asyncio.Task[None]] = set()
        self._sent = 0
        self._acked = 0
        self._held = False
        self._owed = False
        self._untold: TempestError | None = None
        self._closed = False

    @property
    def app(self) -> App[S] | None:
        """The app, once ``make_state`` has gone well."""
        return self._app

    @property
    def tree(self) -> Tree:
        """What is mounted; to read, not to change."""
        return self._tree

    @property
    def acked(self) -> int:
        """Number of the last event whose handler has suspended or returned."""
        return self._acked

    @property
    def idle(self) -> bool:
        """True when no event waits, no handler runs and nothing is left to render."""
        return not (self._inbox or self._starting or self._handlers or self._dirty)

    def start(self, *, awake: bool = True) -> None:
        """Make the state and send the first view: one Replace at ``[]``.

        Unless *awake* the app's hooks wait for :meth:`wake`: nobody is there yet.
        """
        try:
            state = self._source.state(self._context)
        except FAULTS as error:
            self._fail(faults.state_error(error))
            return
        self.resume(state, awake=awake)

    def resume(self, state: S, acked: int = 0, *, awake: bool = True) -> None:
        """Start with *state*, which was stored, in the place of :meth:`start`.

        ``make_state`` is not called; ids are counted anew, in document order. Events up to
        the number *acked* ran before, and do not run again.
        """
        self._acked = acked
        self._app = self._tree.app = App(state, self, self._context)
        self._dirty = True
        self._flush()
        if awake:
            self._app.start()

    def wake(self) -> None:
        """Run the ``on_start`` hooks of a session that was not started awake. Harmless twice."""
        if self._app is not None:
            self._app.start()

    def receive(self, text: str) -> None:
        """Take one frame from the client. Never raises: what can't be used is refused."""
        if self._closed:
            return
        try:
            frame = serialize.decode(text)
        except WireError as error:
            self.refuse(error)
            return
        if frame["kind"] == "event":
            self.take(frame)
        elif frame["kind"] == "ping":
            self._send(serialize.PING)
        else:
            self.links.heard(frame)

    def take(self, frame: dict[str, Any]) -> None:
        """Take an event that is decoded already; after :meth:`aclose` it is dropped."""
        if not self._closed:
            self._inbox.append(frame)
            self._pump()

    def refuse(self, error: WireError) -> None:
        """Tell the client that what it sent can't be used; an event with a number is answered
        in its turn, and done."""
        if self._closed:
            return
        if error.event is None:
            self._fail(error)
        else:
            self._inbox.append(error)
            self._pump()

    def hold(self) -> None:
        """Render and send nothing until :meth:`release`: the client does not keep up."""
        self._held = True

    def release(self) -> None:
        """End :meth:`hold`: one frame for all that changed, or for the events it answers."""
        if not self._held or self._closed:
            return
        self._held = False
        owed, self._owed = self._owed, False
        untold, self._untold = self._untold, None
        if untold is not None:
            self._fail(untold, again=True)
            owed = False
        if not self._flush() and owed:
            self._acknowledge()

    def resync(self) -> None:
        """Send the whole tree as one root Replace, though the session be held."""
        self._resync(None)

    async def aclose(self) -> None:
        """End handlers and tasks, run the ``on_stop`` hooks. Harmless twice."""
        if self._closed:
            return
        self._closed = True
        self._inbox.clear()
        running = [t for t in self._handlers if t is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._starting = False
        if self._app is not None:
            await self._app.stop()
        await self.links.aclose()

    def invalidate(self) -> None:
        """The state changed: one frame for all changes in this turn of the loop."""
        self._dirty = True
        self._flush_soon()

    def _flush_soon(self) -> None:
        if not self._busy and not self._flush_due:
            self._flush_due = True
            self._loop.call_soon(self._flush_later)

    def report(self, error: BaseException, where: str) -> None:
        """A handler or task of the app failed; the session goes on."""
        self._fail(faults.handler_error(error, where))

    def channel(self, name: str | None, kind: Any) -> Channel[Any]:
        """A line to other sessions; see :meth:`App.channel`."""
        return self.links.channel(self._app, name, kind)

    def native(self, opened: Callable[[Any], Any]) -> Any:
        """Calls to the page that shows the app; see :meth:`App.native`."""
        return self.links.native(opened)

    # -- events ---------------------------------------------------------------

    def _pump(self) -> None:
        """Start what waits, in order. Applying a frame may itself cause events (a blur,
        when the focused element goes): those are queued, never run inside each other."""
        if self._busy:
            return
        self._busy = True
        try:
            while self._inbox and not self._starting:
                self._begin(self._inbox.popleft())
        finally:
            self._busy = False

    def _begin(self, frame: dict[str, Any] | WireError) -> None:
        seq: int | None = frame.event if isinstance(frame, WireError) else frame.get("seq")
        if seq is not None and seq <= self._acked:
            self._acknowledge()  # a repeated event: it ran; only its ack was lost
        elif seq is not None and seq != self._acked + 1:
            self._fail(SequenceError(f"event {seq} came after event {self._acked}"))
        elif isinstance(frame, WireError):
            self._settle(seq, frame)
        elif frame["data"]["type"] == "resync":
            self._resync(seq)
        else:
            self._handle(frame["data"], seq)

    def _handle(self, data: dict[str, Any], seq: int | None) -> None:
        try:
            call = resolve(self._tree, data, self._read_file)
        except WireError as error:
            self._settle(seq, error)
            return
        if call is None:
            self._settle(seq)
        else:
            self._run(call, seq)

    def _run(self, call: Call, seq: int | None) -> None:
        began = time.perf_counter()
        failed: Exception | None = None
        result: Any = None
        try:
            result = call.run()
        except FAULTS as error:
            failed = faults.handler_error(error, call.name)
        watched(call, time.perf_counter() - began, dev=self._dev)
        if failed is None and inspect.isawaitable(result):
            self._starting = True
            task = self._loop.create_task(self._finish(result, call, seq), name=call.name)
            self._handlers.add(task)
            task.add_done_callback(self._handlers.discard)
            if isinstance(result, Coroutine):
                # A task that is cancelled before its first step never touches it.
                task.add_done_callback(lambda _: result.close())
            return
        self._settle(seq, failed)

    async def _finish(self, work: Awaitable[Any], call: Call, seq: int | None) -> None:
        started = False
        began = time.perf_counter()

        def settle(error: BaseException | None) -> None:
            nonlocal started
            started = True
            watched(call, time.perf_counter() - began, dev=self._dev)
            self._starting = False
            failed = None if error is None else faults.handler_error(error, call.name)
            self._settle(seq, failed)
            self._pump()

        try:
            await FirstStep(work, settle)
        except FAULTS as error:
            if is_cancelled(error):
                raise
            if started:
                self.report(error, call.name)
            else:
                settle(error)
        finally:
            if not started:
                settle(None)

    # -- frames ---------------------------------------------------------------

    def _settle(self, seq: int | None, error: Exception | None = None) -> None:
        """Acknowledge event *seq*: by the error, by the patches it led to, or empty."""
        if seq is not None:
            self._acked = seq
        answered = error is not None or seq is None
        if error is not None:
            self._fail(error)
        if not self._flush() and not answered:
            self._acknowledge()

    def _acknowledge(self) -> None:
        if self._held:
            self._owed = True
        else:
            self._frame([], {})

    def _resync(self, seq: int | None) -> None:
        self._held = self._owed = False
        self._untold = None
        if seq is not None:
            self._acked = seq
        if self._tree.root is None or self._dirty:
            self._dirty = self._app is not None
            self._show(quiet=True)
        patches, styles = replay(self._tree)
        self._tree.known_styles = set(styles)  # this client may have lost the others
        self._frame(patches, styles)

    def _flush_later(self) -> None:
        self._flush_due = False
        if self._closed:
            return
        was_busy, self._busy = self._busy, True
        try:
            self._flush()
        finally:
            self._busy = was_busy
        self._pump()

    def _flush(self) -> bool:
        """Send what is new to see or to be done; True if a frame was sent."""
        sent = self._show()
        if self.links.commands and not self._held:
            self._frame([], {})
            return True
        return sent

    def _show(self, *, quiet: bool = False) -> bool:
        """Render if the state changed and send what differs; True if a frame was sent."""
        if not self._dirty or self._held or self._app is None:
            return False
        self._dirty = False
        try:
            app, view = self._app, self._source.view
            change = app.rendering(lambda: reconcile(self._tree, view(app)))
        except FAULTS as error:
            self._fail(faults.view_error(error))
            return True
        self._tree.commit(change)
        if self._tree.littered:
            self._loop.call_soon(self._tree.sweep)
        if not change.patches or quiet:
            return False
        self._frame(change.patches, change.styles)
        return True

    def _frame(self, patches: list[dict[str, Any]], styles: dict[str, Any]) -> None:
        self._sent += 1
        frame = serialize.patches_frame(patches, styles, self._sent, self._acked)
        self._send(serialize.encode(self.links.with_commands(frame)))

    def _fail(self, error: Exception, *, again: bool = False) -> None:
        """Log *error* and tell the client; the last good tree stays.

        While frames are held the last one waits: it is the one that the client would show.
        """
        named = error if isinstance(error, TempestError) else faults.view_error(error)
        if not again:
            faults.note(named)
        if self._held:
            self._untold = named
            return
        self._sent += 1
        self._send(faults.frame(named, self._sent, self._acked, dev=self._dev))
