// The answer: the number in large type, the confidence, and one digit's ten bars and frame.

import { alternative, isUnsure, percent, together, words } from "./words.js";

export function createAnswer(element) {
  const number = element.querySelector("#digit");
  const other = element.querySelector("#other");
  const sentence = element.querySelector("#sentence");
  const frame = element.querySelector("#frame");
  const bars = [...element.querySelectorAll("#bars li")];
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
    number.replaceChildren(...[...text].map((character) => {
      if (character === "\n") return character;
      const digit = document.createElement("span");
      digit.textContent = character;
      return digit;
    }));
    number.classList.remove("long");
    const { fontSize, maxHeight } = getComputedStyle(number);
    const isTall = lines.length * parseFloat(fontSize) > parseFloat(maxHeight) + 1;
    const isLong = isTall || number.scrollWidth > number.clientWidth + 1;
    number.classList.toggle("long", isLong);
    if (isLong) number.tabIndex = 0; // what scrolls must be reachable by keyboard
    else number.removeAttribute("tabindex");
    number.classList.remove("new");
    void number.offsetWidth; // restarts the animation
    number.classList.add("new");
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
    if (!final) {
      sentence.textContent = soFar(digits);
      return;
    }
    const how = isChosen && digits.length > 1 ? `The ${digit}: ${words(some)}` : capital(words(some));
    sentence.textContent = `${how}\u00a0·\u00a0${percent(together(some))}`;
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
    number.classList.remove("long");
    number.removeAttribute("tabindex");
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
