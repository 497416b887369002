"""``run()``: start an app in a page that has Pyodide and nothing else of ours.

For pages that install the wheel with micropip. Where the page's Pyodide is the one of a
build (``_tempest/pyodide/``), the client of that build is used. Otherwise the wheel's own
is started from a ``blob:`` address, which a page's policy must allow (``script-src
blob:``), or the one at ``client_url``. A page that has the client already (a script tag
with ``boot.js``) needs neither: its client is used.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Generator
from importlib.resources import files
from typing import Any, ClassVar, TypeVar

from tempestweb_wasm.browser.bridge import Bridge
from tempestweb_wasm.browser.page import check_page, page
from tempestweb_wasm.core.app import App, AppSource
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.errors import RuntimeSetupError, TargetError

S = TypeVar("S")

ELEMENT = "tempest-app"
"""The custom element that the client defines. Its class is how the page's client is found."""

log = logging.getLogger("tempestweb_wasm")


def run(
    make_state: Callable[..., S],
    view: Callable[[App[S]], Widget],
    *,
    target: Any = "#app",
    client_url: str | None = None,
    title: str | None = None,
    dev: bool = False,
) -> Running:
    """Start an app in this page and return a handle to it, at once.

    *target* is a CSS selector or an element. An app that runs there already is stopped.
    *client_url* is the address of ``boot.js``, for pages whose Pyodide is from elsewhere and
    whose policy forbids ``blob:`` scripts. *title* becomes the page's title. With *dev*
    errors show their traceback. ::

        from tempestweb_wasm import run
        running = run(make_state, view, target="#app")
        await running      # until it is on the page; raises if it can't be
        running.stop()

    Raises ``TargetError`` when there is no such element, ``PyodideVersionError`` when the
    page's Pyodide is too old, and ``RuntimeSetupError`` outside of a page.
    """
    check_page("run()")
    element = _element(target)
    source = AppSource(make_state=make_state, view=view, title=title or "")
    if title:
        page().document.title = title
    return Running(source, element, client_url, dev)


class Running:
    """An app that :func:`run` started. Await it to know that it is on the page."""

    def __init__(
        self, source: AppSource[Any], element: Any, client_url: str | None, dev: bool
    ) -> None:
        self._element = element
        self._mounted: Any = None
        self._starting = asyncio.ensure_future(self._start(source, client_url, dev))
        self._starting.add_done_callback(self._started)
        _Page.replace(element, self)

    def __await__(self) -> Generator[Any, Any, None]:
        # To JS this is a promise. If it gave itself, whoever awaits it there never gets an end.
        yield from asyncio.shield(self._starting).__await__()

    def stop(self) -> None:
        """End the app and leave the element empty. Harmless twice."""
        self._starting.cancel()
        _Page.forget(self)
        if self._mounted is not None:
            self._mounted.stop()
            self._mounted = None

    def is_in(self, element: Any) -> bool:
        """Say whether the app was started in *element*."""
        return bool(self._element.isSameNode(element))

    async def _start(self, source: AppSource[Any], client_url: str | None, dev: bool) -> None:
        if page().customElements.get(ELEMENT) is None:
            await _load_client(client_url or _client_of_build())
        host, bridge = _Page.connect()
        host.adoptStyles(_client_file("base.css"), _client_file("theme.css"))
        request = _object({"given": bridge.give(source), "dev": dev})
        self._mounted = host.mount(self._element, request)
        await self._mounted.ready

    def _started(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or (error := task.exception()) is None:
            return
        _Page.forget(self)
        # Said here too, because most pages don't await run().
        log.error("run() could not start the app: %s", error, exc_info=error)
        if self._mounted is None:
            self._element.textContent = f"This app could not be started: {error}"


class _Page:
    """What this page has: one bridge for all of its apps, and the apps that run."""

    host: ClassVar[Any] = None
    bridge: ClassVar[Bridge | None] = None
    running: ClassVar[list[Running]] = []

    @classmethod
    def connect(cls) -> tuple[Any, Bridge]:
        """Return the client's host and the bridge to it, made at the first call."""
        if cls.bridge is None:
            from pyodide.ffi import create_proxy

            host = page().customElements.get(ELEMENT).Host.new()
            bridge = Bridge(host.post)
            # The page's one live proxy, kept for good.
            host.connect(create_proxy(bridge.receive))
            cls.host, cls.bridge = host, bridge
        return cls.host, cls.bridge

    @classmethod
    def replace(cls, element: Any, running: Running) -> None:
        """Note *running*, and stop what ran in *element* until now."""
        for old in [one for one in cls.running if one.is_in(element)]:
            old.stop()
        cls.running.append(running)

    @classmethod
    def forget(cls, running: Running) -> None:
        """Take *running* off the list."""
        if running in cls.running:
            cls.running.remove(running)


def _element(target: Any) -> Any:
    document = getattr(page(), "document", None)
    if document is None:
        raise RuntimeSetupError(
            "run() needs the page's document, and this Pyodide runs in a worker: load it on "
            "the page's own thread, or build the app with tempestweb build."
        )
    if not isinstance(target, str):
        return target
    from pyodide.ffi import jsnull

    found = document.querySelector(target)
    if found is jsnull:
        hint = f"<div id={target[1:]!r}></div>" if target.startswith("#") else "one that does"
        raise TargetError(
            f"no element of this page matches target={target!r}: put {hint} into the page "
            "before run() is called, or name another target."
        )
    return found


async def _load_client(client_url: str | None) -> None:
    """Start the client by a script element: ``import()`` is out of Python's reach without
    ``eval``, which a policy may forbid, and an element tells when it could not be loaded.
    """
    from pyodide.ffi import create_proxy

    js = page()
    blobs = [] if client_url else _client_blobs()
    url = client_url or blobs[-1]
    settled: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def settle(event: Any) -> None:
        settled.set_result(event.type == "load")

    listener = create_proxy(settle)
    script = js.document.createElement("script")
    script.type = "module"
    for name in ("load", "error"):
        script.addEventListener(name, listener)
    policy = _policy()
    script.src = url if policy is None else policy.createScriptURL(url)
    js.document.head.append(script)
    try:
        ok = await settled
    finally:
        for name in ("load", "error"):
            script.removeEventListener(name, listener)
        listener.destroy()
        script.remove()
        for blob in blobs:
            js.URL.revokeObjectURL(blob)
    if not ok or js.customElements.get(ELEMENT) is None:
        raise RuntimeSetupError(
            f"the browser client could not be loaded from {url}: "
            + (
                "check that address."
                if client_url
                else "let the page's policy allow it (script-src blob:), pass client_url=, or put "
                "a script tag with boot.js into the page."
            )
        )
    if policy is not None:
        # A page has each policy once, and the client's workers need it too.
        js.customElements.get(ELEMENT).trust(policy)


def _client_of_build() -> str | None:
    """Return the client of the build that this page's Pyodide is from; its lock file says it."""
    import pyodide_js

    client = getattr(pyodide_js.lockfile, "tempestweb_client", None)
    base = pyodide_js.lockfileBaseUrl
    return str(page().URL.new(client, base).href) if client and base else None


def _policy() -> Any:
    """Return what makes the address of a script where a page enforces Trusted Types, else None."""
    from pyodide.ffi import JsException, to_js

    js = page()
    if not hasattr(js, "trustedTypes"):
        return None
    # JS's own String gives the address back as it is.
    rules = js.Object.fromEntries(to_js([["createScriptURL", js.String]]))
    try:
        return js.trustedTypes.createPolicy("tempestweb", rules)
    except JsException:
        # A policy of the page's own names others; it may still not ask for them here.
        return None


def _client_file(name: str) -> str:
    file = files("tempestweb_wasm") / "_client" / name
    if not file.is_file():
        raise RuntimeSetupError(
            f"this wheel carries no {name}: install one made by build_wheel.sh, or the one in "
            "_tempest/pyodide of a folder that tempestweb build made."
        )
    return file.read_text(encoding="utf-8")


def _client_blobs() -> list[str]:
    """Addresses of the wheel's own copy: of client.js, and of boot.js, which imports it."""
    client = _blob_url(_client_file("client.js"))
    boot = _client_file("boot.js").replace("./client.js", client)
    # This one stays: an app may ask for it at any time. It is not fetched, so has no hash to keep.
    boot = boot.replace("./native.js", _blob_url(_client_file("native.js")))
    return [client, _blob_url(boot.replace("%native-integrity%", ""))]


def _blob_url(text: str) -> str:
    from pyodide.ffi import to_js

    js = page()
    return str(
        js.URL.createObjectURL(js.Blob.new(to_js([text]), _object({"type": "text/javascript"})))
    )


def _object(values: dict[str, Any]) -> Any:
    """Return *values* as a plain JS object; by itself a dict would become a ``Map``."""
    from pyodide.ffi import to_js

    return to_js(values, dict_converter=page().Object.fromEntries)
