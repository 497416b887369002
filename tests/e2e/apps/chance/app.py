"""An app that throws dice, checks a model of its own and imports what few others do."""

from __future__ import annotations

import random
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from tempestweb_wasm import App, Button, Column, Text, Widget


class Throw(BaseModel):
    """Made in this visit, whatever the memory came from."""

    eyes: int


@dataclass
class State:
    said: str = ""

    def throw(self) -> None:
        self.said = f"Thrown: {Throw.model_validate({'eyes': str(random.getrandbits(60))}).eyes}"

    def refuse(self) -> None:
        try:
            Throw.model_validate({"eyes": "many"})
        except ValidationError as error:
            self.said = f"Refused: {error.error_count()}"

    def late(self) -> None:
        import colorsys
        import statistics

        self.said = f"Late: {statistics.mean([1, 3])} {colorsys.rgb_to_hsv(1, 0, 0)[2]}"


def make_state() -> State:
    return State()


def view(app: App[State]) -> Widget:
    return Column(
        children=[
            Text(key="said", content=app.state.said or "Nothing yet"),
            Button(label="Throw", on_click=lambda: app.set_state(State.throw)),
            Button(label="Refuse", on_click=lambda: app.set_state(State.refuse)),
            Button(label="Late", on_click=lambda: app.set_state(State.late)),
        ]
    )
