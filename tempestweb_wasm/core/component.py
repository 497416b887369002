"""Components: a function, or a class with ``render()``, that stands for a widget.

They give a piece of a view a name of its own: among siblings it is told apart by
key and by which component made it, so that a list may mix several kinds. One made
from a function is skipped when its arguments are equal to last time's (``memo.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from enum import Enum
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar, final, overload

from tempestweb_wasm.core.widget import Widget, widget

_NONE: dict[str, Any] = {}
"""The keyword arguments of a child that :class:`For` makes; nothing writes to them."""

P = ParamSpec("P")
T = TypeVar("T")


@widget
class Component(Widget):
    """Base of components written as classes: decorate with ``@widget``, define ``render``."""

    def render(self) -> Widget:
        """Return the widget that this component stands for."""
        raise NotImplementedError(f"{type(self).__name__} defines no render()")


class FunctionComponent(Component):
    """What calling a ``@component`` function gives: rendered when the tree is built.

    ``kind`` is the same for each closure that one ``def`` makes; ``solid`` is for those who
    compare: whether no argument can change in place, None until somebody looked. Nothing
    but the key is set of what widgets have: one is made for each row of a list, so it is
    kept cheap.
    """

    __slots__ = ("args", "function", "kind", "kwargs", "solid")

    def __init__(
        self,
        function: Callable[..., Widget],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        key: str | int | None,
        kind: object,
    ) -> None:
        self.function = function
        self.args = args
        self.kwargs = kwargs
        self.key = key
        self.kind = kind
        self.solid: bool | None = None

    def __repr__(self) -> str:
        return f"<component {self.function.__qualname__} key={self.key!r}>"

    def render(self) -> Widget:
        """Call the function with the arguments it was given."""
        return self.function(*self.args, **self.kwargs)


def component(function: Callable[P, Widget]) -> Callable[..., Widget]:
    """Make a function from arguments to a widget a component.

    The result takes the function's own arguments and ``key=``::

        @component
        def greeting(name: str) -> Widget:
            return Text(content=f"Hello, {name}")

        Column(children=[greeting("Ada", key=1), greeting("Lin", key=2)])

    It is rendered lazily, and skipped whole when all arguments are equal to last time's and
    can't have changed in place: texts, numbers, enums, frozen dataclasses and models,
    tuples of those, handlers made by ``app.bind``, and the app itself as long as the
    function does not read ``app.state`` while it renders.
    """
    kind = getattr(function, "__code__", function)

    @wraps(function)
    def make(*args: Any, key: str | int | None = None, **kwargs: Any) -> Widget:
        return FunctionComponent(function, args, kwargs, key, kind)

    return make


@final
class For(Sequence[Widget], Generic[T]):
    """A keyed list of children that are made from *items*, one each.

    ::

        Column(children=For(state.lines, key=lambda line: line.id, render=row))

    An item that is the same as last time is skipped at the cost of one comparison, if its
    class is frozen (else it is rendered, because it may have changed in place) and *render*
    closed over equal values. Items are taken when it is made: the list may change later.

    With *selected*, a key, a collection of keys or None, *render* also gets whether the item
    is one of them. When the selection changes, only those that it came to or left are
    rendered; a *render* that closes over it must be asked about each item::

        For(state.lines, key=lambda line: line.id, render=row, selected=state.selected)
    """

    __slots__ = ("calm", "items", "key", "kind", "marked", "render", "solid")

    @overload
    def __init__(
        self,
        items: Iterable[T],
        *,
        key: Callable[[T], str | int],
        render: Callable[[T], Widget],
    ) -> None: ...
    @overload
    def __init__(
        self,
        items: Iterable[T],
        *,
        key: Callable[[T], str | int],
        render: Callable[[T, bool], Widget],
        selected: str | int | Collection[str | int] | None,
    ) -> None: ...
    def __init__(
        self,
        items: Iterable[T],
        *,
        key: Callable[[T], str | int],
        render: Callable[..., Widget],
        selected: object = ...,
    ) -> None:
        self.items = tuple(items)
        self.key = key
        self.render = render
        self.kind = getattr(render, "__code__", render)
        self.marked = _marked(selected)
        # What those who compare learned: that no item can change in place, and that no child
        # reads the state. False also means that nobody looked.
        self.solid = self.calm = False

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, index: int) -> Widget: ...
    @overload
    def __getitem__(self, index: slice) -> list[Widget]: ...
    def __getitem__(self, index: int | slice) -> Widget | list[Widget]:
        if isinstance(index, slice):
            return [self.at(i) for i in range(*index.indices(len(self.items)))]
        return self.at(index)

    def __iter__(self) -> Iterator[FunctionComponent]:
        render, key, kind, marked = self.render, self.key, self.kind, self.marked
        for item in self.items:
            name: Any = key(item)
            name = str(name) if name.__class__ is int else name
            args = (item,) if marked is None else (item, _text(name) in marked)
            yield FunctionComponent(render, args, _NONE, name, kind)

    def at(self, index: int) -> FunctionComponent:
        """The child for the item at *index*, not rendered yet."""
        item = self.items[index]
        name: Any = self.key(item)
        name = str(name) if name.__class__ is int else name
        args = (item,) if self.marked is None else (item, _text(name) in self.marked)
        return FunctionComponent(self.render, args, _NONE, name, self.kind)


def _marked(selected: Any) -> frozenset[str] | None:
    """The selected keys as they cross the wire; None where nobody asks."""
    if selected is ...:
        return None
    if selected is None:
        return frozenset()
    return frozenset(map(_text, (selected,) if isinstance(selected, (str, int)) else selected))


def _text(key: Any) -> str:
    return str(key.value) if isinstance(key, Enum) else str(key)


def kind_of(source: Widget) -> object:
    """What a sibling is told apart by beside its key: its class, or its function."""
    cls = source.__class__
    if cls is FunctionComponent:
        return source.kind  # type: ignore[attr-defined]
    return cls
