import { batch, createSelector, createSignal, For } from "solid-js";
import { render } from "solid-js/web";
import { BUTTONS, Maker } from "./data.js";

const maker = new Maker();

function make(count) {
  return maker.make(count).map(({ id, label }) => {
    const [read, write] = createSignal(label);
    return { id, read, write };
  });
}

function Table() {
  const [lines, setLines] = createSignal([]);
  const [selected, setSelected] = createSignal(null);
  const isSelected = createSelector(selected);

  const fill = (count) =>
    batch(() => {
      setLines(make(count));
      setSelected(null);
    });
  const changes = {
    run: () => fill(1000),
    few: () => fill(100),
    lots: () => fill(10000),
    clear: () => fill(0),
    add: () => setLines((all) => [...all, ...make(1000)]),
    update: () =>
      batch(() => {
        const all = lines();
        for (let at = 0; at < all.length; at += 10) all[at].write((label) => `${label} !!!`);
      }),
    swap() {
      const all = lines().slice();
      if (all.length <= 998) return;
      [all[1], all[998]] = [all[998], all[1]];
      setLines(all);
    },
  };
  const remove = (id) => setLines((all) => all.filter((line) => line.id !== id));

  return (
    <div class="tw-Column">
      <div class="tw-Wrap">
        {Object.entries(BUTTONS).map(([name, label]) => (
          <button type="button" class="tw-Button" onClick={changes[name]}>
            {label}
          </button>
        ))}
      </div>
      <div class="tw-Column">
        <For each={lines()}>
          {(line) => (
            <div class={isSelected(line.id) ? "tw-Row selected" : "tw-Row"}>
              <span class="tw-Text" textContent={line.id} />
              <button
                type="button"
                class="tw-Button"
                onClick={[setSelected, line.id]}
                textContent={line.read()}
              />
              <button type="button" class="tw-Button" onClick={[remove, line.id]}>
                ×
              </button>
            </div>
          )}
        </For>
      </div>
    </div>
  );
}

render(() => <Table />, document.getElementById("tempest-app"));
