"""A chat: rooms that people come to and leave, in one process, in many, or between tabs."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import BaseModel

from tempestweb_wasm import (
    App,
    Button,
    Card,
    Channel,
    Color,
    Column,
    Form,
    FormField,
    Heading,
    Icon,
    Input,
    Member,
    Presence,
    Row,
    ScrollView,
    Semantics,
    Spacer,
    Style,
    SubmitEvent,
    Text,
    Widget,
)

KEPT = 200

THEIRS = Style(
    padding=(8, 12),
    radius=14,
    gap=2,
    max_width="85%",
    align_self="start",
    background=Color.token("sunken"),
)
MINE = Style(
    padding=(8, 12),
    radius=14,
    max_width="85%",
    align_self="end",
    background=Color.token("primary"),
    color=Color.token("on-primary"),
)
MUTED = Style(color=Color.token("muted"), font_size=13)
GAP = MUTED | Style(align_self="center")


class Said(BaseModel):
    name: str
    text: str


class Person(BaseModel):
    name: str


@dataclass
class Line:
    """What was said; or nothing, where messages are missing."""

    number: int
    said: Said | None = None
    mine: bool = False


@dataclass
class Chat:
    name: str = ""
    draft: str = ""
    lines: list[Line] = field(default_factory=list)
    people: list[str] = field(default_factory=list)

    def hear(self, said: Said, mine: bool) -> None:
        self.lines = [*self.lines, Line(self.next, said, mine)][-KEPT:]

    def miss(self) -> None:
        # Before the first one, and twice in one place, it says nothing to anybody.
        if self.lines and self.lines[-1].said:
            self.lines = [*self.lines, Line(self.next)]

    @property
    def next(self) -> int:
        return self.lines[-1].number + 1 if self.lines else 1

    def meet(self, members: tuple[Member[Person], ...]) -> None:
        self.people = [member.data.name for member in members]

    def call(self, name: str) -> None:
        self.name = name

    def write(self, text: str) -> None:
        self.draft = text


def make_state() -> Chat:
    return Chat()


def room(app: App[Chat]) -> Channel[Said]:
    return app.channel("lobby", Said)


def people(app: App[Chat]) -> Presence[Person]:
    return room(app).presence(Person)


def view(app: App[Chat]) -> Widget:
    @app.on_start
    def listen() -> None:
        lobby = room(app)
        lobby.subscribe(
            lambda said, who: app.set_state(lambda s: s.hear(said, who == lobby.me)),
            on_gap=lambda: app.set_state(Chat.miss),
        )
        people(app).watch(lambda members: app.set_state(lambda s: s.meet(members)))
        if app.state.name:
            people(app).join(Person(name=app.state.name))

    return Column(
        style=Style(max_width=720),
        children=[header(app), talk(app) if app.state.name else welcome(app)],
    )


def header(app: App[Chat]) -> Widget:
    names = app.state.people

    def leave() -> None:
        people(app).leave()
        app.set_state(lambda s: s.call(""))

    return Row(
        children=[
            Heading(content="Lobby", style=Style(shrink=0)),
            Spacer(),
            Icon(name="user"),
            Text(key="people", content=", ".join(names) if names else "Nobody is here"),
            Button(key="leave", label="Leave", variant="ghost", on_click=leave)
            if app.state.name
            else None,
        ]
    )


def welcome(app: App[Chat]) -> Widget:
    def enter(event: SubmitEvent) -> None:
        name = str(event.values["name"]).strip()[:40]
        if name:
            app.set_state(lambda s: s.call(name))
            people(app).join(Person(name=name))

    return Card(
        children=[
            Form(
                key="enter",
                on_submit=enter,
                children=[
                    FormField(
                        name="name",
                        label="Your name",
                        child=Input(key="name", autofocus=True, placeholder="Ada"),
                    ),
                    Button(key="join", label="Come in", type="submit"),
                ],
            )
        ]
    )


def talk(app: App[Chat]) -> Widget:
    state = app.state
    return Column(
        children=[
            ScrollView(
                key="lines",
                stick="end",
                style=Style(height="70vh"),
                semantics=Semantics(label="What was said", role="log"),
                children=[Column(children=[bubble(line) for line in state.lines] or [nothing()])],
            ),
            composer(app),
        ]
    )


def nothing() -> Widget:
    return Text(content="You see what is said from now on.", style=MUTED)


def bubble(line: Line) -> Widget:
    if line.said is None:
        return Text(key=line.number, content="Messages may be missing here.", style=GAP)
    if line.mine:
        return Column(key=line.number, style=MINE, children=[Text(content=line.said.text)])
    name = Text(content=line.said.name, style=MUTED)
    return Column(key=line.number, style=THEIRS, children=[name, Text(content=line.said.text)])


def composer(app: App[Chat]) -> Widget:
    async def send() -> None:
        text = app.state.draft.strip()
        app.set_state(lambda s: s.write(""))
        if text:
            await room(app).update_all(Said(name=app.state.name, text=text))

    return Row(
        children=[
            Input(
                key="message",
                value=app.state.draft,
                placeholder="Say something",
                semantics=Semantics(label="Message"),
                autofocus=True,
                style=Style(grow=1),
                on_change=lambda e: app.set_state(lambda s: s.write(e.value)),
                on_submit=send,
            ),
            Button(key="send", label="Send", on_click=send),
        ]
    )
