// The last few drawings with what they were read as, kept in the browser's own storage.

import { make } from "./element.js";
import { toPng } from "./paint.js";
import { read, write } from "./store.js";

const MOST = 8;
const KEY = "digitrec.history";
const storage = () => localStorage;

export function createHistory(section, { onPick, onForget }) {
  const list = section.querySelector("ol");
  let entries = []; // newest first: {content, text}
  const loaded = load();

  async function load() {
    entries = (await read(storage, KEY)) ?? [];
    render();
  }

  // A drawing already in the list keeps its place.
  async function add(content, text) {
    await loaded;
    const known = entries.findIndex((entry) => entry.content.id === content.id);
    if (entries[known]?.content === content && entries[known].text === text) return;
    if (known >= 0) entries[known] = { content, text };
    else entries = [{ content, text }, ...entries].slice(0, MOST);
    save();
    render();
  }

  function save() {
    // If there is no room for all, the oldest are not stored.
    let stored = entries;
    while (!write(storage, KEY, stored) && stored.length > 0) stored = stored.slice(0, -1);
  }

  function render() {
    list.replaceChildren(...entries.map(item));
    section.hidden = entries.length === 0;
  }

  function item({ content, text }) {
    const picture = make("img", { src: toPng(content), alt: "" });
    const name = make("span", {}, text);
    const ariaLabel = `${text}, show this drawing again`;
    return make("li", {}, make("button", { ariaLabel, onclick: () => onPick(content) }, picture, name));
  }

  section.querySelector("#forget").addEventListener("click", () => {
    entries = [];
    save();
    render();
    onForget();
  });

  // Another tab has changed it.
  addEventListener("storage", (event) => event.key === KEY && load());
  return { add };
}
