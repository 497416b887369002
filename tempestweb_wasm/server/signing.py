"""What the host signs: the visitor's cookie, a page's token, and what it puts into a store."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from itsdangerous import BadSignature, Signer, URLSafeSerializer, URLSafeTimedSerializer


@dataclass(frozen=True)
class Adoption:
    """What a page's token says: which session rendered it, and for which path.

    The path is told by its hash, so that a token is never too long for an opening.
    """

    session: str
    mark: str

    @classmethod
    def of(cls, session: str, path: str) -> Adoption:
        """Return the adoption of *session*, whose page is at *path*."""
        return cls(session, hashlib.sha256(path.encode(errors="surrogatepass")).hexdigest()[:32])

    def is_at(self, path: str) -> bool:
        """Whether *path* is that of the page."""
        return self == Adoption.of(self.session, path)


class Signing:
    """Signs with one *secret* (HMAC-SHA256, a key of its own for each use), by default a new one.

    Nothing that is signed elsewhere, or with another secret, is known here.
    """

    def __init__(self, secret: str | None) -> None:
        self._is_lasting = secret is not None
        secret = secret or secrets.token_hex()
        digest = {"digest_method": hashlib.sha256}
        self._visitors = Signer(secret, salt="tempest.visitor", digest_method=hashlib.sha256)
        self._states = Signer(secret, salt="tempest.state", digest_method=hashlib.sha256)
        self._pages = URLSafeTimedSerializer(secret, salt="tempest.page", signer_kwargs=digest)
        self._keys = URLSafeSerializer(secret, salt="tempest.key", signer_kwargs=digest)

    @staticmethod
    def new_id() -> str:
        """Return an id that nobody guesses: 128 random bits."""
        return secrets.token_urlsafe(16)

    def cookie_name(self, host: str, root: str) -> str:
        """Return the name of the cookie of the app that is mounted at *root* of *host*.

        Browsers send it to all ports of a host and to all paths below its own, and two apps
        there must not take each other's for theirs. A secret that stays gives the name, for
        all who share it; one that does not would leave a cookie more after each start.
        """
        if self._is_lasting:
            name = self.key("cookie", root)
        else:
            name = hashlib.sha256(f"{host}{root}".encode()).hexdigest()
        return f"tempest-{name[:8]}"

    def cookie(self, visitor: str) -> str:
        """Return the cookie's value for *visitor*."""
        return self._visitors.sign(visitor).decode()

    def visitor(self, cookie: str | None) -> str | None:
        """Return the visitor whose *cookie* it is, None for one that is not ours."""
        if not cookie:
            return None
        try:
            return self._visitors.unsign(cookie).decode()
        except (BadSignature, UnicodeDecodeError):
            return None

    def token(self, adoption: Adoption) -> str:
        """Return the token of a page."""
        return self._pages.dumps([adoption.session, adoption.mark])

    def adoption(self, token: str, age: float) -> Adoption | None:
        """Return what *token* says; None when it is not ours, or older than *age* seconds."""
        try:
            session, mark = self._pages.loads(token, max_age=int(age))
        except (BadSignature, ValueError, TypeError):
            return None
        return Adoption(session, mark)

    def sealed(self, text: str) -> str:
        """Return *text* as it goes into a store that others may write to."""
        return self._states.sign(text).decode()

    def opened(self, sealed: str | None) -> str | None:
        """Return the text of :meth:`sealed`, None when it was not made here."""
        if sealed is None:
            return None
        try:
            return self._states.unsign(sealed).decode()
        except (BadSignature, UnicodeDecodeError):
            return None

    def key(self, *parts: str) -> str:
        """Return a name for *parts* from which they can't be told."""
        return hashlib.sha256(self._keys.dumps(list(parts)).encode()).hexdigest()[:32]
