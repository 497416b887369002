"""Whether a command asks for several processes like this one, which must share something."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import PurePath

_SERVERS = frozenset({"uvicorn", "gunicorn", "hypercorn", "granian", "fastapi"})
_OPTION = re.compile(r"(?:--workers|-w)(?:=|)(\d+)")


def workers_asked(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Return how many workers the command line of an ASGI server asks for, 1 for all others.

    A worker that was spawned or forked has its parent's *arguments*. What a program passes to
    ``uvicorn.run`` is not seen.
    """
    program = PurePath(arguments[0]) if arguments else PurePath()
    # python -m uvicorn runs uvicorn/__main__.py.
    if _SERVERS.isdisjoint({program.stem, program.parent.name}):
        return 1
    asked = environment.get("WEB_CONCURRENCY", "")
    for argument, value in zip(arguments, [*arguments[1:], ""], strict=True):
        if argument in {"--workers", "-w"}:
            asked = value
        elif found := _OPTION.fullmatch(argument):
            asked = found[1]
    return int(asked) if asked.isdecimal() else 1


def warning() -> str | None:
    """Return what to tell whoever started several workers that share nothing."""
    count = workers_asked(sys.argv, os.environ)
    if count < 2:
        return None
    return (
        f"{count} workers are asked for, and they share no broker: a client that reaches another "
        "one than before begins anew, what is published reaches one worker's visitors alone, and "
        "event streams don't work. Give all of them TEMPEST_BROKER=redis://… and one "
        "TEMPEST_SECRET, or start one worker (docs/deploying.md, Many processes)."
    )
