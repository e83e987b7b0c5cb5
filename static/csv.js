// A reading as CSV: a row for each line of the picture.

// The confidence is that of the line's least sure digit.
export function csv({ text, digits }) {
  let next = 0;
  const rows = text.split("\n").map((line, i) => {
    const some = digits.slice(next, (next += line.length));
    const lowest = Math.min(...some.map(({ confidence }) => confidence));
    return `${i + 1},${line},${lowest.toFixed(4)}`;
  });
  return ["line,text,confidence", ...rows, ""].join("\r\n");
}
