"""From an exception to what the client, the log and a developer get to read."""

from __future__ import annotations

import logging
import re
import traceback
from dataclasses import fields
from pathlib import Path

from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.errors import (
    AppError,
    HandlerError,
    StateError,
    TempestError,
    UnknownPropError,
    ViewError,
    WireError,
)
from tempestweb_wasm.runtime import serialize

log = logging.getLogger("tempestweb_wasm")

_PACKAGE = str(Path(__file__).resolve().parent.parent)
_NOT_THE_APP = re.compile(r"^<|site-packages|/python3?[.\d]*/|python\d+\.zip")
_KEYWORD = re.compile(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'")
_MISSING = re.compile(r"(\w+)\.__init__\(\) missing \d+ required keyword-only arguments?: (.+)")
_POSITIONAL = re.compile(r"(\w+)\.__init__\(\) takes 1 positional argument but \d+ ")


def state_error(error: BaseException) -> StateError:
    """What a failed ``make_state`` is reported as."""
    named = StateError(f"make_state raised {type(error).__name__}: {error}")
    named.__cause__ = error
    return named


def view_error(error: BaseException) -> AppError:
    """What a failed ``view`` is reported as; the cause keeps the app's own traceback."""
    if isinstance(error, AppError):
        return error
    known = _widget_call(error) if isinstance(error, TypeError) else None
    named = known or ViewError(f"view raised {type(error).__name__}: {error}")
    named.__cause__ = error
    return named


def handler_error(error: BaseException, where: str) -> AppError:
    """What a failed handler or task is reported as."""
    if isinstance(error, AppError):
        return error
    named = HandlerError(f"{where} raised {type(error).__name__}: {error}")
    named.__cause__ = error
    return named


def note(error: TempestError) -> None:
    """Put *error* into the log."""
    if isinstance(error, WireError):
        # A client may send a hundred a second, and what it sent says where the fault is.
        log.info("a frame is refused: %s", error)
        return
    origin = error.__cause__ or error
    log.error("%s", error, exc_info=(type(origin), origin, origin.__traceback__))


def frame(error: TempestError, seq: int, ack: int, *, dev: bool) -> str:
    """The frame that tells the client of *error*; its text and traceback with *dev* only,
    unless it is the client's own fault."""
    message = str(error) if dev or isinstance(error, WireError) else public_message(error)
    told = serialize.error_frame(error.code, message, detail(error) if dev else None, seq, ack)
    return serialize.encode(told)


def public_message(error: TempestError) -> str:
    """A message without the app's data, for visitors."""
    if isinstance(error, ViewError) or not isinstance(error, HandlerError):
        return "This part of the app could not be shown."
    return "That did not work. The app goes on."


def detail(error: BaseException) -> str:
    """The traceback as a developer wants it: where in the app's own code it ends, then all of
    it from the app's first line on."""
    origin = error.__cause__ or error
    lines: list[str] = []
    summary = traceback.TracebackException.from_exception(origin)
    frames = list(summary.stack)
    while len(frames) > 1 and frames[0].filename.startswith(_PACKAGE):
        del frames[0]
    place = next((frame for frame in reversed(frames) if _is_the_apps(frame.filename)), None)
    if place is not None:
        lines.append(f"{place.filename}, line {place.lineno}, in {place.name}\n\n")
    if isinstance(error, TempestError) and origin is not error:
        lines.append(f"{type(error).__name__}: {error}\n\n")
    summary.stack = traceback.StackSummary.from_list(frames)
    return "".join([*lines, *summary.format()]).rstrip()


def _is_the_apps(filename: str) -> bool:
    return not filename.startswith(_PACKAGE) and not _NOT_THE_APP.search(filename)


def _classes(root: type[Widget]) -> dict[str, type[Widget]]:
    found = {root.__name__: root}
    for sub in root.__subclasses__():
        found.update(_classes(sub))
    return found


def _widget_call(error: TypeError) -> UnknownPropError | None:
    """A widget called with what it does not take: say so, and what it may have meant."""
    import difflib  # only when something went wrong: it costs the page's start

    text = str(error)
    match = _KEYWORD.search(text)
    if match is not None and (cls := _classes(Widget).get(match[1])) is not None:
        names = sorted(field.name for field in fields(cls))
        near = difflib.get_close_matches(match[2], names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(names)}"
        return UnknownPropError(f"{match[1]} has no prop {match[2]!r}", hint)
    match = _MISSING.search(text)
    if match is not None and match[1] in _classes(Widget):
        return UnknownPropError(f"{match[1]} was made without {match[2]}", "pass it by name")
    match = _POSITIONAL.search(text)
    if match is not None and (cls := _classes(Widget).get(match[1])) is not None:
        first = next(iter(cls.spec.names), "key")
        hint = f"name each argument: {match[1]}({first}=…)"
        return UnknownPropError(f"{match[1]} takes keyword arguments only", hint)
    return None
