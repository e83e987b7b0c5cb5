// The digits of a number in a row, each with its frame and its confidence. One of them is chosen.
//
// They are radio buttons: a click or a tap chooses one, Tab leads to them, arrow keys move along.

import { make } from "./element.js";
import { percent } from "./words.js";

// home: where the focus goes when the focused digit disappears. onChoose(index): of a digit.
export function createRow(group, { home, onChoose }) {
  let fields = [];

  function show({ text, digits }) {
    clear();
    if (digits.length < 2) return;
    for (const line of text.split("\n")) {
      const row = make("div", { className: "row" });
      for (const _ of line) row.append(item(digits[fields.length]));
      group.append(row);
    }
    group.hidden = false;
  }

  function item({ digit, confidence, frame }) {
    const index = fields.length;
    const chosen = () => onChoose(index);
    const ariaLabel = `${digit}, ${percent(confidence)} sure`;
    const field = make("input", { type: "radio", name: "chosen", ariaLabel, onfocus: chosen, onchange: chosen });
    const bar = make("i");
    bar.style.setProperty("--part", confidence);
    fields.push(field);
    return make("label", {}, field, make("img", { src: frame, alt: "" }), make("b", {}, digit), bar);
  }

  function choose(index, isChosen) {
    fields.forEach((field, i) => {
      field.checked = isChosen && i === index;
      field.parentElement.classList.toggle("about", i === index);
    });
  }

  function clear() {
    const focused = group.contains(document.activeElement);
    fields = [];
    group.replaceChildren();
    group.hidden = true;
    if (focused) home.focus({ preventScroll: true });
  }

  return { show, choose, clear };
}
