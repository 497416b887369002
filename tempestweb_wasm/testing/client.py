"""A client for tests: an app, mounted in plain Python, as a browser would see it.

It knows nothing but the frames: what it shows is what they carried.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator, Mapping
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Generic, TypeVar

from tempestweb_wasm import tables
from tempestweb_wasm.channels import Broker, Channels, MemoryBroker
from tempestweb_wasm.core import check
from tempestweb_wasm.core.app import App, AppSource, Context
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.loader import load_app
from tempestweb_wasm.runtime.session import Session
from tempestweb_wasm.testing.native import Called, FakeBrowser, Refusal
from tempestweb_wasm.testing.screen import Found, Screen, walk
from tempestweb_wasm.transports.memory import MemoryTransport

S = TypeVar("S")
T = TypeVar("T")


class Client(Screen, Generic[S]):
    """Mount an app and use it as a person would.

    ::

        with Client(make_state, view) as client:
            client.click("inc")
            assert "Count: 1" in client.texts()

    Also ``Client.load("demo/counter/app.py")``. Widgets are found by key. Each action
    waits until the handlers that it started have ended, at most *timeout* seconds.
    Errors of the app are raised from the action that caused them as ``AssertionError``
    with the app's traceback, unless ``errors="keep"``: then they wait in :attr:`errors`.
    Props are checked as in development. Not to be used inside a running event loop.
    Clients with the same *broker* (a ``channels.MemoryBroker``) hear each other's channels,
    as two processes would; :meth:`wait_for` lets one take what the others did.
    """

    def __init__(
        self,
        make_state: Callable[..., S],
        view: Callable[[App[S]], Widget],
        *,
        context: Context | None = None,
        errors: str = "raise",
        timeout: float = 5.0,
        broker: Broker | None = None,
    ) -> None:
        super().__init__()
        self.frames: list[dict[str, Any]] = []
        self.errors: list[dict[str, Any]] = []
        self._raise = errors == "raise"
        self._timeout = timeout
        self._seq = 0
        self._read = 0
        self._loop = asyncio.new_event_loop()
        self._line = MemoryTransport()
        self._channels = Channels(broker or MemoryBroker())
        self._files: list[bytes] = []
        self._browser = FakeBrowser()
        check.install()
        source = AppSource(make_state=make_state, view=view)
        self._session: Session[S] = self._run(self._open(source, context))
        self._take()

    @classmethod
    def load(cls, path: str | Path, **options: Any) -> Client[Any]:
        """Mount the app at *path*, as the command line would load it."""
        source = load_app(Path(path))
        return Client(source.make_state, source.view, **options)

    @classmethod
    def of(cls, module: ModuleType, **options: Any) -> Client[Any]:
        """Mount the app that an imported *module* is."""
        return Client(module.make_state, module.view, **options)

    # -- looking --------------------------------------------------------------

    @property
    def state(self) -> S:
        """The app's state."""
        if self._session.app is None:
            raise AssertionError("the app has no state: make_state failed, see client.errors")
        return self._session.app.state

    @property
    def calls(self) -> list[Called]:
        """The browser's capabilities that the app called, in order."""
        return self._browser.calls

    @property
    def commands(self) -> list[tuple[str, dict[str, Any]]]:
        """What the app had its page do: ``("focus", {"key": "name"})``, in order."""
        return [(command["name"], command["args"]) for command in self._browser.commands]

    # -- acting ---------------------------------------------------------------

    def click(self, key: str) -> None:
        """Click the widget; a checkbox or switch is toggled, a submit button submits."""
        found = self.find(key)
        if found.type in ("Checkbox", "Switch"):
            self.toggle(key)
        elif found.type == "Button" and found.props.get("type") == "submit":
            self._submit_form_of(found)
        else:
            self.event(key, "click")

    def fill(self, key: str, text: str) -> None:
        """Type *text* in the place of what an input holds, and leave it."""
        self._change(key, {"value": text}, "input", "change")

    def toggle(self, key: str, checked: bool | None = None) -> None:
        """Switch a checkbox or switch, to *checked* or to the other side."""
        now = bool(self.find(key).props.get("checked"))
        want = (not now) if checked is None else checked
        self._change(key, {"checked": want}, "change")

    def select(self, key: str, value: str) -> None:
        """Choose the option with *value* in a dropdown or radio group."""
        options = [_value(o) for o in self.find(key).props.get("options", [])]
        if value not in options:
            raise AssertionError(f"{key!r} has no option {value!r}, only {options}")
        self._change(key, {"value": value, "index": options.index(value)}, "change")

    def slide(self, key: str, value: float) -> None:
        """Drag a slider to *value* and let go."""
        self._change(key, {"value": value}, "input", "change")

    def pick_date(self, key: str, value: str) -> None:
        """Choose a date, as ``yyyy-mm-dd``."""
        self._change(key, {"value": value}, "change")

    def pick_files(self, key: str, files: Mapping[str, bytes], type: str = "") -> None:
        """Pick *files* (name to bytes) in a file picker."""
        metas = []
        for name, data in files.items():
            self._files.append(data)
            ref = len(self._files)
            metas.append({"ref": ref, "name": name, "size": len(data), "type": type})
        self._change(key, {"files": metas}, "change")

    def press(self, key: str, name: str, **modifiers: bool) -> None:
        """Press a key (its DOM name: ``"Enter"``, ``"a"``) in the widget.

        Enter in an input with ``on_submit`` submits it; else the form around it.
        """
        found = self.find(key)
        if found.hears_key(name):
            self.event(key, "keydown", {"key": name, "code": name, **modifiers})
        if name != "Enter":
            return
        if "submit" in found.hears and found.type == "Input":
            self.event(key, "submit", {"value": found.props.get("value", "")})
        elif found.type in ("Input", "DatePicker"):
            self._submit_form_of(found)

    def submit(self, key: str, values: Mapping[str, Any] | None = None) -> None:
        """Submit the form; *values* by field name, else what its fields show."""
        form = self.find(key)
        shown = dict(_field_values(form)) if values is None else dict(values)
        self.event(key, "submit", {"values": shown})

    def native(
        self,
        capability: str,
        returns: Any = None,
        *,
        error: Refusal | None = None,
        message: str = "said the test",
    ) -> None:
        """Say what the browser answers to calls of *capability*, from now on.

        *returns* is JSON (a function gets the arguments); for a stream the first event. With
        *error* they are refused. A call without an answer is an ``AssertionError``. ::

            client.native("clipboard.read_text", "pasted")
            client.native("geolocation.get", error="denied")
        """
        self._browser.answer(capability, returns, error=error, message=message)

    def emit(self, capability: str, event: Any) -> None:
        """Let *event* happen in the browser, for the app's streams of *capability*.

        What a task of the app's own then fails on is raised from the next action.
        """
        said = self._browser.events(capability, event)
        if not said:
            raise AssertionError(f"the app does not follow {capability!r}")
        for frame in said:
            self.send(frame)

    def event(self, key: str, type: str, payload: Mapping[str, Any] | None = None) -> None:
        """Send any event, numbered, as the browser's client would, and wait for its end."""
        data: dict[str, Any] = {"type": type, "id": self._id_of(key, type)}
        if payload:
            data["payload"] = dict(payload)
        self._seq += 1
        self.send({"kind": "event", "data": data, "seq": self._seq})

    def send(self, frame: Mapping[str, Any] | str) -> None:
        """Deliver a frame as it is, and wait for what it leads to."""
        text = frame if isinstance(frame, str) else json.dumps(frame)
        self._run(self._deliver(text))
        self._take()

    def wait_for(self, condition: Callable[[], Any], timeout: float | None = None) -> None:
        """Let the app's tasks run until *condition* holds; ``AssertionError`` when it does not."""
        self._run(self._until(condition, timeout or self._timeout))

    def close(self) -> None:
        """End the app: its tasks, then its ``on_stop`` hooks. Harmless twice."""
        if not self._loop.is_closed():
            self._run(self._session.aclose())
            self._run(self._channels.aclose())
            self._loop.close()
            check.uninstall()

    def __enter__(self) -> Client[S]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -- inside ---------------------------------------------------------------

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)

    async def _open(self, source: AppSource[S], context: Context | None) -> Session[S]:
        session = Session(
            source,
            self._from_app,
            context=context,
            dev=True,
            read_file=self._read_file,
            channels=self._channels.open,
        )
        self._line.listen(session.receive)
        session.start()
        await asyncio.sleep(0)
        return session

    def _from_app(self, text: str) -> None:
        self._line.send(text)
        for said in self._browser.hear(json.loads(text)):
            # Later, as any answer: the app is in the middle of asking.
            self._loop.call_soon(self._line.deliver, json.dumps(said))

    async def _deliver(self, text: str) -> None:
        self._line.deliver(text)
        deadline = self._loop.time() + self._timeout
        while not self._session.idle:
            if self._loop.time() > deadline:
                raise AssertionError(f"a handler still runs after {self._timeout:g} s")
            await asyncio.sleep(0)

    async def _until(self, condition: Callable[[], Any], seconds: float) -> None:
        deadline = self._loop.time() + seconds
        while True:
            self._take()
            if condition():
                return
            if self._loop.time() > deadline:
                raise AssertionError(f"still not true after {seconds:g} s; texts: {self.texts()}")
            await asyncio.sleep(0.001)

    async def _read_file(self, ref: int, start: int, end: int | None) -> bytes:
        return self._files[ref - 1][start:end]

    def _take(self) -> None:
        """Apply the frames that came since; raise the app's errors."""
        texts = self._line.sent[self._read :]
        self._read += len(texts)
        self.frames.extend(map(json.loads, texts))
        new = list(map(json.loads, texts))  # its own copy: applying patches changes nodes
        failed = [frame for frame in new if frame["kind"] == "error"]
        for frame in new:
            if frame["kind"] == "patches":
                self.show(frame)
        if failed and self._raise:
            shown = [f.get("detail") or f["message"] for f in failed]
            raise AssertionError("the app failed:\n" + "\n".join(shown))
        self.errors.extend(failed)
        if self._browser.unanswered:
            name = self._browser.unanswered.pop()
            hint = f"client.native({name!r}, …) before"
            raise AssertionError(f"the app called {name} and the test has no answer: {hint}")

    def _id_of(self, key: str, kind: str) -> int:
        found = self.find(key)
        if found.props.get("disabled") or self._inside_disabled(found.path):
            raise AssertionError(f"{key!r} is disabled: a person can't use it")
        if kind not in found.hears:
            raise AssertionError(f"{key!r} ({found.type}) hears {found.hears}, not {kind!r}")
        return int(found.node["id"])

    def _inside_disabled(self, path: tuple[int, ...]) -> bool:
        node = self.tree
        for index in path:
            if node.get("props", {}).get("disabled"):
                return True
            node = node["children"][index]
        return False

    def _change(self, key: str, payload: Mapping[str, Any], *kinds: str) -> None:
        found = self.find(key)
        # The element changes whether or not somebody listens, as it does in a browser.
        shown = {name: payload[name] for name in ("value", "checked") if name in payload}
        found.node.setdefault("props", {}).update(shown)
        for kind in kinds:
            if kind in found.hears:
                self.event(key, kind, payload)

    def _submit_form_of(self, found: Found) -> None:
        node, form = self.tree, None
        path: tuple[int, ...] = ()
        for depth, index in enumerate((*found.path, None)):
            if node["type"] == "Form":
                form, path = node, found.path[:depth]
            if index is not None:
                node = node["children"][index]
        if form is None or "key" not in form:
            raise AssertionError(f"{found.key!r} is in no Form that has a key")
        self.submit(Found(form, path).key or "")


def _value(option: Any) -> str:
    return str(option["value"] if isinstance(option, dict) else option)


def _field_values(form: Found) -> Iterator[tuple[str, Any]]:
    controls = set(tables.load("events")["controls"])
    for field in walk(form.node, ()):
        if field.type != "FormField" or "name" not in field.props:
            continue
        for found in walk(field.node, ()):
            if found.type in controls:
                yield field.props["name"], _control_value(found)
                break


def _control_value(found: Found) -> Any:
    if found.type in ("Checkbox", "Switch"):
        return bool(found.props.get("checked"))
    if found.type == "Slider":
        return found.props.get("value", 0)
    return found.props.get("value", "")
