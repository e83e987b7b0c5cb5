// The digits of a number in a row, each with its frame and its confidence. One of them is chosen.
//
// They are radio buttons: a click or a tap chooses one, Tab leads to them, arrow keys move along.

import { percent } from "./words.js";

// home: where the focus goes when the focused digit disappears. onChoose(index): of a digit.
export function createRow(group, { home, onChoose }) {
  let fields = [];

  function show({ text, digits }) {
    clear();
    if (digits.length < 2) return;
    for (const line of text.split("\n")) {
      const row = document.createElement("div");
      row.className = "row";
      for (const _ of line) row.append(item(digits[fields.length]));
      group.append(row);
    }
    group.hidden = false;
  }

  function item({ digit, confidence, frame }) {
    const index = fields.length;
    const label = document.createElement("label");
    const field = document.createElement("input");
    const picture = new Image();
    const name = document.createElement("b");
    const bar = document.createElement("i");
    field.type = "radio";
    field.name = "chosen";
    field.setAttribute("aria-label", `${digit}, ${percent(confidence)} sure`);
    for (const type of ["focus", "change"]) field.addEventListener(type, () => onChoose(index));
    picture.src = frame;
    picture.alt = "";
    name.textContent = digit;
    bar.style.setProperty("--part", confidence);
    label.append(field, picture, name, bar);
    fields.push(field);
    return label;
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
    group.querySelectorAll("div").forEach((row) => row.remove());
    group.hidden = true;
    if (focused) home.focus({ preventScroll: true });
  }

  return { show, choose, clear };
}
