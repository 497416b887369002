"""A form: every kind of field, checked in Python, the values shown when it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tempestweb_wasm import (
    App,
    Button,
    Card,
    Checkbox,
    Column,
    DatePicker,
    Dropdown,
    FilePicker,
    Form,
    FormField,
    Heading,
    Input,
    Option,
    RadioGroup,
    Semantics,
    Slider,
    SubmitEvent,
    Switch,
    Text,
    TextArea,
    Widget,
)

COUNTRIES = {"br": "Brazil", "de": "Germany", "in": "India", "ng": "Nigeria"}
PLANS = {"free": "Free", "team": "Team", "company": "Company"}


@dataclass
class SignUp:
    seats: float = 5
    errors: dict[str, str] = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)

    def set_seats(self, seats: float) -> None:
        self.seats = seats

    def submit(self, values: dict[str, Any]) -> None:
        self.errors = check(values)
        self.sent = {} if self.errors else values

    def again(self) -> None:
        self.sent = {}


def check(values: dict[str, Any]) -> dict[str, str]:
    """What is wrong, by the name of the field."""
    errors = {}
    if not values["name"].strip():
        errors["name"] = "Please tell us your name."
    if "@" not in values["email"]:
        errors["email"] = "An email address has an @ in it."
    if len(values["password"]) < 8:
        errors["password"] = "A password has at least 8 characters."
    if values["birthday"] > date.today().isoformat():
        errors["birthday"] = "That day is still to come."
    if values["country"] not in COUNTRIES:
        errors["country"] = "Please choose a country."
    if not values["terms"]:
        errors["terms"] = "Please accept the terms to go on."
    return errors


def make_state() -> SignUp:
    return SignUp()


def view(app: App[SignUp]) -> Widget:
    return thanks(app) if app.state.sent else form(app)


def form(app: App[SignUp]) -> Widget:
    def submit(event: SubmitEvent) -> None:
        app.set_state(lambda s: s.submit(event.values))

    return Column(
        children=[
            Heading(content="Sign up"),
            Form(
                key="form",
                validate=False,
                on_submit=submit,
                children=[
                    *account(app),
                    *choices(app),
                    Button(key="submit", label="Sign up", type="submit"),
                ],
            ),
        ]
    )


def labelled(app: App[SignUp], name: str, child: Widget, **more: Any) -> Widget:
    """A form field that shows what was wrong with it when the form was sent."""
    return FormField(name=name, child=child, error=app.state.errors.get(name), **more)


def account(app: App[SignUp]) -> list[Widget]:
    email = Input(type="email", autocomplete="email")
    password = Input(type="password", autocomplete="new-password")
    hint = "We write once a month, at most."
    return [
        labelled(app, "name", Input(autocomplete="name"), label="Name", required=True),
        labelled(app, "email", email, label="Email", hint=hint, required=True),
        labelled(app, "password", password, label="Password", required=True),
        labelled(app, "birthday", DatePicker(min_date="1900-01-01"), label="Birthday"),
    ]


def choices(app: App[SignUp]) -> list[Widget]:
    seats = app.state.seats
    people = "1 person" if seats == 1 else f"{seats:g} people"
    country = Dropdown(options=options(COUNTRIES), placeholder="Choose a country")
    plan = RadioGroup(options=options(PLANS), value="free", direction="horizontal")
    slider = Slider(
        key="seats",
        value=seats,
        min_value=1,
        max_value=50,
        on_change=lambda e: app.set_state(lambda s: s.set_seats(e.value)),
    )
    photo = FilePicker(label="Choose photo", accept="image/*")
    return [
        labelled(app, "country", country, label="Country", required=True),
        labelled(app, "plan", plan, label="Plan"),
        labelled(app, "seats", slider, label="Seats", hint=people),
        labelled(app, "about", TextArea(max_length=500), label="About you"),
        labelled(app, "photo", photo, label="Photo"),
        labelled(app, "news", Switch(label="Send me the newsletter")),
        labelled(app, "terms", Checkbox(label="I accept the terms")),
    ]


def options(names: dict[str, str]) -> list[Option]:
    return [Option(value, label) for value, label in names.items()]


def thanks(app: App[SignUp]) -> Widget:
    sent = app.state.sent
    photos = [f"{file.name}, {file.size:,} bytes" for file in sent["photo"]]
    lines = {
        "Email": sent["email"],
        "Birthday": sent["birthday"] or "not given",
        "Country": COUNTRIES[sent["country"]],
        "Plan": f"{PLANS.get(sent['plan'], 'none')}, {sent['seats']:g} seats",
        "Photo": "; ".join(photos) or "none",
        "Newsletter": "yes" if sent["news"] else "no",
    }
    return Column(
        children=[
            Heading(content=f"Welcome, {sent['name']}!"),
            Card(
                key="result",
                semantics=Semantics(role="status"),
                children=[Text(content=f"{name}: {value}") for name, value in lines.items()],
            ),
            Button(
                key="again",
                label="Sign up somebody else",
                variant="outline",
                on_click=lambda: app.set_state(SignUp.again),
            ),
        ]
    )
