"""Components: a function, or a class with ``render()``, that stands for a widget.

They give a piece of a view a name of its own: among siblings it is told apart by
key and by which component made it, so that a list may mix several kinds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from tempestweb_wasm.core.widget import Widget, widget

P = ParamSpec("P")


@widget
class Component(Widget):
    """Base of components written as classes: decorate with ``@widget``, define ``render``."""

    def render(self) -> Widget:
        """Return the widget that this component stands for."""
        raise NotImplementedError(f"{type(self).__name__} defines no render()")


class FunctionComponent(Component):
    """What calling a ``@component`` function gives: rendered when the tree is built."""

    __slots__ = ("args", "function", "kwargs")

    def __init__(
        self,
        function: Callable[..., Widget],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        key: str | int | None,
    ) -> None:
        super().__init__(key=key)
        self.function = function
        self.args = args
        self.kwargs = kwargs

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
    """

    @wraps(function)
    def make(*args: Any, key: str | int | None = None, **kwargs: Any) -> Widget:
        return FunctionComponent(function, args, kwargs, key)

    return make


def kind_of(source: Widget) -> object:
    """What a sibling is told apart by beside its key: its class, or its function."""
    cls = source.__class__
    if cls is FunctionComponent:
        return source.function  # type: ignore[attr-defined]
    return cls
