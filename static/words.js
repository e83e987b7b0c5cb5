// A reading in words, in per cent and as CSV.

// About nine in ten answers with a confidence of 0.9 are right: MODEL_CARD.md has the figures.
const SURE = 0.9;
const PROBABLE = 0.6;
const LEAST = 0.3; // of the digits' geometric mean, for something to be called a number
const POSSIBLE = 0.15; // of a second guess, to be worth naming

// One sentence for screen readers.
export function spoken({ text, digits }) {
  const read = text.replaceAll("\n", ", ");
  const other = alternative({ text, digits });
  const perhaps = other ? `, perhaps ${other.replaceAll("\n", ", ")}` : "";
  return `${read}: ${words(digits)}${perhaps}, ${percent(together(digits))}`;
}

export function words(digits) {
  const confidence = together(digits);
  if (confidence >= SURE) return "sure";
  if (confidence >= PROBABLE) return "probably";
  return digits.length > 1 ? `not sure of the ${weakest(digits).digit}` : "not sure";
}

// Whether anything that was read is worth showing.
export function isNumber(digits) {
  return digits.length > 0 && together(digits) ** (1 / digits.length) >= LEAST;
}

export function isUnsure(digits) {
  return together(digits) < PROBABLE;
}

// The text with the second guess in place of the digit that is least sure; null where all is well.
export function alternative({ text, digits }) {
  if (!isUnsure(digits)) return null;
  const weak = weakest(digits);
  const second = runnerUp(weak);
  if (weak.probabilities[second] < POSSIBLE) return null;
  let index = -1;
  return text.replace(/\d/g, (digit) => (++index === digits.indexOf(weak) ? second : digit));
}

// The second most probable digit.
export function runnerUp({ digit, probabilities }) {
  const others = probabilities.map((p, i) => (i === digit ? -1 : p));
  return others.indexOf(Math.max(...others));
}

// How probable it is that all digits are right, each independently of the others.
export function together(digits) {
  return digits.reduce((product, { confidence }) => product * confidence, 1);
}

export function percent(part) {
  // Rounded down: the network is never wholly sure.
  return `${(Math.floor(part * 1000) / 10).toFixed(1)}%`;
}

// A row for each line of the picture. Its confidence is that of the line's least sure digit, and empty
// if the reader corrected the text.
export function csv(text, digits) {
  const lines = text.split("\n");
  const isCorrected = lines.join("") !== digits.map(({ digit }) => digit).join("");
  let next = 0;
  const rows = lines.map((line, i) => {
    const some = digits.slice(next, (next += line.length));
    const lowest = Math.min(...some.map(({ confidence }) => confidence));
    return `${i + 1},${line},${isCorrected ? "" : lowest.toFixed(4)}`;
  });
  return ["line,text,confidence", ...rows, ""].join("\r\n");
}

function weakest(digits) {
  return digits.reduce((a, b) => (b.confidence < a.confidence ? b : a));
}
