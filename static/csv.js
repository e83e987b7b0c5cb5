// A reading as CSV: a row for each line of the picture.

// The confidence is that of the line's least sure digit, and empty if the reader corrected the text.
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
