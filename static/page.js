// The page: what is drawn on the pad goes to the API, the answer into the text below.

import { createPad } from "./pad.js";
import { predict } from "./predict.js";

const PAUSE = 300; // ms after a stroke: a 4 or a 5 often has a second one

const digit = document.getElementById("digit");
const sentence = document.getElementById("sentence");
let timer = 0;
let request = null;

const pad = createPad(document.getElementById("pad"), {
  onStart: cancel,
  onEnd() {
    cancel();
    timer = setTimeout(recognize, PAUSE);
  },
});

function cancel() {
  clearTimeout(timer);
  request?.abort();
  request = null;
}

function show(text, note, failed = false) {
  digit.textContent = text;
  sentence.textContent = note;
  sentence.classList.toggle("error", failed);
}

async function recognize() {
  cancel();
  if (pad.isEmpty()) {
    show("", "Nothing is drawn yet. Draw a digit first.", true);
    return;
  }
  const current = new AbortController();
  request = current;
  const answer = await predict(pad.toDataURL(), current);
  if (request !== current) return; // a newer stroke, or Clear, came in between
  if (answer.error) show("", answer.error, true);
  else show(String(answer.digit), `${percent(answer.confidence)} sure`);
}

function percent(part) {
  // Rounded down: the network is never wholly sure.
  return `${(Math.floor(part * 1000) / 10).toFixed(1)} %`;
}

document.getElementById("recognize").addEventListener("click", recognize);
document.getElementById("clear").addEventListener("click", () => {
  cancel();
  pad.clear();
  show("", "");
});
