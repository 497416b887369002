"""What a client says when it opens a line: which session it means, and how far it is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tempestweb_wasm.errors import OpeningError

MOST_BYTES = 4096
"""Of an opening as JSON; servers refuse header lines that are much longer."""

_MOST = 2**53 - 1
"""The largest integer that JavaScript counts to."""


class Opening(BaseModel):
    """A client's opening; all that it leaves out is as for one that was never here.

    ``session`` names a session and opens nothing; ``token`` adopts the session that
    rendered the page. ``epoch`` and ``applied`` are where its frames stood, ``sent`` is the
    highest number of an event that it ever wrote to a line. ``page`` is path and query of the
    page that it stands in: where a session opens anew that is gone.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    session: str | None = Field(default=None, min_length=1, max_length=128)
    token: str | None = Field(default=None, min_length=1, max_length=1024)
    epoch: int = Field(default=0, ge=0, le=_MOST)
    applied: int = Field(default=0, ge=0, le=_MOST)
    sent: int = Field(default=0, ge=0, le=_MOST)
    page: str | None = Field(default=None, max_length=2048)

    def applied_in(self, epoch: int) -> int:
        """Number of the last frame of *epoch* that the client has; 0 if it had another one's."""
        return self.applied if self.epoch == epoch else 0

    def text(self) -> str:
        """Return it as JSON, without what is as by default."""
        return self.model_dump_json(exclude_defaults=True)


def read_opening(text: str | bytes) -> Opening:
    """Return the opening that *text* is, as JSON; raises ``OpeningError``."""
    if len(text) > MOST_BYTES:
        raise OpeningError(f"an opening of {len(text)} bytes: {MOST_BYTES} are allowed")
    try:
        return Opening.model_validate_json(text)
    except ValidationError as error:
        wrong = "; ".join(f"{_where(e['loc'])}: {e['msg']}" for e in error.errors()[:3])
        raise OpeningError(f"an opening that can't be understood: {wrong}") from None


def _where(place: tuple[int | str, ...]) -> str:
    return ".".join(map(str, place)) or "JSON"
