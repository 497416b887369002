"""The tables that both languages read agree with the classes, and with each other."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

import pytest

from tempestweb_wasm import tables, widgets
from tempestweb_wasm.core import events as event_module
from tempestweb_wasm.core.widget import Widget
from tests.house.source import PACKAGE, ROOT

# What a template of widgets.json may say in a rule; a bare name is a special case in dom.js.
RULES = re.compile(r"^(\w+@)?(text|value|checked|(attr|prop|url|data):[\w-]+|[a-z]+)$")
COMMON = {field.name for field in dataclasses.fields(Widget)}
HTML_TAGS = {
    *("a", "button", "dialog", "div", "form", "h1", "hr", "img", "input", "label", "li"),
    *("main", "nav", "option", "p", "path", "progress", "section", "select", "slot", "span", "svg"),
    *("textarea", "ul"),
}


def classes() -> dict[str, type[Widget]]:
    found = [getattr(widgets, name) for name in widgets.__all__]
    return {
        cls.__name__: cls
        for cls in found
        if isinstance(cls, type) and issubclass(cls, Widget) and cls is not Widget
    }


def own_fields(cls: type[Widget]) -> set[str]:
    return {field.name for field in dataclasses.fields(cls)} - COMMON


def table(name: str) -> dict[str, Any]:
    return tables.load(name)


@pytest.mark.parametrize("name", tables.NAMES)
def test_a_table_is_json_that_explains_itself(name: str) -> None:
    content = json.loads((PACKAGE / "tables" / f"{name}.json").read_text(encoding="utf-8"))
    assert isinstance(content.get("$comment"), str)


def test_there_are_no_other_tables() -> None:
    assert sorted(path.stem for path in (PACKAGE / "tables").glob("*.json")) == sorted(tables.NAMES)


def test_every_widget_has_a_template_and_every_template_a_widget() -> None:
    assert classes().keys() == table("widgets").keys()


def test_every_prop_of_a_template_is_a_field_of_the_widget() -> None:
    strays = {
        name: props
        for name, cls in classes().items()
        if (props := table("widgets")[name]["props"].keys() - own_fields(cls))
    }
    assert strays == {}


def test_every_handler_is_in_the_table_and_every_entry_a_handler() -> None:
    listed = {name: set(entry) for name, entry in table("events")["widgets"].items()}
    defined = {
        name: handlers
        for name, cls in classes().items()
        if (handlers := {field for field in own_fields(cls) if field.startswith("on_")})
    }
    assert defined == listed


def test_every_prop_of_a_template_crosses_the_wire() -> None:
    for name, cls in classes().items():
        entry = table("widgets")[name]
        picks_the_element = {entry["tag"]["prop"]} if "tag" in entry else set()
        assert entry["props"].keys() | picks_the_element <= set(cls.spec.names), name


def test_every_field_of_a_widget_does_something() -> None:
    """A field is a prop, a handler, the children, or part of the widget's own style."""
    idle = {}
    for name, cls in classes().items():
        used = {*cls.spec.names, *table("events")["widgets"].get(name, {})}
        left = own_fields(cls) - used - {cls.spec.slot}
        if left and not hasattr(cls, "own_style"):
            idle[name] = left
    assert idle == {}


def test_every_event_class_of_the_table_exists_and_has_a_payload() -> None:
    events = table("events")
    named = {entry[1] for handlers in events["widgets"].values() for entry in handlers.values()}
    assert named == events["payloads"].keys()
    assert [name for name in sorted(named) if not hasattr(event_module, name)] == []
    kinds = {"pointer", "text", "checked", "option", "number", "files", "form", "key", "none"}
    assert set(events["payloads"].values()) <= kinds


def test_what_the_client_reads_of_an_event_is_what_its_class_takes() -> None:
    events = table("events")
    for name, handlers in events["widgets"].items():
        for type_, cls in handlers.values():
            kind = events["types"].get(type_, "none")
            if kind == "value":
                kind = events["controls"].get(name, "form")
            assert kind == events["payloads"][cls], f"{name} {type_}"


def test_the_client_reads_no_part_of_a_table_that_its_bundle_leaves_out() -> None:
    bundler = (ROOT / "scripts" / "bundle.mjs").read_text(encoding="utf-8")
    client = (ROOT / "js" / "tables.js").read_text(encoding="utf-8")
    left_out = re.search(r"NOT_FOR_THE_CLIENT = \{(.*?)\};", bundler, re.DOTALL)
    assert left_out
    for name, keys in re.findall(r"(\w+): \[(.*?)\]", left_out[1]):
        assert re.findall(r'"(\w+)"', keys)
        for key in re.findall(r'"(\w+)"', keys):
            assert key in table(name), f"{name} has no {key}"
            assert f"Table.{key}" not in client, key
            assert f"WIRE.{key}" not in client, key


def test_every_control_is_a_widget_that_is_heard() -> None:
    assert set(table("events")["controls"]) <= table("events")["widgets"].keys()


def test_templates_are_well_formed() -> None:
    for name, entry in table("widgets").items():
        refs = set(check_template(name, entry["el"], set()))
        for rule in entry["props"].values():
            assert RULES.match(rule), f"{name}: {rule}"
            part = rule.split("@")[0] if "@" in rule else "root"
            # `path@icon` reads: the part `path`, by the builder `icon`.
            assert part in refs | {"root"}, f"{name}: no part {part}"
        for place in ("slot", "control"):
            assert entry.get(place, "root") in refs | {"root"}, f"{name}: no part for {place}"


def check_template(name: str, template: list[Any], refs: set[str]) -> set[str]:
    tag, *rest = template
    assert tag in HTML_TAGS, f"{name}: <{tag}>"
    attributes = rest.pop(0) if rest and isinstance(rest[0], dict) else {}
    assert not [key for key in attributes if key.startswith("on") or key == "style"], name
    if "ref" in attributes:
        assert attributes["ref"] not in refs, f"{name}: two parts called {attributes['ref']}"
        refs.add(attributes["ref"])
    for child in rest:
        if isinstance(child, list):
            check_template(name, child, refs)
        else:
            assert isinstance(child, str), f"{name}: {child}"
    return refs


def test_icons_are_paths() -> None:
    icons = table("icons")["icons"]
    assert len(icons) >= 40
    path = re.compile(r"^[Mm][\d\s.,+\-a-zA-Z]+$")
    assert [name for name, drawn in icons.items() if not path.match(drawn)] == []
    assert [name for name in icons if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []


def test_the_kinds_of_frames_are_told_apart() -> None:
    kinds = table("wire")["kinds"]
    assert set(kinds["reserved"]).isdisjoint([*kinds["to_client"], *kinds["to_python"]])
