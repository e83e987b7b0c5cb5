// Drawings to the browser's storage and back. Without storage, nothing is kept and nothing fails.

import { loaded } from "./element.js";

const DIGITS = 4; // decimals of a place on the plane

// storage(): the browser may forbid even looking for it. value: a list of {content, text}.
// Returns whether it was stored: the browser may forbid it, or have no room.
export function write(storage, key, value) {
  try {
    storage().setItem(key, JSON.stringify(value, small));
    return true;
  } catch {
    return false;
  }
}

// Resolves to what was written, its pictures decoded; null if there is nothing, or it is damaged.
export async function read(storage, key) {
  try {
    const value = JSON.parse(storage().getItem(key));
    for (const entry of value) {
      const { content } = entry;
      if (!isValid(entry)) return null;
      if (content.picture) content.picture.image = await loaded(content.picture.url);
    }
    return value;
  } catch {
    return null;
  }
}

// Another version of the page, or another program, may have written it.
function isValid({ content: { id, strokes, span }, text }) {
  const isDrawing = strokes.every((stroke) => stroke.length > 0 && stroke.every(({ x, y }) => x + y < Infinity));
  return isDrawing && typeof id === "string" && typeof text === "string" && span.width * span.height > 0;
}

function small(key, value) {
  if (key === "image") return undefined; // it is in the URL
  return typeof value === "number" ? Number(value.toFixed(DIGITS)) : value;
}
