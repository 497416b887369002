"""When a component may be skipped: its arguments can't have changed since last time.

Only values that never change in place count. Anything else renders again, because a
handler may have changed it where it is, and the screen would go stale. ``==`` never runs
on classes that are not known here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from types import FunctionType, MethodType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import BaseModel

from tempestweb_wasm.core.app import App, Bound
from tempestweb_wasm.core.component import FunctionComponent

ATOMS: frozenset[type] = frozenset(
    (
        str,
        int,
        bool,
        float,
        complex,
        bytes,
        NoneType,
        date,
        datetime,
        time,
        timedelta,
        Decimal,
        UUID,
    )
)
"""Classes whose values never change and compare by value."""


class Memo:
    """Compares the arguments of components; remembers what it learned of classes.

    *warn* is told, once each, which argument keeps a component from being skipped.
    """

    def __init__(self, warn: Callable[[str], None] | None = None) -> None:
        self._warn = warn
        self._warned: set[tuple[object, object]] = set()
        self._fields: dict[type, tuple[str, ...] | None] = {}
        self._solid: dict[type, bool] = dict.fromkeys(ATOMS, True)

    def same(self, old: FunctionComponent, new: FunctionComponent) -> bool:
        """Whether *new* would render what *old* did: the same function, equal arguments.

        In a long list the arguments are nearly always the very objects of last time. Whether
        their classes can be trusted is noted on *old*, which stays as long as it is skipped.
        """
        before, after = old.args, new.args
        if old.solid is None:
            old.solid = not old.kwargs and all(map(self.is_solid, map(type, before)))
        if len(before) != len(after):
            return False
        if old.function is not new.function and not self.same_function(old.function, new.function):
            return False
        if old.solid and not new.kwargs:
            for a, b in zip(before, after, strict=True):
                if a is not b and not self.equal(a, b):
                    return False
            return True
        if old.kwargs.keys() != new.kwargs.keys():
            return False
        for index, (a, b) in enumerate(zip(before, after, strict=True)):
            if not self.equal(a, b):
                return self._differs(new, index, a, b)
        for name, b in new.kwargs.items():
            if not self.equal(old.kwargs[name], b):
                return self._differs(new, name, old.kwargs[name], b)
        return True

    def equal(self, a: Any, b: Any) -> bool:
        """Whether *a* and *b* are equal and can't have changed in place."""
        cls = a.__class__
        if cls is not b.__class__:
            return False
        if a is b and self.is_solid(cls):
            return True
        if cls in ATOMS:
            return bool(a == b)
        if cls is tuple or (isinstance(a, tuple) and self._frozen_fields(cls)):
            return len(a) == len(b) and self._equal_items(a, b, self.is_solid(cls))
        if cls is FunctionType:
            return self.same_function(a, b)
        if cls is MethodType:
            return a.__self__ is b.__self__ and a.__func__ is b.__func__
        if cls is Bound:
            return a.app is b.app and self.equal(a.change, b.change) and self.equal(a.args, b.args)
        fields = self._frozen_fields(cls)
        if fields is None:
            return False
        return all(self.equal(getattr(a, name), getattr(b, name)) for name in fields)

    def _equal_items(self, a: tuple[Any, ...], b: tuple[Any, ...], solid: bool) -> bool:
        for x, y in zip(a, b, strict=True):
            if not (solid and x is y) and not self.equal(x, y):
                return False
        return True

    def same_function(self, a: Callable[..., Any], b: Callable[..., Any]) -> bool:
        """Whether two functions are one ``def`` or ``lambda`` that closed over equal values."""
        if a is b:
            return True
        if a.__class__ is not FunctionType or b.__class__ is not FunctionType:
            return False
        if a.__code__ is not b.__code__ or a.__globals__ is not b.__globals__:
            return False
        cells = zip(a.__closure__ or (), b.__closure__ or (), strict=True)
        try:
            closed = all(self.equal(x.cell_contents, y.cell_contents) for x, y in cells)
        except ValueError:  # a name that is not bound yet
            return False
        return closed and self.equal(a.__defaults__, b.__defaults__) and not a.__kwdefaults__

    def is_solid(self, cls: type) -> bool:
        """Whether no instance of *cls* can change, nor anything that it holds."""
        solid = self._solid.get(cls)
        if solid is None:
            self._solid[cls] = False  # while a class that holds itself is looked at
            solid = self._solid[cls] = self._look(cls)
        return solid

    def are_solid(self, items: Iterable[Any]) -> bool:
        """Whether none of *items* can change; each class is asked about once."""
        return all(map(self.is_solid, set(map(type, items))))

    def _look(self, cls: type) -> bool:
        if issubclass(cls, Enum) or cls is App:
            return True  # an app stays itself; what reads its state is not skipped
        fields = self._frozen_fields(cls)
        if fields is None:
            return False
        try:
            hints = get_type_hints(cls)
        except (NameError, TypeError, AttributeError):  # only a type checker can read it
            return False
        return all(self._solid_hint(hints.get(name)) for name in fields)

    def _solid_hint(self, hint: Any) -> bool:
        if isinstance(hint, type):
            return self.is_solid(hint)
        origin = get_origin(hint)
        if origin in (Union, UnionType, tuple):
            return all(arg is ... or self._solid_hint(arg) for arg in get_args(hint))
        return False

    def _frozen_fields(self, cls: type) -> tuple[str, ...] | None:
        if cls not in self._fields:
            self._fields[cls] = _frozen_fields(cls)
        return self._fields[cls]

    def _differs(self, new: FunctionComponent, place: object, a: Any, b: Any) -> bool:
        """Say, in development, that an argument is of a class that can change in place."""
        if self._warn is not None and (new.kind, place) not in self._warned and a is b:
            self._warned.add((new.kind, place))
            name = new.function.__code__.co_varnames[place] if isinstance(place, int) else place
            self._warn(
                f"component {new.function.__qualname__} renders each time: its argument "
                f"{name!r} is a {type(b).__qualname__}, which can change in place; make that a "
                "frozen dataclass, or pass what is needed of it"
            )
        return False


def _frozen_fields(cls: type) -> tuple[str, ...] | None:
    """The fields of a frozen dataclass, model or named tuple; None for any other class."""
    params = getattr(cls, "__dataclass_params__", None)
    if params is not None:
        return tuple(f.name for f in dataclasses.fields(cls)) if params.frozen else None
    if issubclass(cls, BaseModel):
        return tuple(cls.model_fields) if cls.model_config.get("frozen") else None
    if issubclass(cls, tuple):
        return getattr(cls, "_fields", None)
    return None
