from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tempestweb_wasm.testing import Client

APP = Path(__file__).parents[1] / "app.py"

GOOD: dict[str, Any] = {
    "name": "Ada",
    "email": "ada@example.org",
    "password": "correct horse",
    "birthday": "1990-12-10",
    "country": "de",
    "plan": "team",
    "seats": 12,
    "about": "",
    "photo": [{"ref": 1, "name": "ada.png", "size": 2048, "type": "image/png"}],
    "news": True,
    "terms": True,
}


@pytest.fixture
def client() -> Iterator[Client[Any]]:
    with Client.load(APP) as client:
        yield client


def errors(client: Client[Any]) -> dict[str, str]:
    fields = (f.props for f in client.walk() if f.type == "FormField")
    return {props["name"]: props["error"] for props in fields if "error" in props}


def test_it_has_a_field_of_every_kind_and_starts_without_errors(client: Client[Any]) -> None:
    kinds = {f.type for f in client.walk()}

    assert kinds >= {"Checkbox", "DatePicker", "Dropdown", "FilePicker", "Input", "RadioGroup"}
    assert kinds >= {"Slider", "Switch", "TextArea"}
    assert errors(client) == {}


def test_good_values_are_shown(client: Client[Any]) -> None:
    client.submit("form", GOOD)

    assert client.text("result").split(" Plan")[0] == (
        "Email: ada@example.org Birthday: 1990-12-10 Country: Germany"
    )
    assert "Welcome, Ada!" in client.texts()
    assert "Plan: Team, 12 seats" in client.texts()
    assert "Photo: ada.png, 2,048 bytes" in client.texts()

    client.click("again")
    assert client.has("form")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "  "),
        ("email", "ada"),
        ("password", "short"),
        ("birthday", (date.today() + timedelta(days=1)).isoformat()),
        ("country", ""),
        ("country", "xx"),
        ("terms", False),
    ],
)
def test_a_bad_value_is_marked_at_its_field_until_it_is_right(
    client: Client[Any], name: str, value: object
) -> None:
    client.submit("form", {**GOOD, name: value})

    assert list(errors(client)) == [name]
    client.submit("form", GOOD)
    assert "Welcome, Ada!" in client.texts()


def test_the_slider_says_how_many(client: Client[Any]) -> None:
    client.slide("seats", 30)

    assert "30 people" in client.texts()


def test_the_button_submits_what_the_fields_hold(client: Client[Any]) -> None:
    client.click("submit")

    assert set(errors(client)) == {"name", "email", "password", "country", "terms"}
