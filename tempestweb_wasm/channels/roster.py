"""Who is in a room, put together from what each process says about its own members.

Nobody keeps the list: each process tells its changes, numbered, and gives a sign of life.
Who hears a number that it can't follow asks for the whole. So lost texts, processes that
come, die or were cut off all mend by the next beat. Texts are JSON:

=====================================  ======================================================
``{"node","v":3,"set":{id:[since,      what changed since number 2; ``since`` is the wall clock's
data]},"del":[id]}``                   time in seconds at which the member came
``{"node","v":3,"all":{…}}``           all of the process's members
``{"node","v":3}``                     a sign of life
``{"node","who":["other"]}``           tell all of yours; with ``[]`` everyone is asked
=====================================  ======================================================
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tempestweb_wasm.core.channel import Subscription

Entries = dict[str, list[Any]]
"""Member id → ``[since, data as JSON text]``."""


@dataclass(slots=True)
class _Node:
    version: int
    heard: float
    members: Entries = field(default_factory=dict)


class Roster:
    """One room as the process *node* knows it.

    *send* publishes, at once; *soon* calls at the end of this turn of the loop.

    A process that is not heard of for *gone_after* seconds is gone, and so are its members.
    """

    def __init__(
        self,
        node: str,
        send: Callable[[str], None],
        soon: Callable[[Callable[[], None]], object],
        gone_after: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.listening: Subscription | None = None
        self._node = node
        self._send = send
        self._soon = soon
        self._gone_after = gone_after
        self._clock = clock
        self._own = _Node(0, 0)
        self._others: dict[str, _Node] = {}
        self._asked: set[str] = set()
        self._changes: Entries = {}
        self._gone: set[str] = set()
        self._due = False
        self._watchers: dict[Callable[[], None], None] = {}
        self._known: list[tuple[str, str]] | None = None

    @property
    def used(self) -> bool:
        """Whether somebody here is in the room, or watches it."""
        return bool(self._own.members or self._watchers)

    def everybody(self) -> list[tuple[str, str]]:
        """``(id, data as JSON text)`` of all members, the first to come first."""
        if self._known is None:
            # Every session that watches asks at each change.
            self._known = self._gather()
        return self._known

    def enter(self, member: str, data: str) -> None:
        """A member of this process came, or says something else about itself."""
        known = self._own.members.get(member)
        self._own.members[member] = entry = [known[0] if known else time.time(), data]
        self._changes[member] = entry
        self._gone.discard(member)
        self._changed()

    def leave(self, member: str) -> None:
        """A member of this process went."""
        if self._own.members.pop(member, None) is not None:
            self._changes.pop(member, None)
            self._gone.add(member)
            self._changed()

    def watch(self, changed: Callable[[], None]) -> None:
        """Call *changed* when :meth:`everybody` may be another."""
        self._watchers[changed] = None

    def unwatch(self, changed: Callable[[], None]) -> None:
        """Call it no more."""
        self._watchers.pop(changed, None)

    def ask(self, *nodes: str) -> None:
        """Ask *nodes*, or everyone, for all of their members."""
        self._say(who=list(nodes))

    def beat(self) -> None:
        """Give a sign of life, and let go of those who gave none."""
        if self._own.members and not self._due:
            self._say(v=self._own.version)
        self._asked.clear()
        before = self._clock() - self._gone_after
        dead = [name for name, node in self._others.items() if node.heard < before]
        for name in dead:
            del self._others[name]
        if dead:
            self._notify()

    def gone(self, node: str) -> None:
        """The process *node* is no more."""
        if self._others.pop(node, None) is not None:
            self._notify()

    def arrived(self, text: str) -> None:
        """Take what a process said, this one included."""
        frame = json.loads(text)
        node = frame["node"]
        if node == self._node:
            return
        if "who" in frame:
            if not frame["who"] or self._node in frame["who"]:
                self._tell_all()
            return
        if self._take(node, frame):
            self._notify()

    def gap(self, missed: int | None) -> None:
        """Texts were lost: everyone is asked, and hears what we are."""
        self.ask()
        self._tell_all()

    def close(self) -> None:
        """Hear no more."""
        if self.listening is not None:
            self.listening.cancel()

    def _gather(self) -> list[tuple[str, str]]:
        found: Entries = {}
        for node in (*self._others.values(), self._own):
            for member, entry in node.members.items():
                # One that went on in another process may be told by both for a while.
                if member not in found or found[member][0] < entry[0]:
                    found[member] = entry
        ordered = sorted(found.items(), key=lambda item: (item[1][0], item[0]))
        return [(member, entry[1]) for member, entry in ordered]

    def _take(self, name: str, frame: dict[str, Any]) -> bool:
        version = frame["v"]
        known = self._others.get(name)
        if "all" in frame:
            self._asked.discard(name)
            self._put(name, _Node(version, self._clock(), frame["all"]))
            return known is None or known.members != frame["all"]
        if known is not None:
            known.heard = self._clock()
        if "set" in frame and (version == 1 or (known and known.version == version - 1)):
            # The first change of all: what was known before is of an earlier stay.
            members = dict(known.members) if known and version > 1 else {}
            members.update(frame["set"])
            for member in frame["del"]:
                members.pop(member, None)
            self._put(name, _Node(version, self._clock(), members))
            return True
        if (known is None or known.version != version) and name not in self._asked:
            self._asked.add(name)
            self.ask(name)
        return False

    def _put(self, name: str, node: _Node) -> None:
        if node.members:
            self._others[name] = node
        else:
            # Without members it gives no sign of life either.
            self._others.pop(name, None)

    def _changed(self) -> None:
        """Tell all changes of this turn of the loop at once."""
        if not self._due:
            self._due = True
            self._soon(self._tell_changes)
        self._notify()

    def _tell_changes(self) -> None:
        self._due = False
        if not self._changes and not self._gone:
            return
        self._own.version += 1
        self._say(v=self._own.version, set=self._changes, **{"del": sorted(self._gone)})
        self._changes, self._gone = {}, set()

    def _tell_all(self) -> None:
        # Before the first change is told, there is nothing that anyone could know.
        if self._own.version and not self._due:
            self._say(v=self._own.version, all=self._own.members)

    def _notify(self) -> None:
        self._known = None
        for changed in tuple(self._watchers):
            changed()

    def _say(self, **what: Any) -> None:
        self._send(json.dumps({"node": self._node, **what}, ensure_ascii=False))
