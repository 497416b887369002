"""Frozen pydantic models of which equal ones are the same object.

A row's style is written out again in every render, so making one must cost about a
look-up: the arguments as given (with their exact types, since ``1``, ``1.0`` and
``True`` are equal but not the same argument) lead to the finished object, and
pydantic runs only the first time. Behind that, one table of weak references holds
every living object by its values, so that other spellings of the same values, copies
and unpickled ones lead to the same object too.

The cache of arguments is bounded (:data:`CACHE_SIZE`, least recently used go first),
and the table of living objects by what the app keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakValueDictionary

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from tempestweb_wasm.errors import StyleError
from tempestweb_wasm.style._errors import explained, shown

CACHE_SIZE = 4096
"""Spellings of arguments that are remembered."""

_living: WeakValueDictionary[tuple[Any, ...], Any] = WeakValueDictionary()
_lock = Lock()


@lru_cache(CACHE_SIZE, typed=True)
def _made(cls: Any, shape: Any, /, **values: Any) -> Any:
    # `shape` is only there to be part of the key.
    return cls.model_validate(values)


def _shape(value: Any) -> Any:
    """Return the types inside a tuple, which ``typed=True`` does not look into."""
    return tuple(map(_shape, value)) if type(value) is tuple else type(value)


def cache_size() -> int:
    """Return how many spellings are remembered, at most :data:`CACHE_SIZE`."""
    return _made.cache_info().currsize


if TYPE_CHECKING:
    # The metaclass would switch the checking of arguments off in mypy and pyright.
    _Base = BaseModel
else:

    class _InternMeta(type(BaseModel)):
        def __call__(cls, /, *args: Any, **values: Any) -> Any:
            if args:
                raise StyleError(f"{cls.__name__} takes keywords only, got {shown(args[0])}")
            try:
                if tuple in map(type, values.values()):
                    return _made(cls, _shape(tuple(values.values())), **values)
                return _made(cls, None, **values)
            except TypeError:
                # An argument that can't be hashed (a list, a dict): not remembered.
                return cls.model_validate(values)

    class _Base(BaseModel, metaclass=_InternMeta):
        def __setattr__(self, name: str, value: Any) -> None:
            raise StyleError(
                f"a {type(self).__name__} never changes: make another one, for example "
                f"with .model_copy(update={{{name!r}: …}})"
            )

        def __delattr__(self, name: str) -> None:
            raise StyleError(f"a {type(self).__name__} never changes")


class Interned(_Base, frozen=True):
    """A frozen value: equal ones are one object, and hashing costs a look-up."""

    # Deferred, because building a schema is most of what importing this package costs, and
    # few apps use all of its classes.
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, defer_build=True)

    @model_validator(mode="wrap")
    @classmethod
    def _share(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            made = handler(cls._respelled(data) if isinstance(data, Mapping) else data)
        except ValidationError as error:
            raise explained(cls, error) from None
        return made._shared()

    @classmethod
    def _respelled(cls, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return *data* with other spellings of a field's name replaced."""
        return data

    def _shared(self) -> Self:
        key = (type(self), *self._values)
        with _lock:
            found: Self | None = _living.get(key)
            if found is None:
                # What counts as set must not depend on who was first to write it.
                given = {n for n, f in type(self).model_fields.items() if self._differs(n, f)}
                object.__setattr__(self, "__pydantic_fields_set__", given)
                _living[key] = found = self
        return found

    def _differs(self, name: str, field: Any) -> bool:
        return bool(field.is_required() or getattr(self, name) != field.default)

    @cached_property
    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in type(self).model_fields)

    @cached_property
    def _hash(self) -> int:
        return hash((type(self), *self._values))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other) or not isinstance(other, Interned):
            return NotImplemented
        same: bool = self._values == other._values
        return same

    def given(self) -> dict[str, Any]:
        """Return the fields that differ from their defaults."""
        return {name: getattr(self, name) for name in self._given}

    @cached_property
    def _given(self) -> tuple[str, ...]:
        return tuple(n for n in type(self).model_fields if n in self.model_fields_set)

    @cached_property
    def wire(self) -> Any:
        """This value as it goes into a frame: plain JSON values, made once. Don't change it."""
        return self._lower()

    def _lower(self) -> Any:
        return {name: lowered(value) for name, value in self.given().items()}

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return the shared object with the fields in *update* changed (they are checked).

        *deep* makes no difference: all parts are frozen.
        """
        return type(self)(**{**self.given(), **(update or {})})

    @classmethod
    def model_construct(cls, _fields_set: set[str] | None = None, **values: Any) -> Self:
        """Return ``cls(**values)``: an unchecked style could write CSS that nobody checked."""
        return cls(**values)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.given())

    def __repr_args__(self) -> Any:
        return self.given().items()


def _again(cls: type[Interned], values: dict[str, Any]) -> Interned:
    return cls(**values)


def lowered(value: Any) -> Any:
    """Return *value* (a field's, so already checked) as plain JSON.

    Numbers are rounded to four decimals, which no screen can tell apart, so that both
    languages write the same digits for them.
    """
    if isinstance(value, Interned):
        return value.wire
    if isinstance(value, tuple):
        return [lowered(item) for item in value]
    if isinstance(value, float):
        short = round(value, 4)
        return int(short) if short.is_integer() else short
    return value
