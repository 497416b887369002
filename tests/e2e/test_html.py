"""HTML from Python, parsed by a browser, is what the client builds from the frame."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from tempestweb_wasm import Widget
from tempestweb_wasm.client_files import client_file
from tempestweb_wasm.core.mount import Tree
from tempestweb_wasm.core.reconcile import reconcile
from tempestweb_wasm.errors import PropError
from tempestweb_wasm.html import page_of_frame
from tests.e2e.conftest import Visitor
from tests.e2e.server import Server
from tests.e2e.widget_cases import KINDS, cases

HOME = "apps/x/"

COMPARE = """async (frames) => {
  const {Client} = await import('./client.js');
  // What has another form in HTML, and is held against the property instead.
  const skipped = (el, name) =>
    name === 'autofocus' || (name === 'selected') || (name === 'checked')
    || (name === 'value' && el.localName === 'input' && el.type !== 'radio');
  const PROPERTIES = ['value', 'checked', 'selected', 'selectedIndex', 'disabled', 'required',
    'readOnly', 'multiple', 'noValidate', 'type', 'inert', 'hidden', 'min', 'max', 'step',
    'ariaLabel', 'title', 'maxLength', 'method', 'loading', 'tabIndex', 'name', 'src', 'href'];
  const REFERS = ['id', 'for', 'name', 'aria-labelledby', 'aria-describedby'];
  const describe = (el, ids) => {
    const known = (text) => text.split(' ').map((part) => {
      if (!/^tw/.test(part)) return part;
      if (!ids.has(part)) ids.set(part, `#${ids.size}`);
      return ids.get(part);
    }).join(' ');
    const attributes = {};
    for (const {name, value} of el.attributes) {
      if (skipped(el, name)) continue;
      attributes[name] = REFERS.includes(name) ? known(value)
        : ['src', 'href'].includes(name) ? new URL(value, document.baseURI).href : value;
    }
    const properties = {};
    for (const name of PROPERTIES) {
      const value = el[name];
      if (value === undefined || typeof value === 'object') continue;
      properties[name] = name === 'name' ? known(String(value)) : value;
    }
    const children = el.localName === 'textarea' ? [] : [...el.childNodes].map((child) =>
      child.nodeType === 1 ? describe(child, ids) : [child.nodeType, child.data]);
    return {
      tag: el.tagName, namespace: el.namespaceURI, properties, children,
      attributes: Object.fromEntries(Object.entries(attributes).sort()),
    };
  };
  const wrong = [];
  frames.forEach((frame, index) => {
    const target = document.createElement('div');
    document.body.append(target);
    const transport = {send() {}, close() {}, onmessage: null};
    const client = new Client(target, {transport, home: new URL('apps/x/', document.baseURI).href});
    client.start();
    transport.onmessage(JSON.stringify(frame));
    const made = JSON.stringify(describe(target.firstElementChild, new Map()));
    const parsed = document.getElementById(`case-${index}`);
    const read = parsed.childNodes.length === 1
      ? JSON.stringify(describe(parsed.firstElementChild, new Map())) : 'not one element';
    if (made !== read) wrong.push({index, made, read});
    client.stop();
    target.remove();
  });
  return wrong;
}"""


def frame_of(widget: Widget) -> dict[str, Any]:
    change = reconcile(Tree(), widget)
    return {"kind": "patches", "data": change.patches, "styles": change.styles, "seq": 1}


def frames() -> list[dict[str, Any]]:
    """The frame of each case; some props exclude each other, which the engine refuses."""
    found = []
    for widget in cases():
        try:
            found.append(frame_of(widget))
        except PropError:
            continue
    return found


def test_the_page_that_a_browser_parses_is_what_the_client_builds(
    visitor: Visitor, tmp_path: Path
) -> None:
    all_frames = frames()
    seen = Counter(frame["data"][0]["node"]["type"] for frame in all_frames)
    assert {kind.__name__ for kind in KINDS} == seen.keys()
    parts = [
        page_of_frame(frame, home=HOME, prefix=f"tw{n}-") for n, frame in enumerate(all_frames)
    ]
    body = "".join(f'<div id="case-{n}">{page.html}</div>' for n, page in enumerate(parts))
    page = f'<!doctype html><meta charset="utf-8"><title>Cases</title>{body}'
    (tmp_path / "index.html").write_text(page, encoding="utf-8", newline="")
    shutil.copy(client_file("client.js"), tmp_path / "client.js")
    (tmp_path / "favicon.ico").touch()
    with Server(tmp_path) as server:
        visit = visitor()
        visit.page.goto(server.url())
        wrong = visit.page.evaluate(COMPARE, all_frames)
    told = [
        f"{json.dumps(all_frames[case['index']]['data'][0]['node'])}\n"
        f"client {case['made']}\nhtml   {case['read']}"
        for case in wrong
    ]
    assert not told, f"{len(told)} of {len(all_frames)}\n" + "\n\n".join(told[:3])
