// The answer: the number in large type, the confidence, and one digit's ten bars and frame.

import { make } from "./element.js";
import { alternative, isUnsure, percent, together, words } from "./words.js";

const ARRIVAL = { opacity: [0.2, 1], transform: ["scale(0.8)", "none"] };
const SPRING = { duration: 260, easing: "cubic-bezier(0.2, 0.9, 0.3, 1.3)" };

export function createAnswer(element) {
  const number = element.querySelector("#digit");
  const other = element.querySelector("#other");
  const sentence = element.querySelector("#sentence");
  const frame = element.querySelector("#frame");
  const bars = [...element.querySelectorAll("#bars li")];
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let isCorrected = false; // the reader's own text is shown
  let reading = null; // the reading shown: {text, digits}
  let final = false; // nothing is called sure before the pen has rested

  function show(answer, isFinal) {
    reading = answer;
    isCorrected = false;
    final = isFinal;
    write(answer.text);
  }

  function write(text) {
    element.classList.toggle("several", text.length > 1);
    element.classList.toggle("going", !final);
    element.classList.toggle("unsure", isUnsure(reading.digits));
    const second = final ? alternative(reading) : null;
    other.textContent = second ? `or ${second.replaceAll("\n", " ")}` : "";
    if (number.textContent === text) return;
    const lines = text.split("\n");
    number.style.setProperty("--across", Math.max(...lines.map((line) => line.length)));
    number.style.setProperty("--down", lines.length);
    const part = (character) => (character === "\n" ? character : make("span", {}, character));
    number.replaceChildren(...[...text].map(part));
    scroll(false);
    const { fontSize, maxHeight } = getComputedStyle(number);
    const isTall = lines.length * parseFloat(fontSize) > parseFloat(maxHeight) + 1;
    scroll(isTall || number.scrollWidth > number.clientWidth + 1);
    if (!calm.matches) number.animate(ARRIVAL, SPRING);
  }

  function scroll(isLong) {
    number.classList.toggle("long", isLong);
    number.tabIndex = isLong ? 0 : -1; // what scrolls must be reachable by keyboard
  }

  // The ten bars and the frame are about one digit; the sentence, too, if the reader chose it.
  function choose(about, isChosen) {
    if (reading === null) return;
    const { digits } = reading;
    const { digit, probabilities, frame: url } = digits[about];
    bars.forEach((bar, i) => fill(bar, probabilities[i], i === digit));
    frame.src = url;
    if (isCorrected) return;
    number.querySelectorAll("span").forEach((span, i) => span.classList.toggle("about", i === about));
    const some = isChosen ? [digits[about]] : digits;
    const how = isChosen && digits.length > 1 ? `The ${digit}: ${words(some)}` : capital(words(some));
    sentence.textContent = final ? `${how}\u00a0·\u00a0${percent(together(some))}` : soFar(digits);
  }

  // The drawing goes on: the answer shown is of an earlier state.
  function goOn() {
    final = false;
    element.classList.toggle("going", reading !== null);
    other.textContent = "";
    sentence.textContent = reading ? soFar(reading.digits) : "";
  }

  // The reader has said what it is.
  function correct(text, message) {
    isCorrected = true;
    write(text);
    element.classList.remove("unsure");
    other.textContent = "";
    sentence.textContent = message;
  }

  function clear() {
    reading = null;
    number.textContent = other.textContent = sentence.textContent = "";
    scroll(false);
    element.classList.remove("several", "going", "unsure");
    for (const bar of bars) fill(bar, 0, false);
    frame.removeAttribute("src");
  }

  // Show nothing but a sentence.
  function wait(text) {
    clear();
    sentence.textContent = text;
  }

  return { show, choose, correct, clear, wait, goOn };
}

function soFar(digits) {
  return `So far\u00a0·\u00a0${percent(together(digits))}`;
}

function fill(bar, probability, best) {
  bar.style.setProperty("--part", probability);
  bar.classList.toggle("best", best);
  bar.querySelector(".percent").textContent = percent(probability);
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}
