"""Events: what is taken, what is refused, who gets one, and what ``on`` takes."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from datetime import date
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tempestweb_wasm import tables
from tempestweb_wasm.core import events
from tempestweb_wasm.core.events import On, on, parse, wants_event
from tempestweb_wasm.errors import PayloadError, RuntimeSetupError

# What docs/wire.md says each kind of payload holds.
PAYLOADS: dict[str, Any] = {
    "pointer": {"ctrl": True, "shift": True},
    "text": {"value": "2024-05-06"},
    "checked": {"checked": True},
    "option": {"value": "a", "index": 0},
    "number": {"value": 2.5},
    "files": {"files": [{"ref": 1, "name": "a.txt", "size": 3, "type": "text/plain"}]},
    "form": {"values": {"name": "Ada", "agree": True, "age": 36}},
    "key": {"key": "Enter", "code": "Enter", "shift": True},
    "none": None,
}


def test_the_classes_are_those_of_the_table() -> None:
    table = tables.load("events")
    used = {event for row in table["widgets"].values() for _type, event in row.values()}

    assert set(events.EVENTS) == set(table["payloads"]) == used


@pytest.mark.parametrize("name", sorted(events.EVENTS))
def test_each_event_takes_the_payload_of_the_table_and_can_t_change(name: str) -> None:
    payload = PAYLOADS[tables.load("events")["payloads"][name]]
    event = parse(name, payload)

    assert type(event).__name__ == name
    for field, value in (payload or {}).items():
        if field != "files":
            assert getattr(event, field) == value
            with pytest.raises(ValidationError):
                setattr(event, field, value)


BAD: dict[str, tuple[str, Any, str]] = {
    "missing": ("TextChangeEvent", {}, "value is missing"),
    "no payload": ("ToggleEvent", None, "checked is missing"),
    "list": ("TextChangeEvent", [1], "not an object"),
    "string": ("TapEvent", "x", "not an object"),
    "number for text": ("TextChangeEvent", {"value": 3}, "value is 3"),
    "null for text": ("TextChangeEvent", {"value": None}, "value is None"),
    "number for flag": ("ToggleEvent", {"checked": 1}, "checked is 1"),
    "text for flag": ("TapEvent", {"ctrl": "true"}, "ctrl is 'true'"),
    "text for number": ("SlideEvent", {"value": "3"}, "value"),
    "flag for number": ("SlideEvent", {"value": True}, "value"),
    "nan": ("SlideEvent", {"value": float("nan")}, "value"),
    "infinity": ("SlideEvent", {"value": float("inf")}, "value"),
    "index": ("SelectEvent", {"value": "a", "index": -2}, "index is -2"),
    "date in words": ("DateChangeEvent", {"value": "3 May"}, "value is '3 May'"),
    "date with markup": ("DateChangeEvent", {"value": "2024-05-06\n"}, "value"),
    "files": ("FileSelectEvent", {"files": {}}, "files is {}"),
    "file without a name": ("FileSelectEvent", {"files": [{"ref": 1, "size": 1}]}, "files.0.name"),
    "negative size": (
        "FileSelectEvent",
        {"files": [{"ref": 1, "name": "a", "size": -1}]},
        "files.0.size is -1",
    ),
    "form value": ("SubmitEvent", {"values": {"a": None}}, "values.a"),
    "form of forms": ("SubmitEvent", {"values": {"a": {"b": "c"}}}, "values.a"),
    "key": ("KeyEvent", {"code": "KeyA"}, "key is missing"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_payload_that_does_not_fit_is_refused_with_its_place(case: str) -> None:
    name, payload, part = BAD[case]

    with pytest.raises(PayloadError) as caught:
        parse(name, payload)
    assert caught.value.code == "bad_payload"
    assert str(caught.value).startswith(f"{name}: ")
    assert part in str(caught.value)


def test_a_long_value_is_not_repeated_whole_in_the_message() -> None:
    with pytest.raises(PayloadError) as caught:
        parse("ToggleEvent", {"checked": "x" * 10_000})
    assert len(str(caught.value)) < 200


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(["value", "checked", "index", "files", "values", "key", "ctrl", "other"])


@given(st.sampled_from(sorted(events.EVENTS)), st.dictionaries(fields, json_values) | json_values)
def test_any_payload_is_an_event_or_a_payload_error(name: str, payload: Any) -> None:
    try:
        event = parse(name, payload)
    except PayloadError:
        return
    assert type(event) is events.EVENTS[name]


def test_what_an_event_does_not_know_is_ignored() -> None:
    assert parse("TapEvent", {"ctrl": True, "pressure": 0.5}) == events.TapEvent(ctrl=True)


def test_a_whole_number_on_a_slider_prints_as_one() -> None:
    assert f"{parse('SlideEvent', {'value': 50}).value}" == "50"  # type: ignore[attr-defined]
    assert f"{parse('SlideEvent', {'value': 0.5}).value}" == "0.5"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("", None),
        ("12024-01-01", None),
        ("2023-02-30", None),
    ],
)
def test_a_date_event_has_the_date(text: str, wanted: date | None) -> None:
    event = parse("DateChangeEvent", {"value": text})

    assert isinstance(event, events.DateChangeEvent)
    assert event.value == text
    assert event.date == wanted


# -- files --------------------------------------------------------------------------

DATA = bytes(range(10))


def picked(*, attached: bool = True) -> tuple[events.PickedFile, list[tuple[int, int, int | None]]]:
    file = events.PickedFile(ref=4, name="ten.bin", size=len(DATA))
    calls: list[tuple[int, int, int | None]] = []

    async def read(ref: int, start: int, end: int | None) -> bytes:
        calls.append((ref, start, end))
        return DATA[start:end]

    if attached:
        file.attach(read)
    return file, calls


async def test_a_picked_file_is_read_whole_in_part_and_in_pieces() -> None:
    file, calls = picked()

    assert await file.read() == DATA
    assert await file.read(2, 5) == DATA[2:5]
    assert [piece async for piece in file.chunks(4)] == [DATA[:4], DATA[4:8], DATA[8:]]
    assert calls == [(4, 0, None), (4, 2, 5), (4, 0, 4), (4, 4, 8), (4, 8, 10)]


async def test_an_empty_file_has_no_pieces_and_a_text_is_decoded() -> None:
    empty = events.PickedFile(ref=1, name="empty", size=0)
    text = events.PickedFile(ref=1, name="a.txt", size=5)

    async def read(ref: int, start: int, end: int | None) -> bytes:
        return "é €".encode()[start:end]

    text.attach(read)
    assert [piece async for piece in empty.chunks()] == []
    assert await text.text() == "é €"


async def test_reading_what_can_t_be_read_is_an_error() -> None:
    file, calls = picked()
    for start, end in ((-1, None), (5, 2)):
        with pytest.raises(ValueError, match="read"):
            await file.read(start, end)
    with pytest.raises(ValueError, match="at least one byte"):
        await anext(file.chunks(0))
    assert calls == []
    alone, _calls = picked(attached=False)
    with pytest.raises(RuntimeSetupError, match=r"ten\.bin"):
        await alone.read()


def test_a_form_s_files_are_found_among_its_values() -> None:
    one: dict[str, Any] = {"ref": 1, "name": "a", "size": 1}
    two = {"ref": 2, "name": "b", "size": 1}
    event = parse("SubmitEvent", {"values": {"cv": [one], "name": "Ada", "more": [two]}})

    assert isinstance(event, events.SubmitEvent)
    assert [file.ref for file in event.files] == [1, 2]
    assert event.values["cv"] == [events.PickedFile(**one)]


# -- who gets the event ---------------------------------------------------------------


def nothing() -> None: ...
def one(event: Any) -> None: ...
def optional(event: Any = None) -> None: ...
def rest(*args: Any) -> None: ...
def named(*, event: Any = None) -> None: ...
def positional(event: Any, /) -> None: ...
async def later() -> None: ...
async def later_one(event: Any) -> None: ...


def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def inner(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return inner


class Model:
    def __init__(self, event: Any = None) -> None:
        self.got = event

    def plain(self) -> None: ...
    def typed(self, event: Any) -> None: ...
    def optional(self, event: Any = None) -> None: ...
    def variadic(*args: Any) -> None: ...

    @classmethod
    def of_class(cls) -> None: ...
    @classmethod
    def of_class_typed(cls, event: Any) -> None: ...
    @staticmethod
    def static() -> None: ...
    @staticmethod
    def static_typed(event: Any) -> None: ...


class Silent:
    def __call__(self) -> None: ...


class Listening:
    def __call__(self, event: Any) -> None: ...


MATRIX: list[tuple[Any, bool]] = [
    (nothing, False),
    (one, True),
    (optional, False),
    (rest, False),
    (named, False),
    (positional, True),
    (later, False),
    (later_one, True),
    (lambda i=3: i, False),
    (lambda e, i=3: i, True),
    (Model().plain, False),
    (Model().typed, True),
    (Model().optional, False),
    (Model().variadic, False),
    (Model().of_class, False),
    (Model().of_class_typed, True),
    (Model.static, False),
    (Model.static_typed, True),
    (Model, False),
    (Silent(), False),
    (Listening(), True),
    (Listening().__call__, True),
    (functools.partial(one), True),
    (functools.partial(one, 1), False),
    (functools.partial(one, event=1), False),
    (functools.partial(Model().typed, 1), False),
    (decorated(nothing), False),
    (decorated(one), True),
    (decorated(Model().typed), True),
    (on(one), True),
    (on(nothing, debounce=5), False),
    ([].clear, False),
    ([].append, True),
    (print, False),
    (dict, False),
    (Mock(), False),
]


@pytest.mark.parametrize(("handler", "wanted"), MATRIX)
def test_a_handler_gets_the_event_if_it_requires_a_positional_argument(
    handler: Any, wanted: bool
) -> None:
    assert wants_event(handler) is wanted


@st.composite
def functions(draw: st.DrawFn) -> tuple[Callable[..., Any], int]:
    """A function of a random signature, and how many arguments it requires by position."""
    required = draw(st.integers(0, 3))
    parts = [f"a{i}" for i in range(required)]
    parts += [f"b{i}=0" for i in range(draw(st.integers(0, 2)))]
    slash = draw(st.booleans())
    if parts and slash:
        parts.insert(draw(st.integers(1, len(parts))), "/")
    tail = draw(st.sampled_from(["", "*args", "*args, k=0", "*, k=0", "**kwargs"]))
    word = draw(st.sampled_from(["", "async "]))
    names: dict[str, Any] = {}
    exec(f"{word}def f({', '.join([*parts, tail])}): pass".replace(", )", ")"), names)
    return names["f"], required


@given(functions())
def test_the_quick_way_agrees_with_the_signature(made: tuple[Callable[..., Any], int]) -> None:
    function, required = made

    assert wants_event(function) is (required > 0)
    if inspect.signature(function).parameters and next(
        iter(inspect.signature(function).parameters.values())
    ).kind not in (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD):
        bound = function.__get__(Model())
        assert wants_event(bound) is (required > 1)
        assert wants_event(functools.partial(function, 1)) is (required > 1)
        assert wants_event(decorated(function)) is (required > 0)


# -- on ---------------------------------------------------------------------------------


def test_on_keeps_the_handler_and_says_on_the_wire_what_is_set() -> None:
    assert on(nothing).wire == {}
    assert on(nothing, debounce=0, prevent=False).wire == {}
    assert on(one, debounce=200).wire == {"debounce": 200}
    assert on(one, throttle=50, prevent=True).wire == {"throttle": 50, "prevent": True}
    assert on(one, keys="Enter").wire == {"keys": ["Enter"]}
    made = on(one, keys=("a", "b"))
    assert made.wire == {"keys": ["a", "b"]}
    assert made.handler is one
    assert not hasattr(made, "__dict__")
    assert "keys=['a', 'b']" in repr(made)


@pytest.mark.parametrize(
    ("options", "error", "part"),
    [
        ({"debounce": -1}, ValueError, "0 to 60000"),
        ({"throttle": 60_001}, ValueError, "0 to 60000"),
        ({"debounce": 0.2}, TypeError, "milliseconds"),
        ({"debounce": True}, TypeError, "milliseconds"),
        ({"throttle": "200"}, TypeError, "milliseconds"),
        ({"debounce": 5, "throttle": 5}, ValueError, "not both"),
        ({"keys": []}, ValueError, "at least one key"),
        ({"keys": ""}, ValueError, "at least one key"),
        ({"keys": ["Enter", 3]}, ValueError, "at least one key"),
    ],
)
def test_on_refuses_what_makes_no_sense(
    options: dict[str, Any], error: type[Exception], part: str
) -> None:
    with pytest.raises(error, match=part):
        on(nothing, **options)


def test_on_refuses_what_is_no_function() -> None:
    with pytest.raises(TypeError, match="without calling"):
        on(None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="twice"):
        on(On(nothing, {}), debounce=5)  # type: ignore[arg-type]
