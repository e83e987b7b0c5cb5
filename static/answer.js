// The answer: the number large, how sure the network is, and of one digit ten bars and its frame.

import { percent, together, words } from "./words.js";

export const NONE = "No digit found. Write it large, in clear strokes.";

// onSelect(index): a digit of the number is pointed at, or none (null).
export function createAnswer(element, { onSelect }) {
  const number = element.querySelector("#digit");
  const sentence = element.querySelector("#sentence");
  const frame = element.querySelector("#frame");
  const bars = [...element.querySelectorAll("#bars li")];
  let digits = []; // that are shown
  let prominent = 0; // the index of the digit that the bars are about, unless one is selected
  let final = false; // nothing is called sure while a stroke goes on

  function show(answer, isFinal) {
    if (answer.digits.length === 0) {
      clear();
      sentence.textContent = isFinal ? NONE : "No digit so far";
      return;
    }
    digits = answer.digits;
    prominent = Math.max(0, digits.findIndex((digit) => digit.frame === answer.frame));
    final = isFinal;
    write(answer.text);
    select(null);
  }

  function write(text) {
    element.classList.toggle("several", digits.length > 1);
    element.classList.toggle("going", !final);
    if (number.textContent === text) return;
    const lines = text.split("\n");
    number.style.setProperty("--across", Math.max(...lines.map((line) => line.length)));
    number.style.setProperty("--down", lines.length);
    number.replaceChildren(...[...text].map((character) => {
      if (character === "\n") return character;
      const digit = document.createElement("span");
      digit.textContent = character;
      return digit;
    }));
    number.classList.remove("new");
    void number.offsetWidth; // so that the animation starts anew
    number.classList.add("new");
  }

  // Show what is known of one digit; of the whole number where none is selected.
  function select(index) {
    if (digits.length === 0) return;
    const about = index ?? prominent;
    const { digit, probabilities, frame: url } = digits[about];
    [...number.children].forEach((child, i) => child.classList.toggle("about", i === about));
    bars.forEach((bar, i) => fill(bar, probabilities[i], i === digit));
    frame.src = url;
    frame.parentElement.classList.add("seen");
    const some = index === null ? digits : [digits[index]];
    const how = final ? words(some) : "so far";
    const which = index !== null && digits.length > 1 ? `The ${digit}: ${how}` : capital(how);
    sentence.textContent = `${which}\u00a0· ${percent(together(some)).replace(" ", "\u00a0")}`;
  }

  // The drawing goes on: what is shown was read before.
  function goOn() {
    final = false;
    element.classList.toggle("going", digits.length > 0);
    if (digits.length === 0) sentence.textContent = "";
    else select(null);
  }

  function clear() {
    digits = [];
    number.textContent = sentence.textContent = "";
    element.classList.remove("several", "going");
    for (const bar of bars) fill(bar, 0, false);
    frame.removeAttribute("src");
    frame.parentElement.classList.remove("seen");
  }

  function wait(text) {
    sentence.textContent = text;
  }

  // A finger has no other way to point at a digit: on the pad it draws. By key it is its box.
  for (const type of ["pointerover", "click"]) {
    number.addEventListener(type, (event) => {
      const index = [...number.children].indexOf(event.target);
      if (final && index >= 0) onSelect(index);
    });
  }
  number.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse") onSelect(null);
  });

  return { show, clear, wait, goOn, select };
}

function fill(bar, probability, best) {
  bar.style.setProperty("--part", probability);
  bar.classList.toggle("best", best);
  bar.querySelector(".percent").textContent = percent(probability);
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}
