"""The peers' base of components: fields by annotation, as in a pydantic model, no decorator."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import sys
from typing import Any, ClassVar, dataclass_transform, get_origin

from pydantic.fields import FieldInfo, ModelPrivateAttr
from pydantic_core import PydanticUndefined

from tempestweb_wasm.compat._missing import LackingError
from tempestweb_wasm.core import component
from tempestweb_wasm.core.widget import Widget, WidgetSpec


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(dataclasses.field,))
class Component(component.Component):
    """Base of components written as classes; subclass it, define ``render``.

    A default that is a list, dict or set is copied for each one, ``pydantic.Field`` gives
    defaults, and nothing is checked. ::

        class Greeting(Component):
            name: str
            mark: str = "!"

            def render(self) -> Widget:
                return Text(content=f"Hello, {self.name}{self.mark}")
    """

    default_key: ClassVar[str] = "component"

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__dataclass_fields__" in cls.__dict__:
            # `@widget` on top: dataclass(slots=True) makes the class a second time.
            return
        for name, annotation in _annotations(cls).items():
            if name in cls.__dict__ and not _is_class_var(annotation):
                setattr(cls, name, _default(cls.__dict__[name]))
        for name, value in cls.__dict__.items():
            if type(value).__name__ == "PydanticDescriptorProxy":
                raise LackingError(
                    f"{cls.__name__}.{name} is a validator of pydantic",
                    "components check nothing; check where the values are made",
                )
        # Without slots, so that the class stays the one that is being made here.
        made = dataclasses.dataclass(kw_only=True, eq=False)(cls)
        made.spec = WidgetSpec(made, {f.name: None for f in dataclasses.fields(made)})

    @property
    def base_key(self) -> str:
        """The key, or the class's ``default_key`` where none was given."""
        return str(self.key) if self.key else self.default_key

    def child_key(self, suffix: str) -> str:
        """Return a key for a widget inside, told apart from those of other components."""
        return f"{self.base_key}-{suffix}"

    def render(self) -> Widget:
        """Return the widget that this component stands for."""
        raise NotImplementedError(f"{type(self).__name__} defines no render()")


def _annotations(cls: type[Any]) -> dict[str, Any]:
    if sys.version_info >= (3, 14):
        import annotationlib

        return annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF)
    return inspect.get_annotations(cls)


def _is_class_var(annotation: Any) -> bool:
    if isinstance(annotation, str):
        return annotation.startswith(("ClassVar", "typing.ClassVar"))
    return annotation is ClassVar or get_origin(annotation) is ClassVar


def _default(value: Any) -> Any:
    if isinstance(value, (FieldInfo, ModelPrivateAttr)):
        public = isinstance(value, FieldInfo)
        if value.default_factory is not None:
            return dataclasses.field(default_factory=value.default_factory, init=public)  # type: ignore[arg-type]
        if value.default is PydanticUndefined:
            return dataclasses.field(init=public)
        value = value.default
        if not public:
            return dataclasses.field(default=value, init=False)
    if isinstance(value, (list, dict, set)):
        return dataclasses.field(default_factory=lambda: copy.copy(value))
    return value
