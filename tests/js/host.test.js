import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";

import { Host } from "../../js/host.js";
import { StartError } from "../../js/starterror.js";
import { openDocument } from "./page.js";

const REQUEST = { folder: "/apps/one", module: "app", home: "https://app.test/apps/one/" };

/** A host on a page, and what it told Python. */
function openHost({ patience = 60_000 } = {}) {
  const { target } = openDocument();
  /** @type {[number, any][]} */
  const told = [];
  let stuck = 0;
  const host = new Host({ patience, stuck: () => void stuck++ });
  const connect = () => host.connect((app, text) => void told.push([app, JSON.parse(text)]));
  connect();
  /** @param {number} app @param {string} content */
  const show = (app, content) => {
    host.post(0, JSON.stringify({ op: "started", app }));
    const node = { type: "Text", id: 1, props: { content } };
    host.post(app, JSON.stringify({ kind: "patches", seq: 1, data: [{ path: [], node }] }));
  };
  const ops = () => told.filter(([app]) => app === 0).map(([, { op, app }]) => `${op} ${app}`);
  return { host, target, told, connect, show, ops, stuck: () => stuck };
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(console, "error", () => {});
});
afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

describe("an app whose Python has died", () => {
  it("stays on the screen and takes nothing until there is another one", async () => {
    const { host, target, connect, show, ops } = openHost();
    const mount = host.mount(target, REQUEST);
    show(1, "before");
    await mount.ready;
    host.lost();
    assert.equal(target.textContent, "before");
    assert.ok(target.hasAttribute("inert"));
    connect();
    host.again([REQUEST]);
    assert.equal(target.textContent, "before");
    show(2, "after");
    assert.match(String(target.textContent), /^after.*started again, from its beginning/);
    assert.ok(!target.hasAttribute("inert"));
    assert.deepEqual(ops(), ["start 1", "start 2"]);
  });

  it("is started where its files are now", () => {
    const { host, target, told, connect, show } = openHost();
    host.mount(target, REQUEST);
    show(1, "before");
    host.lost();
    connect();
    host.again([{ ...REQUEST, folder: "/apps/one-2" }]);
    assert.equal(told.at(-1)?.[1].folder, "/apps/one-2");
  });

  it("says why when there is none", () => {
    const { host, target, show } = openHost();
    /** @type {StartError[]} */
    const said = [];
    host.mount(target, REQUEST, null, (error) => void said.push(error));
    show(1, "before");
    host.lost();
    const error = new StartError("runtime", "gone", { code: "python_died" });
    host.giveUp(error);
    assert.deepEqual(said, [error]);
    assert.equal(target.textContent, "");
    assert.ok(!target.hasAttribute("inert"));
  });

  it("is started with the others if it came meanwhile", () => {
    const { host, target, connect, ops } = openHost();
    host.lost();
    host.mount(target, REQUEST);
    assert.deepEqual(ops(), []);
    connect();
    host.again([REQUEST]);
    assert.deepEqual(ops(), ["start 2"]);
  });

  it("that is taken away meanwhile does not come back", () => {
    const { host, target, connect, show, ops } = openHost();
    const mount = host.mount(target, REQUEST);
    show(1, "before");
    host.lost();
    mount.stop();
    connect();
    host.again([REQUEST]);
    assert.deepEqual(ops(), ["start 1"]);
    assert.equal(target.textContent, "");
  });
});

describe("a first view that does not come", () => {
  it("is given up, and the last one says that nothing is left", async () => {
    const { host, target, ops, stuck } = openHost({ patience: 5000 });
    const mount = host.mount(target, REQUEST);
    mock.timers.tick(5000);
    await assert.rejects(mount.ready, { code: "timed_out", stage: "app" });
    assert.deepEqual(ops(), ["start 1", "stop 1"]);
    assert.equal(stuck(), 1);
  });

  it("leaves the other apps their Python", async () => {
    const { host, target, show, stuck } = openHost({ patience: 5000 });
    host.mount(target, REQUEST);
    show(1, "here");
    const late = host.mount(target.ownerDocument.createElement("div"), REQUEST);
    mock.timers.tick(5000);
    await assert.rejects(late.ready, { code: "timed_out" });
    assert.equal(stuck(), 0);
    assert.match(String(target.textContent), /here/);
  });
});
