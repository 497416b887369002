import { memo, useReducer } from "react";
import { createRoot } from "react-dom/client";
import { BUTTONS } from "./data.js";
import { EMPTY, reduce } from "./reduce.js";

const Row = memo(function Row({ line, selected, dispatch }) {
  return (
    <div className={selected ? "tw-Row selected" : "tw-Row"}>
      <span className="tw-Text">{line.id}</span>
      <button
        type="button"
        className="tw-Button"
        onClick={() => dispatch({ type: "select", id: line.id })}
      >
        {line.label}
      </button>
      <button
        type="button"
        className="tw-Button"
        onClick={() => dispatch({ type: "remove", id: line.id })}
      >
        ×
      </button>
    </div>
  );
});

const Controls = memo(function Controls({ dispatch }) {
  return (
    <div className="tw-Wrap">
      {Object.entries(BUTTONS).map(([type, label]) => (
        <button key={type} type="button" className="tw-Button" onClick={() => dispatch({ type })}>
          {label}
        </button>
      ))}
    </div>
  );
});

function Table() {
  const [{ lines, selected }, dispatch] = useReducer(reduce, EMPTY);
  return (
    <div className="tw-Column">
      <Controls dispatch={dispatch} />
      <div className="tw-Column">
        {lines.map((line) => (
          <Row key={line.id} line={line} selected={line.id === selected} dispatch={dispatch} />
        ))}
      </div>
    </div>
  );
}

createRoot(document.getElementById("tempest-app")).render(<Table />);
