// "That's wrong": the drawing as a file that has the right digits in its name. Nothing is sent.

import { make } from "./element.js";
import { zip } from "./zip.js";

const LONGEST = 80; // characters of a number in a file's name
const SAVING = 10_000; // ms, after which the browser has read the file

// image(): the drawing as a data URL. current(): {content: the drawing, text: what it was read as}, or null.
// onSaved(text, name): text is what the reader says it is.
export function createCorrection(details, all, { image, current, onSaved }) {
  const form = details.querySelector("form");
  const field = form.querySelector("input");
  const saved = new Map(); // of this visit: {name, image}, by the drawing

  function refresh() {
    const drawn = current();
    details.hidden = drawn === null;
    if (drawn === null) details.open = false;
    else if (!details.open) field.value = drawn.text.replaceAll("\n", " ");
    details.classList.toggle("several", drawn?.text.length > 1);
  }

  function save(text) {
    const drawn = current();
    if (drawn === null) return;
    const label = text.trim().split(/\s+/);
    const name = `${short(label)}_read_as_${short(drawn.text.split("\n"))}.png`;
    const url = image();
    saved.set(drawn.content, { name, image: url });
    download(url, name);
    details.open = false;
    details.querySelector("summary").focus();
    all.hidden = false;
    all.querySelector("button").textContent =
      saved.size === 1 ? "Download the correction as a zip" : `Download all ${saved.size} corrections as a zip`;
    onSaved(label.join("\n"), name);
  }

  details.addEventListener("click", (event) => {
    const label = event.target.closest("button[value]")?.value;
    if (label !== undefined) save(label);
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(field.value);
  });

  all.querySelector("button").addEventListener("click", () => {
    const url = URL.createObjectURL(zip(distinct([...saved.values()])));
    download(url, "corrections.zip");
    setTimeout(() => URL.revokeObjectURL(url), SAVING);
  });

  return { refresh };
}

// A part of a file's name.
const short = (lines) => lines.join("-").slice(0, LONGEST);

const download = (url, name) => make("a", { href: url, download: name }).click();

// Files with the bytes of each data URL; of equal names, the second and later are numbered.
function distinct(pictures) {
  const seen = new Map();
  return pictures.map(({ name, image }) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    const bytes = Uint8Array.from(atob(image.split(",")[1]), (character) => character.charCodeAt(0));
    return { name: count === 1 ? name : name.replace(".png", `_${count}.png`), bytes };
  });
}
