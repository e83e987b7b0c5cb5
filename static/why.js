// Why a digit was read: which of its strokes spoke for it, and which for the second guess.

import { loaded, make } from "./element.js";
import { INCLUDE, predict } from "./predict.js";
import { runnerUp } from "./words.js";

const SIDE = 28; // px of a frame
const FAINT = 0.03; // of the strongest pixel: less is not worth a colour

// image(): the picture that was read, as a data URL.
export function createWhy(details, { image }) {
  const canvas = details.querySelector("canvas");
  const context = canvas.getContext("2d");
  const legend = details.querySelector("p");
  let read = null; // the digits that were read
  let about = 0;
  let explained = null; // the same digits with their explanations, once asked for
  let running = null;

  function show(digits) {
    clear();
    read = digits;
    details.hidden = false;
    if (details.open) ask();
  }

  function clear() {
    running?.abort();
    read = explained = running = null;
    details.hidden = true;
  }

  function choose(index) {
    about = index;
    if (read) details.querySelector("summary b").textContent = read[about].digit;
    if (explained) draw();
  }

  async function ask() {
    const mine = (running = new AbortController());
    context.clearRect(0, 0, SIDE, SIDE);
    legend.textContent = "Asking the server…";
    const answer = await predict(image(), mine, [...INCLUDE, "explanation"]);
    if (running !== mine) return; // the drawing has changed since
    running = null;
    if (answer.error) legend.textContent = "The server gave no explanation. Open this again to retry.";
    else explained = answer.digits;
    if (explained) draw();
  }

  async function draw() {
    const { digit, explanation, frame } = explained[about];
    const picture = await loaded(frame);
    if (explained?.[about]?.frame !== frame) return; // another digit was chosen since
    const style = getComputedStyle(details);
    const colours = [style.getPropertyValue("--against"), style.getPropertyValue("--for")];
    const most = Math.max(...explanation.flat().map(Math.abs), Number.EPSILON);
    context.globalAlpha = 1;
    context.drawImage(picture, 0, 0);
    explanation.forEach((row, y) => row.forEach((value, x) => {
      const share = Math.abs(value) / most;
      if (share < FAINT) return;
      context.globalAlpha = share ** 0.5; // a weak colour is seen beside a strong one
      context.fillStyle = colours[Number(value > 0)];
      context.fillRect(x, y, 1, 1);
    }));
    legend.replaceChildren(
      make("span", {}, make("i"), `Speaks for ${digit}`),
      make("span", {}, make("i", { className: "against" }), `Speaks for ${runnerUp(explained[about])}, the second guess`),
    );
    canvas.setAttribute("aria-label", `The strokes that spoke for ${digit}, coloured`);
  }

  function askIfNeeded() {
    if (details.open && read && !explained && !running) ask();
  }

  details.addEventListener("toggle", askIfNeeded);
  addEventListener("online", askIfNeeded);

  return { show, choose, clear };
}
