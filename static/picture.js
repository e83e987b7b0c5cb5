// Any file that the browser can show, to a picture that is quick to send: upright, small, PNG.

import { loaded, make } from "./element.js";

const MAX_BYTES = 50_000_000; // more takes a phone too long, or all of its memory
// A PNG of up to this many characters stays below 200 kB in base64 when sent.
const MAX_CHARACTERS = 190_000;
const SIDES = [560, 400, 280, 200, 128]; // px, longer side; even noise fits at the last

export class NotAPicture extends Error {}

// Resolves to {image: a canvas, url: a data URL}.
export async function read(file) {
  if (file.size > MAX_BYTES) {
    throw new NotAPicture("The file is larger than 50 MB. Choose a smaller picture.");
  }
  const image = await decode(file);
  for (const side of SIDES) {
    const canvas = scaled(image, side);
    const url = canvas.toDataURL("image/png");
    if (url.length <= MAX_CHARACTERS) return { image: canvas, url };
  }
  throw new NotAPicture("The picture cannot be made small enough to send.");
}

// An <img> turns a photo upright and opens all that the browser can: HEIC, AVIF, SVG.
async function decode(file) {
  const url = URL.createObjectURL(file);
  try {
    return await loaded(url);
  } catch {
    throw new NotAPicture("This file is not a picture that your browser can open.");
  } finally {
    URL.revokeObjectURL(url);
  }
}

function scaled(image, longer) {
  // An SVG may have no size of its own.
  const [width, height] = [image.naturalWidth || longer, image.naturalHeight || longer];
  const scale = Math.min(1, longer / Math.max(width, height));
  const fitted = (side) => Math.max(1, Math.round(side * scale));
  const canvas = make("canvas", { width: fitted(width), height: fitted(height) });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}
