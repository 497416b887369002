"""One app on a server: its pages, and the connections that take them over."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket

from tempestweb_wasm.channels import Broker
from tempestweb_wasm.core.app import AppSource
from tempestweb_wasm.errors import ConfigError, OpeningError, ServiceError
from tempestweb_wasm.server.assets import client_assets
from tempestweb_wasm.server.entry import Entrance, Entry
from tempestweb_wasm.server.forwarding import Forwarding
from tempestweb_wasm.server.guard import Guard, check_origin, close_code
from tempestweb_wasm.server.limits import BURST, Rates
from tempestweb_wasm.server.metrics import Metrics
from tempestweb_wasm.server.outbox import Outbox
from tempestweb_wasm.server.owner import identity
from tempestweb_wasm.server.page import Adopted, Pages, Words
from tempestweb_wasm.server.request import context_of, root_of
from tempestweb_wasm.server.routes import Routes
from tempestweb_wasm.server.services import Services
from tempestweb_wasm.server.sessions import Sessions
from tempestweb_wasm.server.settings import ServerSettings
from tempestweb_wasm.server.signing import Adoption, Signing
from tempestweb_wasm.server.stopping import FOR_CLIENTS, FOR_STORE
from tempestweb_wasm.server.store import SessionStore
from tempestweb_wasm.server.uploads import Uploads
from tempestweb_wasm.server.websocket import carry, refuse
from tempestweb_wasm.server.workers import warning
from tempestweb_wasm.transports.opening import Opening
from tempestweb_wasm.transports.websocket import FAILED, PROTOCOL, REFUSED, RESTARTING, opening_in

log = logging.getLogger("tempestweb_wasm")


class Host:
    """Serves one app."""

    def __init__(
        self,
        source: AppSource[Any],
        words: Words,
        settings: ServerSettings,
        guard: Guard,
        routes: Routes,
        *,
        store: SessionStore | str | None = None,
        broker: Broker | str | None = None,
        dev: bool = False,
    ) -> None:
        self.settings = settings
        self.assets = client_assets()
        self.words = words
        self.metrics = Metrics()
        self._signing = Signing(settings.secret)
        self._services = Services(settings, store, broker)
        if self._services.shared and settings.secret is None:
            raise ConfigError(
                "sessions are kept where other processes see them, and nothing that another one "
                "signed would be known here: give all of them one TEMPEST_SECRET, "
                'python -c "import secrets; print(secrets.token_hex())"'
            )
        if self._services.alone and (said := warning()) is not None:
            log.warning("%s", said)
        self.forwarding = Forwarding(self._services, self._signing)
        self._pages = Pages(words, self.assets, settings, dev=dev)
        self._rates = Rates(settings.events)
        self._uploads = Uploads(self.forwarding, settings.upload)
        self.sessions = Sessions(
            source, settings, self._signing, self._services, self._uploads, dev=dev
        )
        self.entry = Entry(self.sessions, settings, self._signing, guard, routes, words.lang)
        sessions = self.sessions
        self.metrics.watch(pages=sessions.pages, live=sessions.live, detached=sessions.detached)

    @property
    def draining(self) -> bool:
        """Whether it is about to stop, and lets nobody new in."""
        return self.sessions.stopping.begun

    def open(self) -> None:
        """Let visitors in again, after :meth:`aclose`."""
        self.sessions.stopping.reset()

    # -- pages ----------------------------------------------------------------

    async def page(self, request: Request) -> Response:
        """Answer with the HTML of the first view."""
        with self.metrics.pages.time():
            try:
                return await self._page(request)
            except HTTPException as error:
                self.metrics.refused.labels(error.status_code).inc()
                raise

    async def _page(self, request: Request) -> Response:
        root = root_of(request.scope)
        if self.draining:
            raise HTTPException(503, "this server is about to stop", {"Retry-After": "2"})
        owner = await self.entry.admit(request)
        if request.method == "HEAD":
            return self._pages.headers_alone()
        context = context_of(request, user=owner.user, lang=self.words.lang)
        held = self.sessions.make(context, owner)
        frame = json.loads(held.delivery.kept[0])
        if frame["kind"] == "error":
            await self.sessions.end(held)
            return self._pages.failure(root, frame["message"], frame.get("detail", ""))
        if self.settings.transport == "none":
            await self.sessions.end(held)
            return self._pages.page(frame, root=root)
        await self.sessions.keep_page(held)
        token = self._signing.token(Adoption.of(held.id, request.scope["path"]))
        adopted = Adopted(token, held.id, held.delivery.epoch)
        response = self._pages.page(frame, root=root, adopted=adopted)
        key = self._signing.key(owner.visitor, identity(owner.user))
        response.headers["Tempest-Offline"] = key
        if self.entry.visitor(request) is None:
            self.set_cookie(request, response, owner.visitor)
        return response

    def set_cookie(self, connection: HTTPConnection, response: Response, visitor: str) -> None:
        """Give *visitor* their cookie with *response*: it opens what is theirs, and no more."""
        response.set_cookie(
            self.entry.cookie_name(connection),
            self._signing.cookie(visitor),
            path=root_of(connection.scope),
            secure=connection.url.scheme in {"https", "wss"},
            httponly=True,
            samesite="lax",
        )

    def _cookie_header(self, connection: HTTPConnection, visitor: str) -> tuple[bytes, bytes]:
        """The header that gives *visitor* their cookie, for an answer that is no page."""
        carrier = Response()
        self.set_cookie(connection, carrier, visitor)
        return b"set-cookie", carrier.headers["set-cookie"].encode()

    # -- connections ----------------------------------------------------------

    async def enter(
        self, connection: HTTPConnection, opening: Opening | None, transport: str
    ) -> Entrance:
        """Return the session of a connection; raises ``HTTPException``."""
        try:
            if self.draining:
                raise HTTPException(503, "this server is about to stop", {"Retry-After": "2"})
            if self.settings.transport == "none":
                raise HTTPException(404, "pages of this server are HTML alone")
            entrance = await self.entry.enter(connection, opening)
        except ServiceError as error:
            log.error("a connection is sent away: %s", error)
            raise HTTPException(503, "come later", {"Retry-After": "5"}) from error
        except HTTPException as error:
            self.metrics.refused.labels(error.status_code).inc()
            raise
        self.metrics.opened.labels(transport, entrance.how).inc()
        return entrance

    async def socket(self, socket: WebSocket) -> None:
        """Serve one client's socket until it ends."""
        try:
            opening = opening_in(socket.scope.get("subprotocols", []))
            entrance = await self.enter(socket, opening, "ws")
        except OpeningError as error:
            await refuse(socket, REFUSED, str(error))
        except HTTPException as error:
            code = RESTARTING if self.draining else close_code(error)
            await refuse(socket, code, error.detail)
        except Exception as error:
            # A dependency of the app's own that raised what it liked.
            log.error("a socket was refused: %s", error, exc_info=error)
            await refuse(socket, FAILED)
        else:
            await self._serve(socket, entrance, opening)

    async def _serve(self, socket: WebSocket, entrance: Entrance, opening: Opening | None) -> None:
        held, settings = entrance.held, self.settings
        headers = []
        if opening is not None and self.entry.visitor(socket) is None:
            headers = [self._cookie_header(socket, held.owner.visitor)]
        line = Outbox(settings.outbox)
        self.attach(entrance, line, opening)
        try:
            await socket.accept(None if opening is None else PROTOCOL, headers)
            await carry(socket, line, largest=settings.frame, heard=partial(self.heard, held.id))
        finally:
            await self.sessions.disconnect(held, line, lasting=opening is not None)
            held.delivery.forget_part()

    def attach(self, entrance: Entrance, line: Outbox, opening: Opening | None) -> None:
        """Connect a session with *line*: a greeting first if it was asked for, then frames."""
        held = entrance.held
        delivery = held.delivery
        delivery.on_answered = partial(self._answered, held.id)
        applied = 0
        if opening is not None:
            line.send(delivery.hello(held.id, self.limits))
            # A page that is shown again as it was first (kept by its service worker, or by a
            # history) has the token that was used, and nothing of what happened since.
            older = opening.token is not None and delivery.acked > 0
            fresh = entrance.how == "new" or older
            applied = 0 if fresh else opening.applied_in(delivery.epoch)
        self.sessions.connect(held, line, applied, acks=opening is not None)

    async def upload(self, request: Request, session: str, call: int) -> Response:
        """Take a piece of a picked file, or why there is none; raises ``HTTPException``."""
        return await self._uploads.take(request, session, call, self.poster(request))

    def poster(self, request: Request) -> str:
        """Return the visitor whose page sends a POST; raises ``HTTPException`` for any other."""
        check_origin(request, self.settings.origins)
        visitor = self.entry.visitor(request)
        if visitor is None:
            raise HTTPException(403, "this session belongs to another visitor")
        return visitor

    def heard(self, session: str, count: int = 1) -> float:
        """Count frames that came for *session*, and return how many seconds they have to wait.

        It is the session that has a rate: a line more is no frame more.
        """
        self.metrics.frames.inc(count)
        return self._rates.take(session, count)

    def _answered(self, session: str, size: int) -> None:
        """A whole tree or all frames again, for a few bytes that ask: each frame's worth of such an
        answer counts as a frame that came."""
        self._rates.take(session, size // self.settings.frame)

    def unheard(self, session: str, count: int) -> None:
        """Frames that were counted are refused: the client sends them again."""
        self._rates.give_back(session, count)

    @property
    def limits(self) -> dict[str, int]:
        """What a client may send: bytes in a frame and in an event, and frames at once."""
        settings = self.settings
        at_once = int(settings.events * BURST)
        return {"frame": settings.frame, "text": settings.text, "events": at_once}

    # -- the whole ------------------------------------------------------------

    async def health(self) -> Response:
        """Say whether this process takes visitors."""
        if self.draining:
            return JSONResponse({"status": "draining"}, 503)
        return JSONResponse({"status": "ok"})

    async def drain(self) -> None:
        """Let nobody new in, send clients away to come back, and save what they have."""
        self.sessions.send_away(self.settings.drain)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self.sessions.stopping.until(FOR_CLIENTS)):
                await self.sessions.empty()
        await self.aclose()

    async def aclose(self) -> None:
        """End everything, in the time that a stop may take. Harmless twice."""
        self.sessions.send_away(self.settings.drain)
        until = self.sessions.stopping.until
        try:
            async with asyncio.timeout_at(until(FOR_STORE)):
                await self.sessions.aclose()
        except TimeoutError:
            log.error(
                "the stop took longer than %g s: what sessions had not stored is lost",
                self.settings.drain,
            )
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until(1.0)):
                await self._services.aclose()
