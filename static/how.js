// How it works, in three steps: found, placed, read. With the drawing that is on the pad.

import { paint } from "./paint.js";
import { onPad } from "./view.js";
import { percent, runnerUp } from "./words.js";

const LINE = 3; // px, of a box around a digit

export function createHow(section) {
  const [found, placed, read] = section.querySelectorAll("li");
  const canvas = found.querySelector("canvas");
  const context = canvas.getContext("2d");
  const frame = placed.querySelector("img");
  const numbers = read.querySelector("samp");

  function show(content, sent, digits, about) {
    const aspect = content.span.width / content.span.height;
    canvas.width = Math.round(canvas.height * aspect);
    const style = getComputedStyle(canvas);
    paint(context, content, style.color);
    context.lineWidth = LINE;
    digits.forEach(({ box }, i) => {
      const { left, top, width, height } = onPad(box, sent, content.span, aspect);
      context.strokeStyle = i === about ? style.accentColor : style.borderTopColor;
      context.strokeRect(left * canvas.width, top * canvas.height, width * canvas.width, height * canvas.height);
    });
    const digit = digits[about];
    const second = runnerUp(digit);
    frame.src = digit.frame;
    numbers.textContent = [digit.digit, second]
      .map((each) => `${each}: ${percent(digit.probabilities[each])}`)
      .join("\n");
  }

  function clear() {
    numbers.textContent = "";
  }

  return { show, clear };
}
