"""A to-do list: add, tick, edit in place, delete, filter. The browser keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tempestweb_wasm import (
    App,
    Button,
    Card,
    Checkbox,
    Color,
    Column,
    Heading,
    IconButton,
    Input,
    Option,
    RadioGroup,
    Row,
    Semantics,
    Spacer,
    Style,
    Text,
    Widget,
    on,
)

persist = True

DONE = Style(text_decoration="line-through", color=Color.token("muted"))
SHOW = [Option("all", "All"), Option("open", "Open"), Option("done", "Done")]


@dataclass
class Item:
    id: int
    text: str
    done: bool = False


@dataclass
class Todo:
    items: list[Item] = field(default_factory=list)
    draft: str = ""
    show: str = "all"
    editing: int | None = None
    last_id: int = 0

    @property
    def visible(self) -> list[Item]:
        return [
            item for item in self.items if self.show in ("all", "done" if item.done else "open")
        ]

    def set_draft(self, text: str) -> None:
        self.draft = text

    def add(self) -> None:
        if text := self.draft.strip():
            self.last_id += 1
            self.items.append(Item(self.last_id, text))
        self.draft = ""

    def tick(self, item: Item, done: bool) -> None:
        item.done = done

    def edit(self, item: Item | None) -> None:
        self.editing = None if item is None else item.id

    def rename(self, item: Item, text: str) -> None:
        item.text = text.strip() or item.text
        self.editing = None

    def delete(self, item: Item) -> None:
        self.items.remove(item)

    def set_show(self, show: str) -> None:
        self.show = show

    def clear_done(self) -> None:
        self.items = [item for item in self.items if not item.done]


def make_state() -> Todo:
    return Todo()


def view(app: App[Todo]) -> Widget:
    return Column(
        children=[
            Heading(content="To do"),
            entry(app),
            RadioGroup(
                key="show",
                options=SHOW,
                value=app.state.show,
                direction="horizontal",
                semantics=Semantics(label="Show"),
                on_change=lambda e: app.set_state(lambda s: s.set_show(e.value)),
            ),
            Column(key="items", children=[row(app, item) for item in app.state.visible]),
            summary(app),
        ]
    )


def entry(app: App[Todo]) -> Widget:
    return Row(
        children=[
            Input(
                key="new",
                value=app.state.draft,
                placeholder="What needs to be done?",
                semantics=Semantics(label="New task"),
                autofocus=True,
                on_change=lambda e: app.set_state(lambda s: s.set_draft(e.value)),
                on_submit=lambda: app.set_state(Todo.add),
            ),
            Button(key="add", label="Add", on_click=lambda: app.set_state(Todo.add)),
        ]
    )


def summary(app: App[Todo]) -> Widget:
    items = app.state.items
    left = sum(not item.done for item in items)
    return Row(
        children=[
            Text(key="left", content=f"{left} of {len(items)} left"),
            Spacer(),
            Button(
                key="clear",
                label="Clear completed",
                variant="ghost",
                color_scheme="neutral",
                disabled=left == len(items),
                on_click=lambda: app.set_state(Todo.clear_done),
            ),
        ]
    )


def row(app: App[Todo], item: Item) -> Widget:
    if app.state.editing == item.id:
        return Card(key=item.id, children=[editor(app, item)])
    return Card(
        key=item.id,
        children=[
            Row(
                children=[
                    Checkbox(
                        key=f"done-{item.id}",
                        label=item.text,
                        checked=item.done,
                        style=DONE if item.done else None,
                        on_change=lambda e: app.set_state(lambda s: s.tick(item, e.checked)),
                    ),
                    Spacer(),
                    IconButton(
                        key=f"edit-{item.id}",
                        icon="edit",
                        label=f"Edit {item.text}",
                        on_click=lambda: app.set_state(lambda s: s.edit(item)),
                    ),
                    IconButton(
                        key=f"delete-{item.id}",
                        icon="delete",
                        label=f"Delete {item.text}",
                        on_click=lambda: app.set_state(lambda s: s.delete(item)),
                    ),
                ]
            )
        ],
    )


def editor(app: App[Todo], item: Item) -> Widget:
    """Enter or leaving the field keeps the new text, Escape the old one."""

    def stop() -> None:
        app.set_state(lambda s: s.edit(None))

    return Input(
        key=f"text-{item.id}",
        value=item.text,
        semantics=Semantics(label="Task"),
        autofocus=True,
        on_commit=lambda e: app.set_state(lambda s: s.rename(item, e.value)),
        on_submit=stop,
        on_blur=stop,
        on_key=on(stop, keys=["Escape"]),
    )
