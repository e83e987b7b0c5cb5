// Ten digits and a number to click, for those who can't draw or don't feel like it.
//
// Places in per cent of a square.

import { make } from "./element.js";
import { paint } from "./paint.js";

const WIDTH = 0.065; // of the square's side
const SHARP = 2; // canvas pixels for one of the page
const DIGITS = [
  ["52,18 57,20 60,25 62,31 64,38 64,45 64,53 64,60 62,67 59,73 55,78 50,81 45,81 41,77 39,72 37,66 36,59 36,51 36,44 37,37 39,30 43,24 47,20 52,18"],
  ["53,19 52,26 51,33 51,40 51,47 50,54 50,61 49,68 48,75 47,81"],
  ["37,32 39,26 43,22 48,20 52,19 57,20 61,23 64,28 65,35 62,42 58,48 54,53 50,58 46,63 42,68 39,73 35,78 35,81 40,81 45,81 49,80 54,79 59,79 64,78"],
  ["37,26 41,21 46,18 51,18 55,20 59,24 62,29 62,36 60,43 56,47 52,49 48,48 53,50 57,52 61,57 63,63 62,70 59,76 54,79 49,81 45,81 40,80 36,77 33,73"],
  ["43,19 41,26 40,33 38,40 37,47 37,53 42,53 47,53 51,53 56,54 61,54 66,53", "59,24 58,32 58,39 58,46 57,53 57,60 56,68 55,75 54,82"],
  ["64,21 59,21 54,21 49,21 44,20 41,24 40,31 40,38 39,46 44,46 49,46 54,47 58,50 61,56 62,62 61,70 57,76 53,79 48,81 43,80 38,78 35,74"],
  ["60,18 56,23 52,29 48,34 45,41 42,48 39,54 37,61 37,69 39,75 43,79 48,80 52,79 57,76 60,70 61,63 59,56 56,51 51,49 47,49 42,53 38,59 37,66"],
  ["37,20 42,20 47,21 52,21 57,22 62,22 66,22 64,28 61,35 59,42 57,48 54,55 52,61 49,67 46,74 43,80"],
  ["51,50 46,48 42,43 40,37 41,29 44,24 48,21 53,21 58,24 61,29 62,36 60,43 56,48 52,50 54,51 59,54 62,58 63,65 61,72 57,78 53,82 48,83 43,81 39,78 36,72 35,65 37,59 41,53 46,50 51,50"],
  ["63,35 62,28 58,23 54,20 49,20 44,22 41,26 38,33 38,40 41,47 44,51 49,53 54,52 58,47 62,41 63,37 62,44 61,52 59,59 57,67 56,74 55,82"],
];

const BESIDE = 0.45; // of the square's side, from one digit of a number to the next

// A number to be shown as a whole.
export const NUMBER = number("4821", { width: 2, height: 1 });

export function createExamples(list, onPick) {
  const painters = DIGITS.map((_, digit) => {
    const content = number(`${digit}`, { width: 1, height: 1 });
    const canvas = make("canvas", { width: 40 * SHARP, height: 40 * SHARP });
    const ariaLabel = `Example ${digit}`;
    list.append(make("li", {}, make("button", { ariaLabel, onclick: () => onPick(content) }, canvas)));
    return () => paint(canvas.getContext("2d"), content, getComputedStyle(canvas).color);
  });
  const paintAll = () => painters.forEach((painter) => painter());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paintAll);
  paintAll();
}

function number(text, span) {
  const strokes = [...text].flatMap((digit, i) =>
    DIGITS[digit].map((stroke) => parse(stroke, (i - (text.length - 1) / 2) * BESIDE)));
  return { id: `example ${text}`, strokes, picture: null, span };
}

// right: how far the stroke's square is to the right of the middle.
function parse(stroke, right) {
  return stroke.split(" ").map((place) => {
    const [x, y] = place.split(",");
    return { x: x / 100 - 0.5 + right, y: y / 100 - 0.5, width: WIDTH };
  });
}
