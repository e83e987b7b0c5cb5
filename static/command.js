// The curl line that reads the current drawing. The page shortens the picture; copying keeps it.

import { createCopy } from "./copy.js";

const MAX_CHARACTERS = 100_000; // Linux takes 131,072 in an argument
const SHOWN = 40; // characters of the picture

export function createCommand(section, { image, say }) {
  const line = section.querySelector("code");
  const address = new URL("predict", document.baseURI).href;

  function refresh() {
    const url = image();
    const text = command(address, url);
    line.textContent = url ? text.replace(url, `${url.slice(0, SHOWN)}…`) : text;
  }

  createCopy(section.querySelector("button"), { text: () => command(address, image()), say });
  section.addEventListener("toggle", refresh);
  return { refresh };
}

function command(address, image) {
  if (image === null || image.length > MAX_CHARACTERS) {
    return `curl -F image=@digit.png '${address}?include=text'`;
  }
  return `curl -H 'Content-Type: application/json' -d '{"image": "${image}", "include": ["text"]}' '${address}'`;
}
