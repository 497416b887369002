import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { column, control, openPage, said, text } from "./page.js";

/** @param {import("../../js/types.js").WireNode} node */
function show(node) {
  const page = openPage();
  const errors = said("error", () => page.show(column([node])));
  /** @param {Record<string, unknown>} set_props @param {string[]} [unset_props] */
  const set = (set_props, unset_props = []) => page.patch([{ path: [0], set_props, unset_props }]);
  return { ...page, errors, set, el: page.target.children[0].children[0] };
}

describe("data can't become markup or script", () => {
  const markup = '<img src=x onerror="alert(1)">';

  it("text is text, everywhere", () => {
    const options = [{ value: markup, label: markup }];
    const page = openPage();
    page.show(column([
      text(markup),
      { type: "Heading", props: { content: markup } },
      control("Button", 1, [], { label: markup, tooltip: markup }),
      control("Dropdown", 2, [], { options, placeholder: markup }),
      control("RadioGroup", 3, [], { options, label: markup }),
      control("FilePicker", 4, [], { label: markup }),
      { type: "FormField", props: { label: markup, hint: markup, error: markup } },
    ]));
    assert.equal(page.document.querySelector("img"), null);
    assert.equal(page.get(".tw-Text").textContent, markup);
  });

  it("a URL that could be a script is left out, and said so", () => {
    const page = show({ type: "Link", props: { content: "a", href: "java\nscript:alert(1)" } });
    assert.equal(page.el.hasAttribute("href"), false);
    assert.match(page.errors.join(), /refused the URL "java\\nscript:alert\(1\)" for href/);
    page.set({ href: "/fine" });
    assert.equal(page.el.getAttribute("href"), "/fine");
    assert.equal(said("error", () => page.set({ href: "data:text/html,x" })).length, 1);
    assert.equal(page.el.hasAttribute("href"), false);
  });

  it("images take data URLs of image types only", () => {
    const page = show({ type: "Image", props: { src: "data:image/png;base64,AA==" } });
    assert.equal(page.el.getAttribute("src"), "data:image/png;base64,AA==");
    assert.equal(said("error", () => page.set({ src: "data:text/html,x" })).length, 1);
    assert.equal(page.el.hasAttribute("src"), false);
  });

  it("attributes must be on the list", () => {
    const attrs = {
      "data-id": 7, "aria-live": "polite", hidden: true, lang: "de", draggable: false,
      onclick: "alert(1)", ONCLICK: "x", style: "color:red", class: "x", href: "/", srcdoc: "x", "data-x y": "1",
    };
    const { el, errors } = show({ type: "Text", props: { content: "a", attrs } });
    assert.deepEqual(
      [...el.attributes].map(({ name, value }) => `${name}=${value}`),
      ["class=tw-Text", "data-id=7", "aria-live=polite", "hidden=", "lang=de"],
    );
    assert.equal(errors.length, 7);
  });
});

describe("common props", () => {
  it("disabled is the control's own, inert where there is none, no address for a link", () => {
    const page = openPage();
    const disabled = true;
    page.show(column([
      control("Button", 1, [], { disabled }),
      control("Checkbox", 2, [], { disabled }),
      control("RadioGroup", 3, [], { options: ["a", { value: "b", disabled }], disabled }),
      { type: "Row", props: { disabled } },
      { type: "Link", props: { href: "/a", content: "a", disabled } },
    ]));
    const off = () => [
      page.get("button").disabled, page.get("[type=checkbox]").disabled,
      ...[...page.document.querySelectorAll("[type=radio]")].map((el) => /** @type {any} */ (el).disabled),
      page.get(".tw-Row").hasAttribute("inert"), page.get(".tw-Row").getAttribute("aria-disabled") === "true",
      !page.get("a").hasAttribute("href"), page.get("a").getAttribute("role") === "link",
    ];
    assert.deepEqual(off(), Array(8).fill(true));
    page.patch([0, 1, 2, 3, 4].map((i) => ({ path: [i], unset_props: ["disabled"] })));
    assert.deepEqual(off(), [false, false, false, true, false, false, false, false]);
    assert.equal(page.get("a").getAttribute("href"), "/a");
  });

  it("a name in semantics comes before the widget's own and gives way again", () => {
    const page = show(control("IconButton", 1, [], { label: "Close", icon: "close", semantics: { label: "Close it", hint: "Esc" } }));
    const names = () => [page.el.getAttribute("aria-label"), page.el.getAttribute("aria-description")];
    assert.deepEqual(names(), ["Close it", "Esc"]);
    page.set({ label: "Shut" });
    assert.deepEqual(names(), ["Close it", "Esc"]);
    page.set({}, ["semantics"]);
    assert.deepEqual(names(), ["Shut", null]);
  });

  it("a named box gets a role under which the name is told", () => {
    const semantics = { label: "Rating" };
    const page = openPage();
    page.show(column([
      text("★★", { props: { content: "★★", semantics } }),
      { type: "Row", props: { semantics: { label: "Tools", role: "toolbar" } } },
      { type: "Card", props: { semantics } },
      { type: "Icon", props: { name: "star", semantics } },
    ]));
    const roles = [...page.target.children[0].children].map((el) => el.getAttribute("role"));
    assert.deepEqual(roles, ["img", "toolbar", "group", null]);
    assert.equal(page.get("svg").hasAttribute("aria-hidden"), false);
  });

  it("what a prop left comes back to the template's default", () => {
    const page = show({ type: "Spinner", props: { label: "Saving" } });
    page.set({}, ["label"]);
    assert.equal(page.el.getAttribute("aria-label"), "Loading");
  });

  it("an unknown prop or icon is warned of", () => {
    const page = openPage();
    const node = { type: "Icon", props: { name: "nonsense", colour: "red" } };
    const lines = said("warn", () => page.show(node));
    assert.match(lines.join("\n"), /no icon is called "nonsense"[^]*Icon has no prop "colour"/);
  });
});

describe("FormField", () => {
  /** @param {import("../../js/types.js").WireNode} child */
  const field = (child) => show({
    type: "FormField", children: [child],
    props: { name: "n", label: "Label", hint: "Hint", error: "Error", required: true },
  });

  it("names and describes its control", () => {
    const page = field(control("Input", 1, []));
    const [label, , hint, error] = page.el.children;
    const input = page.get("input");
    assert.equal(/** @type {HTMLLabelElement} */ (label).control, input);
    assert.equal(input.getAttribute("aria-describedby"), `${hint.id} ${error.id}`);
    assert.equal(input.name, "n");
    assert.deepEqual([input.getAttribute("aria-invalid"), input.getAttribute("aria-required")], ["true", "true"]);
    page.set({}, ["error", "required", "hint"]);
    assert.deepEqual(
      ["aria-describedby", "aria-invalid", "aria-required"].map((name) => input.hasAttribute(name)),
      [false, false, false],
    );
  });

  it("finds a control that comes later or deeper, and lets the old one go", () => {
    const page = field({ type: "Row", children: [control("Input", 1, [])] });
    const old = page.get("input");
    page.patch([{ path: [0, 0], index: 0, node: control("TextArea", 2, []) }]);
    assert.equal(page.get("label").control, page.get("textarea"));
    assert.equal(old.hasAttribute("aria-describedby"), false);
    page.patch([{ path: [0, 0], index: 0 }]);
    assert.equal(page.get("label").control, old);
  });

  it("names a group of radios by reference, together with its own label", () => {
    const page = field(control("RadioGroup", 1, [], { options: ["a"], label: "Own" }));
    const [label] = page.el.children;
    const group = page.get(".tw-RadioGroup");
    const own = page.get(".tw-label");
    assert.equal(group.getAttribute("aria-labelledby"), `${label.id} ${own.id}`);
    assert.equal(label.hasAttribute("for"), false);
    page.patch([{ path: [0, 0], set_props: { semantics: { label: "Other" } } }]);
    assert.deepEqual([group.hasAttribute("aria-labelledby"), group.getAttribute("aria-label")], [false, "Other"]);
  });

  it("a file picker is named by the field and its own words", () => {
    const page = field(control("FilePicker", 1, []));
    const ids = page.get("input").getAttribute("aria-labelledby").split(" ");
    const names = ids.map((/** @type {string} */ id) => page.get(`#${id}`).textContent);
    assert.deepEqual(names, ["Label", "Choose file"]);
  });

  it("ids differ between the clients of a page", () => {
    const page = field(control("Input", 1, []));
    const target = page.document.createElement("div");
    page.document.body.append(target);
    const other = openPage({ page: { ...page, target } });
    other.show({ type: "FormField", props: { label: "b" }, children: [control("Input", 1, [])] });
    const ids = [...page.document.querySelectorAll("[id]")].map((el) => el.id);
    assert.equal(new Set(ids).size, ids.length);
  });
});
