// A box over the pad for each digit that was read, with its confidence. The pen draws through it.

import { onPad } from "./view.js";
import { percent } from "./words.js";

// home: where the focus goes when the box that had it goes. onSelect(index): of a digit, or null.
export function createBoxes(list, canvas, { home, onSelect }) {
  let hovered = null;
  let digits = []; // each {button, box}, its box in px of the picture that was sent
  let size = null; // of that picture, px
  let span = null; // of the plane that it shows

  function show(read, of) {
    clear();
    ({ size, span } = of);
    digits = read.map(({ digit, confidence, box }, i) => {
      const button = document.createElement("button");
      const label = document.createElement("span");
      label.textContent = percent(confidence);
      button.type = "button";
      button.setAttribute("aria-label", `${digit}, ${percent(confidence)} sure`);
      button.append(label);
      button.addEventListener("focus", () => onSelect(i));
      button.addEventListener("blur", () => onSelect(null));
      const item = document.createElement("li");
      item.append(button);
      list.append(item);
      return { button, box };
    });
    place();
  }

  function clear() {
    const focused = list.contains(document.activeElement);
    digits = [];
    hovered = null;
    list.replaceChildren();
    if (focused) home.focus({ preventScroll: true });
  }

  function place() {
    for (const { button, box } of digits) {
      const { left, top, width, height } = onPadNow(box);
      button.style.left = `${left * 100}%`;
      button.style.top = `${top * 100}%`;
      button.style.width = `${width * 100}%`;
      button.style.height = `${height * 100}%`;
      // The label stays on the pad: it is on the box's side that is nearer to the middle.
      button.classList.toggle("left", left + width / 2 < 0.5);
      button.classList.toggle("below", top < 1 - top - height);
    }
  }

  function onPadNow(box) {
    const { width, height } = canvas.getBoundingClientRect();
    return onPad(box, size, span, width / height);
  }

  function select(index) {
    digits.forEach(({ button }, i) => button.classList.toggle("on", i === index));
  }

  // Found by the pad, which the boxes leave the pointer to. Of two that overlap, the nearer one.
  function under(event) {
    const pad = canvas.getBoundingClientRect();
    const x = (event.clientX - pad.left) / pad.width;
    const y = (event.clientY - pad.top) / pad.height;
    const near = digits
      .map(({ box }, i) => ({ i, ...onPadNow(box) }))
      .map(({ i, left, top, width, height }) => ({
        i,
        across: Math.abs(x - left - width / 2) / width,
        down: Math.abs(y - top - height / 2) / height,
      }))
      .filter(({ across, down }) => across <= 0.5 && down <= 0.5)
      .sort((a, b) => a.across + a.down - b.across - b.down);
    return near.length ? near[0].i : null;
  }

  function hover(index) {
    if (index === hovered) return;
    hovered = index;
    onSelect(index);
  }

  canvas.addEventListener("pointermove", (event) => {
    hover(event.buttons === 0 ? under(event) : null);
  });
  canvas.addEventListener("pointerleave", () => hover(null));
  new ResizeObserver(place).observe(canvas);

  return { show, clear, select };
}
