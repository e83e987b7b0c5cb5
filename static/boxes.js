// A box over the pad for each digit that was read, with the digit beside it. The pen draws through it.

import { make } from "./element.js";
import { onPad } from "./view.js";
import { percent } from "./words.js";

const LABEL = 0.08; // height of a label, as a part of the pad's

// onPoint(index): the mouse points at a digit's box, or at none (null).
export function createBoxes(layer, canvas, { onPoint }) {
  let pointed = null;
  let boxes = []; // each {element, digit}, the digit's box in px of the picture that was sent
  let sent = null; // that picture's size and part of the plane
  let span = null; // of the drawing

  function show(digits, picture, seen) {
    clear();
    [sent, span] = [picture, seen];
    boxes = digits.map((digit) => ({ element: make("div", {}, make("span")), digit }));
    layer.replaceChildren(...boxes.map(({ element }) => element));
    choose(null);
    place();
  }

  function clear() {
    boxes = [];
    pointed = null;
    layer.replaceChildren();
  }

  function place() {
    const { width, height } = canvas.getBoundingClientRect();
    for (const { element, digit } of boxes) {
      const box = onPad(digit.box, sent, span, width / height);
      for (const side in box) element.style[side] = `${box[side] * 100}%`;
      // The label stays on the pad.
      element.classList.toggle("right", box.left + box.width / 2 > 0.5);
      element.classList.toggle("below", box.top < LABEL);
    }
  }

  function choose(index) {
    boxes.forEach(({ element, digit }, i) => {
      element.classList.toggle("on", i === index);
      const sure = i === index ? `\u00a0·\u00a0${percent(digit.confidence)}` : "";
      element.firstChild.dataset.text = `${digit.digit}${sure}`;
    });
  }

  // If boxes overlap, the one whose middle is nearer.
  function under({ clientX, clientY }) {
    const near = boxes
      .map(({ element }, i) => {
        const { left, top, width, height } = element.getBoundingClientRect();
        const across = Math.abs(clientX - left - width / 2) / width;
        const down = Math.abs(clientY - top - height / 2) / height;
        return { i, across, down };
      })
      .filter(({ across, down }) => across <= 0.5 && down <= 0.5)
      .sort((a, b) => a.across + a.down - b.across - b.down);
    return near.length ? near[0].i : null;
  }

  function point(index) {
    if (index === pointed) return;
    pointed = index;
    onPoint(index);
  }

  canvas.addEventListener("pointermove", (event) => {
    point(event.buttons === 0 ? under(event) : null);
  });
  canvas.addEventListener("pointerleave", () => point(null));
  new ResizeObserver(place).observe(canvas);

  return { show, clear, choose };
}
