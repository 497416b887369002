"""Between a session and whichever line its client has now: nothing lost, nothing twice.

Frames are kept until the client says that it has applied them, so that a client which
comes back gets exactly what it missed. While too many wait, nothing is rendered
(:meth:`Session.hold`); the next frame is then one diff. With a store, the frame that
answers an event leaves only after the state and that event's number are in the store.

No I/O here, and nothing of a transport is awaited.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from tempestweb_wasm.errors import SequenceError, StateNotSavedError, WireError
from tempestweb_wasm.runtime import serialize
from tempestweb_wasm.runtime.line import AGAIN, DONE, Line
from tempestweb_wasm.runtime.parts import MOST_TEXT, Parts
from tempestweb_wasm.runtime.saving import Saver
from tempestweb_wasm.runtime.session import Session
from tempestweb_wasm.runtime.stored import SessionKeeper, StoredSession

WINDOW = 10
"""So many frames may wait for the client's word that it applied them."""

MOST_BYTES = 1 << 20
"""So many characters of frames may be kept; a larger one is kept alone."""

Save = Callable[[StoredSession], Awaitable[bool]]
"""Stores a session; False says that another worker has taken it over, and this one must end."""

log = logging.getLogger("tempestweb_wasm")


class Delivery:
    """One session's frames and events, over one line after another.

    Give :meth:`send` to the session and the session to :meth:`bind` before it starts, then each
    line to :meth:`attach`.

    *epoch* grows when a session's frames start anew (resumed from a store; *acked* is then
    the last event that ran before). *window* is the number of frames that may be
    unacknowledged. *save* and *keeper* store the session. An event that comes in parts may
    have *text* bytes.
    """

    __slots__ = (
        "_acks",
        "_asked",
        "_bytes",
        "_first",
        "_given",
        "_kept",
        "_last",
        "_line",
        "_out",
        "_parts",
        "_received",
        "_saved",
        "_saver",
        "_session",
        "_text",
        "_window",
        "epoch",
        "keeper",
        "on_answered",
        "save",
    )

    def __init__(
        self,
        *,
        epoch: int = 1,
        acked: int = 0,
        window: int = WINDOW,
        save: Save | None = None,
        keeper: SessionKeeper | None = None,
        text: int = MOST_TEXT,
    ) -> None:
        self.epoch = epoch
        self.save = save
        self.keeper = keeper
        self.on_answered: Callable[[int], None] | None = None
        """Called with how much what the client said made the session say at once, in characters,
        though it be sent later."""
        self._given = 0
        self._window = window
        self._text = text
        # Of the one event that this line's client is about to tell, if it is a long one.
        self._parts: Parts | None = None
        self._session: Session[Any] | None = None
        self._line: Line | None = None
        self._acks = True
        # What the client was asked for and has not given, by the number of the call.
        self._asked: dict[int, str] = {}
        # The frames from number _first to _last; those up to _out may go to a line.
        self._kept: deque[str] = deque()
        self._bytes = 0
        self._first = 1
        self._last = 0
        self._out = 0
        self._received = acked
        self._saved = acked
        self._saver = Saver(self._try_to_save, self._mark, partial(self._end, AGAIN))

    @property
    def session(self) -> Session[Any]:
        """The session that :meth:`bind` was given."""
        if self._session is None:
            raise RuntimeError("Delivery.bind(session) comes before all else")
        return self._session

    @property
    def line(self) -> Line | None:
        """The line that the client has now."""
        return self._line

    @property
    def acked(self) -> int:
        """Number of the last event that ran and, with a store, is stored: ``hello`` says it."""
        return self.session.acked if self.save is None else self._saved

    @property
    def waiting(self) -> int:
        """So many frames are kept, because the client has not said that it applied them."""
        return len(self._kept)

    @property
    def kept(self) -> tuple[str, ...]:
        """Those frames, the oldest first; before any line, all that there were."""
        return tuple(self._kept)

    @property
    def full(self) -> bool:
        """Whether nothing more is to be rendered for now."""
        if self._acks or self._line is None:
            return len(self._kept) >= self._window or self._bytes > MOST_BYTES
        return self._line.busy or self._last - self._out >= self._window

    def bind(self, session: Session[Any]) -> None:
        """Carry *session*, which has :meth:`send` for its frames and has not started."""
        self._session = session
        session.links.present(False)

    # -- lines ----------------------------------------------------------------

    def attach(self, line: Line, *, applied: int, acks: bool = True) -> None:
        """Let the client have *line* from now on; an older one is closed.

        *applied* is the last frame of this epoch that the client has, 0 for none. It gets
        those after it if they are all still kept, else one root Replace. Without *acks*
        the client never says what it applied: what it may miss is then a guess.
        """
        # Of two lines of one client the older may be accepted last: it must not lose its place.
        self._end(AGAIN)
        self._line, self._acks, self._parts = line, acks, None
        self.session.links.present(True)
        line.listen(partial(self._heard, line))
        if self._first <= applied + 1 <= self._last + 1:
            self._drop_to(min(applied, self._out))
            self._send_kept(line)
            self._settle()
        else:
            self._forget()
            self.session.resync()
        self._ask_again(line)

    def detach(self, line: Line) -> None:
        """*line* is gone. The session goes on; frames are kept up to the window."""
        if line is self._line:
            self._line = None
            self.session.links.present(False)
            if self.full:
                self.session.hold()

    def forget_part(self) -> None:
        """Without a line: of an event that came in parts no more is to come."""
        if self._line is None:
            self._parts = None

    def drained(self) -> None:
        """What the line was given has gone out."""
        self._settle()

    def hello(self, session: str, limits: dict[str, int]) -> str:
        """The frame that answers an opening: *session* is its id, *limits* what it may send."""
        return serialize.encode(serialize.hello_frame(session, self.epoch, self.acked, limits))

    def ask(self, call: int, text: str) -> None:
        """Send the client a frame without a number, and on each line that comes until
        :meth:`answered`."""
        self._asked[call] = text
        self._given += len(text)
        self.tell(text)

    def answered(self, call: int) -> None:
        """What :meth:`ask` asked for is here, or not wanted any more."""
        del self._asked[call]

    def tell(self, text: str) -> None:
        """Send the client a frame without a number, if there is a line."""
        if self._line is not None:
            self._line.send(text)

    # -- what the client says -------------------------------------------------

    def receive(self, text: str) -> None:
        """Take what the client says: a frame (event, ack, ping, leave), or an array of them.

        Never raises: what can't be used is refused.
        """
        before = self._given
        try:
            frames = serialize.frames_in(text)
        except WireError as error:
            self.session.refuse(error)
            return
        for frame in frames:
            try:
                self._take(serialize.check(frame))
            except SequenceError as error:
                self._loses(error)
            except WireError as error:
                if self._is_due(error.event):
                    self.session.refuse(error)
        if self.on_answered is not None:
            self.on_answered(self._given - before)

    def _take(self, frame: dict[str, Any]) -> None:
        kind = frame["kind"]
        applied = frame["seq"] if kind == "ack" and "seq" in frame else frame.get("ack", 0)
        if applied and self._acks:
            self._drop_to(min(applied, self._out))
            self._settle()
        if kind == "event":
            self._event(frame)
        elif kind == "part":
            self._part(frame)
        elif kind == "leave" and not frame.get("back"):
            self.session.links.present(False, back=False)
        elif kind == "ping" and (line := self._line) is not None:
            again = self._acks and not line.sending
            line.send(serialize.PING)
            if again:
                # It heard nothing for long: what it has not acknowledged, it has not got.
                self._send_kept(line)
                self._ask_again(line)
        else:
            self.session.links.heard(frame)

    def _heard(self, line: Line, text: str) -> None:
        if line is self._line:
            self.receive(text)

    def _event(self, frame: dict[str, Any]) -> None:
        session, seq = self.session, frame.get("seq")
        if self._is_due(seq):
            if frame["data"]["type"] == "resync" and (seq is None or seq > session.acked):
                self._forget()
            session.take(frame)

    def _part(self, frame: dict[str, Any]) -> None:
        self._parts = self._parts or Parts(self._text)
        whole = self._parts.add(frame)
        if whole is not None:
            self._event(serialize.check(whole))
        elif self._line is not None:
            # On a slow line the others take a while: it is not dead.
            self._line.send(serialize.PING)

    def _is_due(self, seq: int | None) -> bool:
        """Whether event *seq* is for the session: its next, or one to be acknowledged again."""
        if seq is None:
            return True
        if self.session.acked < seq <= self._received:
            return False  # on its way: its frame will come
        if seq > self._received + 1:
            self._loses(SequenceError(f"event {seq} came after event {self._received}"))
            return False
        self._received = max(seq, self._received)
        return True

    def _loses(self, error: SequenceError) -> None:
        """A line that loses is at its end. The client comes back and sends all again."""
        log.warning("%s: the line is closed", error)
        self._end(AGAIN)

    # -- frames ---------------------------------------------------------------

    def send(self, text: str) -> None:
        """Take a frame of the session; each has the number after the last one's."""
        self._last += 1
        self._kept.append(text)
        self._bytes += len(text)
        self._given += len(text)
        if self.save is None:
            self._let_out(self._last)
        elif self._saver.busy or self.session.acked > self._saved:
            self._saver.start()
        else:
            self._let_out(self._last)
            self._saver.later()
        if self.full:
            self.session.hold()

    def _send_kept(self, line: Line) -> None:
        for seq, text in enumerate(self._kept, self._first):
            if seq <= self._out:
                self._given += len(text)
                line.send(text, seq)

    def _ask_again(self, line: Line) -> None:
        for text in self._asked.values():
            self._given += len(text)
            line.send(text)

    def _let_out(self, upto: int) -> None:
        if upto <= self._out:
            return  # a whole tree has taken the place of those that waited for the store
        start, self._out = self._out + 1, upto
        if (line := self._line) is None:
            return
        for seq in range(max(start, self._first), upto + 1):
            line.send(self._kept[seq - self._first], seq)
        if not self._acks:
            # The latest stay, for one that comes back and says where it was.
            self._drop_to(min(self._out, self._last - self._window))

    def _drop_to(self, seq: int) -> None:
        while self._first <= seq and self._kept:
            self._bytes -= len(self._kept.popleft())
            self._first += 1

    def _forget(self) -> None:
        """A whole tree comes next: it stands for all that is kept."""
        self._kept.clear()
        self._bytes = 0
        self._out = self._last
        self._first = self._last + 1

    def _settle(self) -> None:
        if not self.full:
            self.session.release()

    def _end(self, code: int) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close(code)
            self.session.links.present(False)

    # -- the store ------------------------------------------------------------

    def stored(self, *, final: bool = False) -> StoredSession:
        """The session as it is now, to be stored; *final* if nothing will run here any more.

        Raises ``StateNotSavedError`` if the state can't be JSON, or there is none.
        """
        session = self.session
        if self.keeper is None or session.app is None:
            raise StateNotSavedError("this session has no state, or no keeper that could write it")
        return self.keeper.store(session.app, self.epoch, session.acked, final=final)

    def save_soon(self) -> None:
        """Store the session as it is, though no event asks for it, where there is a store."""
        if self.save is not None:
            self._saver.start()

    async def save_now(self) -> None:
        """The same, and return when it is done, or given up for now."""
        self.save_soon()
        await self._saver.wait()

    def _mark(self) -> Callable[[], bool]:
        upto, acked = self._last, self.session.acked

        def saved() -> bool:
            self._saved = acked
            self._let_out(upto)
            self._settle()
            return self._out < self._last

        return saved

    async def _try_to_save(self) -> bool:
        return self.save is None or await self.save(self.stored())

    async def aclose(self, code: int = DONE) -> None:
        """End the session, its line and what saves it. Harmless twice.

        What is not stored yet stays so: store :meth:`stored` before, if it is to be kept.
        """
        self._end(code)
        await self._saver.stop()
        self.session.links.over = True  # what the app still calls as it ends, nobody answers
        await self.session.aclose()
