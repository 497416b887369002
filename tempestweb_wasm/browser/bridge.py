"""The page and its apps: everything that crosses between JavaScript and Python.

Two functions, strings only, so that the same code serves when Python runs in a worker.
Each takes an app's number and a text; what the page calls is the one proxy that lives as
long as the page. App 0 is the host channel, JSON with an ``op``:

=========  ====================================================================
page →     ``{"op":"start","app":1,"folder":"/apps/counter","module":"app",
           "home":"…","context":{"path","query","locale"},"dev":false}``; with ``"given":3``
           in place of folder, module and home for an app that :func:`run` was given
page →     ``{"op":"stop","app":1}``
page →     ``{"op":"bytes","call":7}`` with the bytes beside it, or with ``"error"``
page →     ``{"op":"stored","app":1,"text"?:"…","error"?:"…"}``, the answer to ``load``; also
           later, when another tab or element has stored a newer state
page →     ``{"op":"hide","app":1}``: the page may not come back, save now
page →     ``{"op":"not_saved","app":1,"error":"…"}``
→ page     ``{"op":"started","app":1,"title":"…","restored"?:true}``, before the app's first frame
→ page     ``{"op":"failed","app":1,"code":"…","message":"…","detail"?:"…"}``
→ page     ``{"op":"load","app":1}``: an app that keeps its state waits for what is stored
→ page     ``{"op":"save","app":1,"text":"…"}``, ``{"op":"set_aside","app":1}``
→ page     ``{"op":"taken","app":1}``, the answer to a later ``stored``: saves before it are older;
           or ``{"op":"outdated","app":1}``: another version stored it, store no more
→ page     ``{"op":"read","app":1,"call":7,"ref":2,"start":0,"end"?:4096}``
=========  ====================================================================

All other numbers carry the frames of ``docs/wire.md``.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tempestweb_wasm.browser.garbage import Garbage
from tempestweb_wasm.browser.keeping import Keeping, Opening, opening
from tempestweb_wasm.browser.page import check_page
from tempestweb_wasm.core import check
from tempestweb_wasm.core.app import App, AppSource, Context
from tempestweb_wasm.errors import (
    AppError,
    AppImportError,
    FrameError,
    StateNotReadError,
    TempestError,
)
from tempestweb_wasm.loader import load_app
from tempestweb_wasm.runtime import faults
from tempestweb_wasm.runtime.session import Session
from tempestweb_wasm.transports.wasm import WasmTransport

if TYPE_CHECKING:
    from tempestweb_wasm.browser.broadcast import TabChannels
    from tempestweb_wasm.core.channel import Rooms

Post = Callable[[int, str], object]
"""``(app number, text)`` into the page."""

HOST = 0
"""The number of the channel that is no app's."""

log = logging.getLogger("tempestweb_wasm")


def attach(post: Post) -> Callable[..., None]:
    """Connect the page: *post* takes what Python says; return what takes what it says.

    Raises ``PyodideVersionError`` when the page's Pyodide is too old.
    """
    check_page("attach()")
    return Bridge(post, Garbage()).receive


class Bridge:
    """The apps of one page. One that fails leaves the others alone."""

    def __init__(self, post: Post, garbage: Garbage | None = None) -> None:
        self._post = post
        # None in an interpreter that somebody else's page started: its settings are its own.
        self._garbage = garbage
        self._apps: dict[int, _RunningApp] = {}
        self._waiting: dict[int, tuple[AppSource[Any], Context, bool]] = {}
        self._given: dict[int, AppSource[Any]] = {}
        self._numbers = itertools.count(1)
        self._reads: dict[int, asyncio.Future[bytes]] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def give(self, source: AppSource[Any]) -> int:
        """Keep *source* for one ``start`` that names the returned number."""
        number = next(self._numbers)
        self._given[number] = source
        return number

    def receive(self, app: int, text: str, data: Any = None) -> None:
        """Take what the page says: a frame for *app*, or a message on the host channel.

        *data* is a JS typed array that goes with the message. Raises ``FrameError`` for a
        host message that can't be understood; what an app does wrong never comes out here.
        """
        if app == HOST:
            self._host(json.loads(text), data)
            return
        running = self._apps.get(app)
        if running is None:
            # Stopped while the page's last event was on its way.
            log.debug("a frame for app %d, which does not run", app)
            return
        running.transport.deliver(text)
        if self._garbage is not None:
            self._garbage.event()

    async def read(self, app: int, ref: int, start: int, end: int | None) -> bytes:
        """Return bytes of a file that the user picked; raises ``OSError`` if it can't be read."""
        call = next(self._numbers)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._reads[call] = answer
        message: dict[str, Any] = {"op": "read", "app": app, "call": call, "ref": ref}
        message["start"] = start
        if end is not None:
            message["end"] = end
        try:
            self._tell(message)
            return await answer
        finally:
            del self._reads[call]

    def _host(self, message: dict[str, Any], data: Any) -> None:
        match message.get("op"):
            case "start":
                self._start(message)
            case "stop":
                self._stop(message["app"])
            case "stored":
                self._restore(message)
            case "hide":
                if (running := self._apps.get(message["app"])) is not None:
                    running.save()
            case "not_saved":
                if (running := self._apps.get(message["app"])) is not None:
                    running.not_saved(message["error"])
            case "bytes":
                self._answer_read(message, data)
            case other:
                raise FrameError(f"the host channel has no op {other!r}")

    def _start(self, message: dict[str, Any]) -> None:
        number = message["app"]
        dev = bool(message.get("dev", False))
        with self._telling(number, dev):
            source = self._source(message)
            if dev:
                check.install()  # after the app is loaded: its own widgets are checked too
            context = Context(**message.get("context", {}))
            if source.persist is None:
                self._open(number, Opening(source=source), context, dev)
            else:
                self._waiting[number] = (source, context, dev)
                self._tell({"op": "load", "app": number})

    def _restore(self, message: dict[str, Any]) -> None:
        number = message["app"]
        if number not in self._waiting:
            if (running := self._apps.get(number)) is not None:
                self._take(number, running, message["text"])
            return
        source, context, dev = self._waiting.pop(number)
        if "error" in message:
            log.warning("app %d starts anew: %s", number, message["error"])
        with self._telling(number, dev):
            opened = opening(source, context, message.get("text"))
            if isinstance(opened.problem, StateNotReadError):
                self._tell({"op": "set_aside", "app": number})
            self._open(number, opened, context, dev)
            if opened.too_new is not None and number in self._apps:
                self._outdated(number, opened.too_new)

    def _take(self, number: int, running: _RunningApp, text: str) -> None:
        try:
            running.take(text)
        except AppError as error:
            self._outdated(number, error)
        else:
            self._tell({"op": "taken", "app": number})

    def _outdated(self, number: int, error: AppError) -> None:
        log.warning("app %d stores no more: %s", number, error)
        self._tell({"op": "outdated", "app": number})

    @contextmanager
    def _telling(self, number: int, dev: bool) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            # Whatever it is, it is this app's alone, and the page shows it in its place.
            log.error("app %d can't start: %s", number, error, exc_info=error)
            self._tell(_failure(number, error, dev))

    def _source(self, message: dict[str, Any]) -> AppSource[Any]:
        if "given" in message:
            return self._given.pop(message["given"])
        source = load_app(Path(message["folder"]) / f"{message['module']}.py")
        return replace(source, address=message.get("home", ""))

    def _open(self, number: int, opened: Opening, context: Context, dev: bool) -> None:
        running = _RunningApp(self, number, opened, context, dev)
        self._apps[number] = running
        failed = running.start()
        if failed is None:
            started = {"op": "started", "app": number, "title": opened.source.title}
            if opened.anew is not None:
                started["restored"] = True
            self._tell(started)
            running.open()
            return
        self._stop(number)
        if opened.anew is None:
            self._tell({**failed, "op": "failed", "app": number})
            return
        # It could be read, but not be shown: without it the app may start.
        self._tell({"op": "set_aside", "app": number})
        problem = StateNotReadError(f"with what is stored, {failed['message']}")
        again = Opening(source=opened.anew, keeper=opened.keeper, problem=problem)
        self._open(number, again, context, dev)

    def _stop(self, number: int) -> None:
        self._waiting.pop(number, None)
        running = self._apps.pop(number, None)
        if running is None:
            return
        running.save()
        running.transport.close()
        self._spawn(running.aclose())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._ending.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._ending.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an app did not end well: %s", error, exc_info=error)

    def _answer_read(self, message: dict[str, Any], data: Any) -> None:
        answer = self._reads.get(message["call"])
        if answer is None or answer.done():
            return  # the handler that asked was cancelled
        if data is None:
            answer.set_exception(OSError(message.get("error", "the file can't be read")))
        else:
            answer.set_result(data.to_bytes())

    def _tell(self, message: dict[str, Any]) -> None:
        self._post(HOST, json.dumps(message, ensure_ascii=False))


class _RunningApp:
    """One session with its line. Until :meth:`open`, frames wait: the page has no client yet."""

    def __init__(
        self, bridge: Bridge, number: int, opened: Opening, context: Context, dev: bool
    ) -> None:
        self.transport = WasmTransport(number, bridge._post)
        self._early: list[str] | None = []
        self._keeping: Keeping | None = None
        self._problem = opened.problem
        self._channels: TabChannels | None = None

        async def read_file(ref: int, start: int, end: int | None) -> bytes:
            return await bridge.read(number, ref, start, end)

        def save(text: str) -> None:
            bridge._tell({"op": "save", "app": number, "text": text})

        def rooms(app: App[Any], report: Callable[[BaseException, str], None]) -> Rooms:
            # Loaded when an app first asks for a channel: others pay nothing for it.
            from tempestweb_wasm.browser.broadcast import TabChannels

            # The name of a folder may be another app's of this origin too.
            source = opened.source
            self._channels = TabChannels(f"{source.address} {source.name}")
            return self._channels.open(app, report)

        self.session = _Session(
            opened.source,
            self._send,
            context=context,
            dev=dev,
            read_file=read_file,
            channels=rooms,
        )
        if opened.keeper is not None:
            self._keeping = Keeping(opened.keeper, self._state, save, self._report)
            self.session.touched = self._keeping.touch
        self.transport.listen(self.session.receive)

    async def aclose(self) -> None:
        """End the session and its line to other tabs."""
        await self.session.aclose()
        if self._channels is not None:
            await self._channels.aclose()

    def save(self) -> None:
        """Put the state away now, if it is kept and changed."""
        if self._keeping is not None:
            self._keeping.flush()

    def take(self, text: str) -> None:
        """Show the state *text*, which another page of the same app has stored."""
        if self._keeping is not None and self.session.app is not None:
            self.session.app.replace(self._keeping.taken(text))

    def not_saved(self, reason: str) -> None:
        """Hear that the page could not store the state."""
        if self._keeping is not None:
            self._keeping.failed(reason)

    def _state(self) -> Any:
        return self.session.app.state if self.session.app is not None else None

    def _report(self, error: AppError) -> None:
        self.session.report(error, "persist")

    def start(self) -> dict[str, Any] | None:
        """Render the first view; return what the page should say if there is nothing to show."""
        self.session.start()
        if self.session.tree.root is not None:
            return None
        frames: list[dict[str, Any]] = [json.loads(text) for text in self._early or ()]
        failed = next(frame for frame in frames if frame["kind"] == "error")
        return {key: failed[key] for key in ("code", "message", "detail") if key in failed}

    def open(self) -> None:
        """Let the frames go to the page."""
        early, self._early = self._early, None
        for text in early or ():
            self.transport.send(text)
        if self._problem is not None:
            self._report(self._problem)

    def _send(self, text: str) -> None:
        if self._keeping is not None:
            if text.startswith('{"commands"'):
                # After a reload nothing more can be saved here.
                self._keeping.flush()
            self._keeping.before_frame()
        if self._early is None:
            self.transport.send(text)
        else:
            self._early.append(text)


class _Session(Session[Any]):
    """A session that says when the state changed."""

    touched: Callable[[], None] | None = None

    def invalidate(self) -> None:
        super().invalidate()
        if self.touched is not None:
            self.touched()


def _failure(number: int, error: Exception, dev: bool) -> dict[str, Any]:
    code = error.code if isinstance(error, TempestError) else AppImportError.code
    message = str(error) if isinstance(error, TempestError) else f"{type(error).__name__}: {error}"
    failed: dict[str, Any] = {"op": "failed", "app": number, "code": code, "message": message}
    if dev:
        failed["detail"] = faults.detail(error)
    return failed
