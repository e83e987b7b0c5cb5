// A box over the pad for each digit that was read, with the digit beside it. The pen draws through it.

import { onPad } from "./view.js";
import { percent } from "./words.js";

const LABEL = 0.08; // height of a label, as a part of the pad's

// onPoint(index): the mouse points at a digit's box, or at none (null).
export function createBoxes(layer, canvas, { onPoint }) {
  let pointed = null;
  let boxes = []; // each {element, label, digit}, the digit's box in px of the picture that was sent
  let sent = null; // that picture's size and part of the plane
  let span = null; // of the drawing

  function show(digits, picture, seen) {
    clear();
    [sent, span] = [picture, seen];
    boxes = digits.map((digit) => {
      const element = document.createElement("div");
      const label = document.createElement("span");
      element.append(label);
      return { element, label, digit };
    });
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
    for (const { element, digit } of boxes) {
      const { left, top, width, height } = onPadNow(digit.box);
      element.style.left = `${left * 100}%`;
      element.style.top = `${top * 100}%`;
      element.style.width = `${width * 100}%`;
      element.style.height = `${height * 100}%`;
      // The label stays on the pad.
      element.classList.toggle("right", left + width / 2 > 0.5);
      element.classList.toggle("below", top < LABEL);
    }
  }

  function onPadNow(box) {
    const { width, height } = canvas.getBoundingClientRect();
    return onPad(box, sent, span, width / height);
  }

  function choose(index) {
    boxes.forEach(({ element, label, digit }, i) => {
      element.classList.toggle("on", i === index);
      const sure = i === index ? `\u00a0·\u00a0${percent(digit.confidence)}` : "";
      label.dataset.text = `${digit.digit}${sure}`;
    });
  }

  // If boxes overlap, the one whose middle is nearer.
  function under(event) {
    const pad = canvas.getBoundingClientRect();
    const x = (event.clientX - pad.left) / pad.width;
    const y = (event.clientY - pad.top) / pad.height;
    const near = boxes
      .map(({ digit }, i) => ({ i, ...onPadNow(digit.box) }))
      .map(({ i, left, top, width, height }) => ({
        i,
        across: Math.abs(x - left - width / 2) / width,
        down: Math.abs(y - top - height / 2) / height,
      }))
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
