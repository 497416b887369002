import { Component, render } from "preact";
import { useReducer } from "preact/hooks";
import { BUTTONS } from "./data.js";
import { EMPTY, reduce } from "./reduce.js";

class Row extends Component {
  shouldComponentUpdate({ line, selected }) {
    return line !== this.props.line || selected !== this.props.selected;
  }

  render({ line, selected, dispatch }) {
    return (
      <div class={selected ? "tw-Row selected" : "tw-Row"}>
        <span class="tw-Text">{line.id}</span>
        <button
          type="button"
          class="tw-Button"
          onClick={() => dispatch({ type: "select", id: line.id })}
        >
          {line.label}
        </button>
        <button
          type="button"
          class="tw-Button"
          onClick={() => dispatch({ type: "remove", id: line.id })}
        >
          ×
        </button>
      </div>
    );
  }
}

class Controls extends Component {
  shouldComponentUpdate() {
    return false;
  }

  render({ dispatch }) {
    return (
      <div class="tw-Wrap">
        {Object.entries(BUTTONS).map(([type, label]) => (
          <button key={type} type="button" class="tw-Button" onClick={() => dispatch({ type })}>
            {label}
          </button>
        ))}
      </div>
    );
  }
}

function Table() {
  const [{ lines, selected }, dispatch] = useReducer(reduce, EMPTY);
  return (
    <div class="tw-Column">
      <Controls dispatch={dispatch} />
      <div class="tw-Column">
        {lines.map((line) => (
          <Row key={line.id} line={line} selected={line.id === selected} dispatch={dispatch} />
        ))}
      </div>
    </div>
  );
}

render(<Table />, document.getElementById("tempest-app"));
