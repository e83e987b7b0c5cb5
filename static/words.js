// A confidence in words and in per cent.

// About nine in ten answers with a confidence of 0.9 are right: MODEL_CARD.md has the figures.
const SURE = 0.9;
const PROBABLE = 0.6;
const POSSIBLE = 0.15; // of a second guess, to be worth naming

// One sentence for those who hear it.
export function spoken({ text, digits }) {
  return `${text.replaceAll("\n", ", ")}: ${words(digits)}, ${percent(together(digits))}`;
}

export function words(digits) {
  const confidence = together(digits);
  if (confidence >= SURE) return "sure";
  if (confidence >= PROBABLE) return "probably";
  const weakest = digits.reduce((a, b) => (b.confidence < a.confidence ? b : a));
  const [second] = weakest.probabilities
    .map((p, i) => [i, p])
    .filter(([i, p]) => i !== weakest.digit && p >= POSSIBLE)
    .sort(([, p], [, q]) => q - p);
  const which = digits.length > 1 ? ` of the ${weakest.digit}` : "";
  return second ? `not sure${which}, perhaps ${second[0]}` : `not sure${which}`;
}

// How probably all digits are right, each by itself.
export function together(digits) {
  return digits.reduce((product, { confidence }) => product * confidence, 1);
}

export function percent(part) {
  // Rounded down: the network is never wholly sure.
  return `${(Math.floor(part * 1000) / 10).toFixed(1)} %`;
}
