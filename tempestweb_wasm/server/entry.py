"""How a connection gets its session: the page's, its own from before, or a new one."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from tempestweb_wasm.core.app import Context
from tempestweb_wasm.server.guard import Admission, Guard, check_origin
from tempestweb_wasm.server.limits import Rates
from tempestweb_wasm.server.owner import Owner, Record, identity
from tempestweb_wasm.server.request import address_of, below, context_of, root_of
from tempestweb_wasm.server.routes import Routes
from tempestweb_wasm.server.sessions import Held, Sessions
from tempestweb_wasm.server.settings import ServerSettings
from tempestweb_wasm.server.signing import COOKIE, Signing
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

    async def admit(self, connection: HTTPConnection) -> Owner:
        """Return whom a page is for; raises ``HTTPException``."""
        self.check_rate(connection)
        admission = await self._guard.admit(connection)
        return self._owner(admission, self.visitor(connection))

    def visitor(self, connection: HTTPConnection) -> str | None:
        """Return the visitor whose cookie came, None without one of ours."""
        return self._signing.visitor(connection.cookies.get(COOKIE))

    async def enter(self, connection: HTTPConnection, opening: Opening | None) -> Entrance:
        """Return the session of *connection*, which asks for *opening* (None: for nothing).

        Nothing of the app is run before all that guards it had its say. Raises
        ``HTTPException`` for who may not come in, ``StoreError``.
        """
        check_origin(connection, self._settings.origins)
        self.check_rate(connection)
        if len(self._sessions.live) >= self._settings.connections:
            raise HTTPException(503, "all places are taken: come later", {"Retry-After": "30"})
        visitor = self.visitor(connection)
        refused: HTTPException | None = None
        admission = Admission()
        try:
            admission = await self._guard.admit(connection)
        except HTTPException as error:
            refused = error
        if opening is not None and visitor is not None:
            entrance = await self._earlier(opening, visitor, admission, refused)
            if entrance is not None:
                return entrance
        if refused is not None:
            raise refused
        context = self._context(connection, opening, admission)
        return Entrance(self._sessions.make(context, self._owner(admission, visitor)), "new")

    def _owner(self, admission: Admission, visitor: str | None) -> Owner:
        identity(admission.user)  # one that nobody can be told by is refused here
        return Owner(
            visitor=visitor or self._signing.new_id(),
            user=admission.user,
            inherits=admission.inherits,
        )

    async def _earlier(
        self,
        opening: Opening,
        visitor: str,
        admission: Admission,
        refused: HTTPException | None,
    ) -> Entrance | None:
        """The session that *opening* means, if it is there and is theirs."""
        how, key, found = await self._found(opening, visitor)
        if found is None:
            return None
        owner = found.owner if isinstance(found, Held) else _owner_of(found)
        who = identity(owner.user) if isinstance(found, Held) else found.who
        if owner.inherits and (refused is not None or admission.user is None):
            # What let the page in can't be repeated on a socket: its word counts.
            admission = Admission(owner.user, inherits=True)
        elif refused is not None:
            await self._let_go(how, found)
            raise refused
        if identity(admission.user) != who:
            await self._let_go(how, found)
            return None
        if isinstance(found, Held):
            return Entrance(found, how)
        held = await self._sessions.resume(
            key, found, self._owner(admission, visitor), opening.sent
        )
        return None if held is None else Entrance(held, how)

    async def _found(self, opening: Opening, visitor: str) -> tuple[str, str, Held | Record | None]:
        token = opening.token
        if token is not None:
            adoption = self._signing.adoption(token, self._settings.adoption)
            if adoption is not None and self._is_at(opening, adoption.path):
                found = await self._sessions.page(adoption.session, visitor)
                if found is not None:
                    return "adopted", adoption.session, found
        if opening.session is None:
            return "new", "", None
        found = await self._sessions.find(opening.session, visitor)
        if token is not None and isinstance(found, Held) and found.delivery.line is not None:
            # A copy of a page whose token is used: the session stays with the first.
            found = None
        return "resumed", opening.session, found

    async def _let_go(self, how: str, found: Held | Record) -> None:
        """A page's session that was taken and is not for who came has no one left."""
        if how == "adopted" and isinstance(found, Held):
            await self._sessions.end(found)

    @staticmethod
    def _is_at(opening: Opening, path: str) -> bool:
        return opening.page is None or unquote(urlsplit(opening.page).path) == path

    def _context(
        self, connection: HTTPConnection, opening: Opening | None, admission: Admission
    ) -> Context:
        """Where a new session opens: at the page that asks, if it is one of ours."""
        context = context_of(connection, user=admission.user, lang=self._lang, path="/")
        if opening is None or opening.page is None:
            return context
        said = urlsplit(opening.page)
        path = below(root_of(connection.scope), unquote(said.path))
        if path not in self._routes:
            return context
        query = dict(parse_qsl(said.query, keep_blank_values=True))
        return Context(path=path, query=query, locale=context.locale, user=context.user)


def _owner_of(record: Record) -> Owner:
    return Owner(visitor=record.visitor, user=record.user, inherits=record.inherits)
