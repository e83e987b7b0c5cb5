// The answer: the digit large, how sure the network is, ten bars, and the frame that it saw.

// The network's confidence is calibrated: of the answers at 0.9, about nine in ten are right.
const SURE = 0.9;
const PROBABLE = 0.6;
const POSSIBLE = 0.15; // of a second guess, to be worth naming

export function createAnswer(element) {
  const digit = element.querySelector("#digit");
  const sentence = element.querySelector("#sentence");
  const frame = element.querySelector("#frame");
  const bars = [...element.querySelectorAll("#bars li")];

  function show({ digit: best, confidence, probabilities, frame: url }) {
    if (digit.textContent !== String(best)) {
      digit.textContent = best;
      digit.classList.remove("new");
      void digit.offsetWidth; // so that the animation starts anew
      digit.classList.add("new");
    }
    sentence.textContent = `${capital(words(best, probabilities))} · ${percent(confidence)}`;
    bars.forEach((bar, i) => fill(bar, probabilities[i], i === best));
    frame.src = url;
    frame.parentElement.classList.add("seen");
  }

  function clear() {
    digit.textContent = sentence.textContent = "";
    for (const bar of bars) fill(bar, 0, false);
    frame.removeAttribute("src");
    frame.parentElement.classList.remove("seen");
  }

  function wait(text) {
    sentence.textContent = text;
  }

  return { show, clear, wait };
}

// One sentence for those who hear it.
export function spoken({ digit, confidence, probabilities }) {
  return `${digit}: ${words(digit, probabilities)}, ${percent(confidence)}`;
}

function words(best, probabilities) {
  if (probabilities[best] >= SURE) return "sure";
  if (probabilities[best] >= PROBABLE) return "probably";
  const [second] = probabilities
    .map((p, i) => [i, p])
    .filter(([i, p]) => i !== best && p >= POSSIBLE)
    .sort(([, p], [, q]) => q - p);
  return second ? `not sure, perhaps ${second[0]}` : "not sure";
}

function fill(bar, probability, best) {
  bar.style.setProperty("--part", probability);
  bar.classList.toggle("best", best);
  bar.querySelector(".percent").textContent = percent(probability);
}

function percent(part) {
  // Rounded down: the network is never wholly sure.
  return `${(Math.floor(part * 1000) / 10).toFixed(1)} %`;
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}
