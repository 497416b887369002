"""Every error that tempestweb-wasm raises or reports, in one tree.

::

    TempestError
    ├── AppError            the app's own code or what it handed over
    │   ├── WidgetError     a widget that can't be rendered (names the path)
    │   │   ├── DuplicateKeyError        duplicate_key
    │   │   ├── ChildError               not_a_widget
    │   │   ├── PropError                bad_prop
    │   │   ├── UnknownPropError         unknown_prop
    │   │   └── UnsafeValueError         unsafe_value
    │   ├── ViewError       view_failed       (view raised or returned no widget)
    │   ├── HandlerError    handler_failed
    │   ├── StateError      state_failed      (make_state or a mutator raised)
    │   ├── StateNotSavedError               state_not_saved
    │   ├── StateNotReadError                state_not_read
    │   │   └── StateTooNewError             state_too_new
    │   ├── MessageError    bad_message       (not what its channel carries)
    │   └── StyleError      bad_style
    ├── WireError           what arrived can't be used
    │   ├── FrameError                   bad_frame
    │   ├── UnsupportedKindError         unsupported_kind
    │   ├── UnknownTargetError           unknown_target
    │   ├── AmbiguousKeyError            ambiguous_key
    │   ├── PayloadError                 bad_payload
    │   ├── SequenceError                out_of_order
    │   └── OpeningError                 bad_opening
    ├── NativeError         native_error  (a capability of the visitor's browser)
    │   ├── NativeUnsupportedError       native_unsupported
    │   ├── NativeDeniedError            native_denied
    │   ├── NativeFailedError            native_failed
    │   ├── NativeTimeoutError           native_timed_out
    │   └── NativeAnswerError            native_bad_answer
    ├── LoadError           an app that can't be loaded
    │   ├── AppNotFoundError             app_not_found
    │   ├── NoViewError                  no_view
    │   └── AppImportError               app_import_failed
    ├── BuildError          a build that can't be made
    │   ├── PackageError                 no_wheel
    │   ├── ToolMissingError             tool_missing
    │   └── ConfigError                  bad_config
    ├── RuntimeSetupError   the host can't run it
    │   ├── PortInUseError               port_in_use
    │   ├── PyodideVersionError          pyodide_too_old
    │   └── TargetError                  no_target
    └── ServiceError        what the host stands on does not answer
        ├── StoreError                   store_failed
        └── BrokerError                  broker_failed

Each class has a stable ``code``; ``docs/errors.md`` has a section for each one.
A message says what happened (with the value), where, and what to do.
"""

from __future__ import annotations

from typing import ClassVar

MOST_QUOTED = 500
"""So many characters may the message of a ``WireError`` have; the rest is left out."""


class TempestError(Exception):
    """Base of all errors of this library; ``code`` is stable, the text is not."""

    code: ClassVar[str] = "error"


class AppError(TempestError):
    """The app's own code failed, or handed over something that can't be used."""

    code = "app_error"


class WidgetError(AppError):
    """A widget that can't be rendered.

    ``what`` is the fault, ``hint`` what to do; ``path`` holds child indexes from the
    root, filled in by the parents while the error passes through them, so that a
    render without faults pays nothing for it.
    """

    code = "bad_widget"

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what, hint)
        self.what = what
        self.hint = hint
        self.path: list[int] = []

    def __str__(self) -> str:
        where = "/".join(("root", *map(str, self.path)))
        return f"{self.what} at {where}: {self.hint}"


class DuplicateKeyError(WidgetError):
    """Two siblings have the same key."""

    code = "duplicate_key"


class ChildError(WidgetError):
    """A child that is not a widget."""

    code = "not_a_widget"


class PropError(WidgetError):
    """A prop holds a value that can't be rendered (NaN, an unknown type, …)."""

    code = "bad_prop"


class UnknownPropError(WidgetError):
    """A widget was called with a keyword that it does not take."""

    code = "unknown_prop"


class UnsafeValueError(WidgetError):
    """A URL or attribute that could run script (``javascript:``, ``on*``)."""

    code = "unsafe_value"


class ViewError(AppError):
    """``view`` raised, or returned something that is no widget."""

    code = "view_failed"


class HandlerError(AppError):
    """An event handler or a task of the app raised."""

    code = "handler_failed"


class StateError(AppError):
    """``make_state`` or a mutator given to ``set_state`` raised."""

    code = "state_failed"


class StateNotSavedError(AppError):
    """The state of an app with ``persist`` can't be stored."""

    code = "state_not_saved"


class StateNotReadError(AppError):
    """What is stored of an app's state can't be read."""

    code = "state_not_read"


class StateTooNewError(StateNotReadError):
    """A later version has stored the state."""

    code = "state_too_new"


class MessageError(AppError):
    """A message that is not what its channel carries."""

    code = "bad_message"


class StyleError(AppError):
    """A style value that can't be understood."""

    code = "bad_style"


class WireError(TempestError):
    """A frame that arrived can't be used."""

    code = "wire_error"
    event: int | None = None
    """Number of the event that it is, if it is one and has a number."""

    def __str__(self) -> str:
        # It quotes what came, which may be a megabyte, and is told to the client and to the log.
        text = super().__str__()
        return text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}…"


class FrameError(WireError):
    """A frame that is not what ``docs/wire.md`` says."""

    code = "bad_frame"


class UnsupportedKindError(WireError):
    """A frame of an unknown or reserved kind."""

    code = "unsupported_kind"


class UnknownTargetError(WireError):
    """An event for a node that does not exist, or has no such handler."""

    code = "unknown_target"


class AmbiguousKeyError(WireError):
    """An event named a key that more than one live node has."""

    code = "ambiguous_key"


class PayloadError(WireError):
    """An event whose payload is not what its type carries."""

    code = "bad_payload"


class SequenceError(WireError):
    """An event number that leaves a gap."""

    code = "out_of_order"


class OpeningError(WireError):
    """A client's opening of a line that can't be understood."""

    code = "bad_opening"


class NativeError(TempestError):
    """A call of the visitor's browser came to nothing; ``capability`` names what was called."""

    code = "native_error"

    def __init__(self, capability: str, what: str) -> None:
        super().__init__(f"{capability}: {what}")
        self.capability = capability


class NativeUnsupportedError(NativeError):
    """The browser does not have it, or not for this page."""

    code = "native_unsupported"


class NativeDeniedError(NativeError):
    """The visitor, the browser or a policy does not allow it."""

    code = "native_denied"


class NativeFailedError(NativeError):
    """It was tried and failed."""

    code = "native_failed"


class NativeTimeoutError(NativeError):
    """No answer came in time; whether it was done is not known."""

    code = "native_timed_out"


class NativeAnswerError(NativeError):
    """The answer is not of the shape that it must have."""

    code = "native_bad_answer"


class LoadError(TempestError):
    """An app that can't be loaded."""

    code = "load_error"


class AppNotFoundError(LoadError):
    """The app's file or folder does not exist."""

    code = "app_not_found"


class NoViewError(LoadError):
    """The app has no ``view`` (or no ``make_state``)."""

    code = "no_view"


class AppImportError(LoadError):
    """Importing the app raised."""

    code = "app_import_failed"


class BuildError(TempestError):
    """A build that can't be made."""

    code = "build_failed"


class PackageError(BuildError):
    """A package that has no wheel for the interpreter."""

    code = "no_wheel"


class ToolMissingError(BuildError):
    """A tool that the build needs is not on this machine."""

    code = "tool_missing"


class ConfigError(BuildError):
    """``tempestweb.toml`` or a PEP 723 block that can't be understood."""

    code = "bad_config"


class RuntimeSetupError(TempestError):
    """The host can't run the app."""

    code = "setup_error"


class PortInUseError(RuntimeSetupError):
    """Another program listens on the port."""

    code = "port_in_use"


class PyodideVersionError(RuntimeSetupError):
    """The page's Pyodide is older than this library needs."""

    code = "pyodide_too_old"


class TargetError(RuntimeSetupError):
    """The element that an app should mount into does not exist."""

    code = "no_target"


class ServiceError(TempestError):
    """A service that the host stands on can't be reached, or refused."""

    code = "service_failed"


class StoreError(ServiceError):
    """The store of sessions can't be reached, or refused."""

    code = "store_failed"


class BrokerError(ServiceError):
    """The broker of the channels can't be reached, or refused."""

    code = "broker_failed"
