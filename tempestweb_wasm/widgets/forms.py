"""Fields with labels, and the form that collects them."""

from __future__ import annotations

from collections.abc import Sequence

from tempestweb_wasm.core.events import Handler, KeyEvent, SubmitEvent
from tempestweb_wasm.core.widget import Widget, widget


@widget
class Form(Widget):
    """Collects the values of the form fields in it.

    ``on_submit`` gets them by the fields' names, on Enter in an input and on
    ``Button(type="submit")``. The browser first checks ``required``, ``pattern`` and the
    like, unless ``validate=False``::

        Form(
            on_submit=lambda e: sign_in(e.values["email"], e.values["password"]),
            children=[
                FormField(name="email", label="Email", child=Input(type="email")),
                FormField(name="password", label="Password", child=Input(type="password")),
                Button(label="Sign in", type="submit"),
            ],
        )
    """

    validate: bool = True
    children: Sequence[Widget | None] = ()
    on_submit: Handler[SubmitEvent] | None = None
    on_key: Handler[KeyEvent] | None = None


@widget
class FormField(Widget):
    """A field with its label, a hint and an error, tied to it for screen readers.

    ``name`` is what its value is called when the form is submitted. ``error`` marks the field
    and is read out when it appears; None or ``""`` is none::

        FormField(
            name="email",
            label="Email",
            hint="We never pass it on",
            error="That address has no @",
            required=True,
            child=Input(type="email", value="ada.example.org"),
        )
    """

    name: str = ""
    label: str = ""
    hint: str | None = None
    error: str | None = None
    required: bool = False
    child: Widget | None = None
