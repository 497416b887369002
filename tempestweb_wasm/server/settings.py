"""What an operator can set: in the program, or by variables of the environment."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from tempestweb_wasm.build.config import Hosts
from tempestweb_wasm.runtime.parts import MOST_TEXT

Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(gt=0)]
Rate = Annotated[float, Field(gt=0)]


class ServerSettings(BaseSettings):
    """The settings of a host. Times are seconds, rates are per second.

    Each can be given as ``TEMPEST_…`` in the environment (``TEMPEST_SECRET``,
    ``TEMPEST_ORIGINS='["https://a.example"]'``); what is passed to the constructor wins.
    """

    model_config = SettingsConfigDict(env_prefix="TEMPEST_", frozen=True, extra="forbid")

    secret: str | None = Field(default=None, min_length=16, repr=False)
    """Signs cookies and tokens: the same for all workers. Without one each process makes
    its own, and what another process signed is not known to it."""
    origins: list[str] = []
    """Other origins (``"https://app.example"``) whose pages may open a socket here."""
    allowed_hosts: list[str] = []
    """Names that this server answers to (``"shop.example"``, ``"*.shop.example"``, ``"*"``);
    without any it answers to all, but for a command on a loopback address. An address is always
    all right."""
    hosts: Hosts = Hosts()
    """Other hosts that pages may take pictures, fonts and the like from, or connect to."""
    transport: Literal["auto", "ws", "sse", "none"] = "auto"
    """How pages stay connected; ``"auto"`` is a socket, or a stream where none gets through. With
    ``"none"`` they are HTML without a script."""
    store: str | None = None
    """Where detached sessions wait: ``redis://…``, or this process's memory."""
    broker: str | None = None
    """What carries the messages of channels: ``redis://…``, or this process alone. Sessions wait
    there too, unless *store* says otherwise."""
    prefix: str = "tempest:"
    """What names in Redis start with: apps that share one each need their own."""

    grace: Seconds = 900
    """How long a session is kept whose connection is gone."""
    awake: Seconds = 60
    """So long of it the session itself, with its tasks; after that its state alone."""
    detached: Count = 1000
    """At most so many sessions are kept in this process without a connection; oldest first out,
    into a store that other processes see if there is one."""
    adoption: Seconds = 300
    """How long the session that rendered a page waits for the page to connect."""
    pages: Count = 1000
    """At most so many of those, oldest first out."""
    connections: Count = 10_000
    """At most so many connections at once; past that they are told to come later."""

    frame: Annotated[int, Field(ge=1024)] = 65_536
    """Bytes that a frame from a client may have."""
    text: Annotated[int, Field(ge=1024)] = MOST_TEXT
    """Bytes that an event may have which is longer than a frame and comes in parts: a long text,
    mostly. So much is kept for each connection whose event is not complete."""
    outbox: Annotated[int, Field(ge=1024)] = 4 * 2**20
    """Bytes that may wait for one client to read them; past that it is cut off."""
    upload: Annotated[int, Field(ge=1024)] = 32 * 2**20
    """Bytes that one ``read()`` of a picked file may give; ``chunks()`` has no such limit."""
    events: Rate = 100
    """Frames that one session may send, over all its lines, on average; ten seconds' worth at
    once."""
    opens: Rate = 200
    """Pages and connections that one address may open, on average; ten seconds' worth at once."""

    heartbeat: Seconds = 15
    """A sign of life on a quiet line, so that no proxy takes it for dead."""
    drain: Seconds = 10
    """How long a stop waits for clients to leave and states to be saved."""
