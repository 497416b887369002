"""How a connection gets its session: the page's, its own from before, or a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlencode

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request

from tempestweb_wasm.core.app import Context
from tempestweb_wasm.errors import StateNotReadError
from tempestweb_wasm.runtime.stored import StoredSession
from tempestweb_wasm.server.guard import Admission, Guard, Place, check_origin
from tempestweb_wasm.server.held import Held
from tempestweb_wasm.server.limits import Rates
from tempestweb_wasm.server.owner import Owner, Record, identity
from tempestweb_wasm.server.request import address_of, below, locale_of, root_of
from tempestweb_wasm.server.routes import Routes
from tempestweb_wasm.server.sessions import Sessions
from tempestweb_wasm.server.settings import ServerSettings
from tempestweb_wasm.server.signing import Adoption, Signing
from tempestweb_wasm.transports.opening import Opening


@dataclass(frozen=True, slots=True)
class Entrance:
    """A session for a connection; ``how`` is ``new``, ``adopted`` or ``resumed``."""

    held: Held
    how: str


class Entry:
    """Decides on connections, whatever carries them."""

    def __init__(
        self,
        sessions: Sessions,
        settings: ServerSettings,
        signing: Signing,
        guard: Guard,
        routes: Routes,
        lang: str,
    ) -> None:
        self._sessions = sessions
        self._settings = settings
        self._signing = signing
        self._guard = guard
        self._routes = routes
        self._lang = lang
        self._opens = Rates(settings.opens)

    def check_rate(self, connection: HTTPConnection) -> None:
        """Raise ``HTTPException`` (429) when an address opens too much."""
        address = address_of(connection.scope)
        if address and not self._opens.allows(address):
            raise HTTPException(429, "too many at once: come later", {"Retry-After": "10"})

    async def admit(self, request: Request) -> Owner:
        """Return whom a page is for; raises ``HTTPException``."""
        self.check_rate(request)
        admission = await self._guard.admit_page(request)
        return self._owner(admission, self.visitor(request))

    def cookie_name(self, connection: HTTPConnection) -> str:
        """Return the name of the visitor's cookie."""
        host = connection.headers.get("host", "")
        return self._signing.cookie_name(host, root_of(connection.scope))

    def visitor(self, connection: HTTPConnection) -> str | None:
        """Return the visitor whose cookie came, None without one of ours."""
        return self._signing.visitor(connection.cookies.get(self.cookie_name(connection)))

    async def enter(self, connection: HTTPConnection, opening: Opening | None) -> Entrance:
        """Return the session of *connection*, which asks for *opening* (None: for nothing).

        Nothing of the app is run before all that guards it had its say, for the page that the
        session is of. Raises ``HTTPException`` for who may not come in, ``StoreError``.
        """
        check_origin(connection, self._settings.origins)
        self.check_rate(connection)
        visitor = self.visitor(connection)
        if opening is not None and visitor is not None:
            entrance = await self._earlier(connection, opening, visitor)
            if entrance is not None:
                return entrance
        self._check_room()
        place = self._place(connection, opening)
        admission = await self._guard.admit(connection, place)
        context = self._context(connection, place, admission)
        return Entrance(self._sessions.make(context, self._owner(admission, visitor)), "new")

    def _owner(self, admission: Admission, visitor: str | None) -> Owner:
        identity(admission.user)  # one that nobody can be told by is refused here
        return Owner(
            visitor=visitor or self._signing.new_id(),
            user=admission.user,
            inherits=admission.inherits,
        )

    async def _earlier(
        self, connection: HTTPConnection, opening: Opening, visitor: str
    ) -> Entrance | None:
        """The session that *opening* means, if it is there and is theirs."""
        how, key, found = await self._found(opening, visitor)
        if found is None:
            return None
        if not isinstance(found, Held):
            self._check_room()
        entrance = None
        try:
            admission = await self._readmitted(connection, opening, found)
            if isinstance(found, Held) and found.gone:
                # Another worker asked for it meanwhile.
                entrance = await self._earlier(connection, opening, visitor)
            elif isinstance(found, Held):
                if identity(admission.user) == identity(found.owner.user):
                    entrance = Entrance(found, how)
            elif identity(admission.user) == found.who:
                owner = self._owner(admission, visitor)
                held = await self._sessions.resume(key, found, owner, opening.sent)
                entrance = None if held is None else Entrance(held, how)
        finally:
            if entrance is None:
                await self._let_go(how, found)
        return entrance

    async def _readmitted(
        self, connection: HTTPConnection, opening: Opening, found: Held | Record
    ) -> Admission:
        """Who comes back to the session that was *found*; raises ``HTTPException``."""
        place = _place_of(found)
        said = self._place(connection, opening)
        if (said.path, _query(said)) == (place.path, _query(place)):
            place = said  # it may name one parameter more than once
        user, inherits = _owned(found)
        lacking = any(name not in connection.headers for name in inherits)
        try:
            admission = await self._guard.admit(connection, place)
        except HTTPException:
            if not lacking:
                raise
            admission = Admission()
        if lacking and admission.user is None:
            # What let the page in did not come with the line: its word counts.
            admission = Admission(user)
        return replace(admission, inherits=tuple(inherits))

    @property
    def _has_room(self) -> bool:
        return len(self._sessions.live) < self._settings.connections

    def _check_room(self) -> None:
        if not self._has_room:
            raise HTTPException(503, "all places are taken: come later", {"Retry-After": "30"})

    async def _found(self, opening: Opening, visitor: str) -> tuple[str, str, Held | Record | None]:
        token = opening.token
        # Where there is no room a page goes on waiting; who comes back is let in.
        if token is not None and self._has_room:
            adoption = self._signing.adoption(token, self._settings.adoption)
            if adoption is not None and _is_at(opening, adoption):
                found = await self._sessions.page(adoption.session, visitor)
                if found is not None:
                    return "adopted", adoption.session, found
        if opening.session is None:
            return "new", "", None
        found = await self._sessions.find(opening.session, visitor, opening.epoch)
        if token is not None and isinstance(found, Held) and found.delivery.line is not None:
            # A copy of a page whose token is used: the session stays with the first.
            found = None
        return "resumed", opening.session, found

    async def _let_go(self, how: str, found: Held | Record) -> None:
        """A page's session that was taken and is not for who came has no one left."""
        if how == "adopted" and isinstance(found, Held):
            await self._sessions.end(found)

    def _place(self, connection: HTTPConnection, opening: Opening | None) -> Place:
        """Where a new session opens: at the page that asks, if it is one of ours."""
        if opening is not None and opening.page is not None:
            said, query = _parts(opening.page)
            path = below(root_of(connection.scope), said)
            if path in self._routes:
                return Place(path, query)
        return Place("/", connection.scope["query_string"])

    def _context(self, connection: HTTPConnection, place: Place, admission: Admission) -> Context:
        locale = locale_of(connection.headers.get("accept-language", ""), self._lang)
        return Context(path=place.path, query=_query(place), locale=locale, user=admission.user)


def _is_at(opening: Opening, adoption: Adoption) -> bool:
    return opening.page is None or adoption.is_at(_parts(opening.page)[0])


def _parts(page: str) -> tuple[str, bytes]:
    """The path of *page* and its query as it came, which a browser wrote and nobody checked."""
    path, _, query = page.partition("#")[0].partition("?")
    return unquote(path), query.encode()


def _query(place: Place) -> dict[str, str]:
    return dict(QueryParams(place.query))


def _place_of(found: Held | Record) -> Place:
    """Where a session was opened, whatever its client says by now."""
    query: Mapping[str, str] = {}
    if isinstance(found, Record):
        # What can't be read won't be gone on with, and is told in the log then.
        with suppress(StateNotReadError):
            query = StoredSession.read(found.session).context.query
    elif found.delivery.session.app is not None:
        query = found.delivery.session.app.context.query
    return Place(found.path, urlencode(query).encode())


def _owned(found: Held | Record) -> tuple[Any, Sequence[str]]:
    owner = found.owner if isinstance(found, Held) else found
    return owner.user, owner.inherits
