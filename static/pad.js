// The pad: Pointer Events to strokes, and a canvas that is as sharp as the screen.

import { paint } from "./paint.js";
import { seen } from "./view.js";

export function createPad(canvas, drawing, penWidth) {
  const context = canvas.getContext("2d");
  let pointer = null; // the one that draws; a second finger or the palm is ignored
  let scheduled = 0; // a repaint, with the screen's next

  function repaint() {
    scheduled = 0;
    paint(context, drawing.content(), getComputedStyle(canvas).color);
  }

  // Many changes between two repaints of the screen are painted once.
  function refresh() {
    scheduled ||= requestAnimationFrame(repaint);
  }

  function fit() {
    const box = canvas.getBoundingClientRect();
    const width = Math.round(box.width * devicePixelRatio);
    const height = Math.round(box.height * devicePixelRatio);
    if (width * height === 0 || (width === canvas.width && height === canvas.height)) return;
    [canvas.width, canvas.height] = [width, height]; // this empties it
    repaint();
  }

  // The part of the plane that the pad shows now.
  function span() {
    const { width, height } = canvas.getBoundingClientRect();
    return seen(drawing.content().span, width / height);
  }

  // A place on the pad, x and y in parts of it, as a point of the plane.
  function point({ x, y }) {
    const { width, height } = span();
    return { x: (x - 0.5) * width, y: (y - 0.5) * height, width: penWidth() * height };
  }

  function pointOf(event) {
    const box = canvas.getBoundingClientRect();
    // A finger or a mouse gives no meaningful pressure.
    const pressed = event.pointerType === "pen" && event.pressure > 0 ? event.pressure : 0.5;
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    const { width, ...place } = point({ x, y });
    return { ...place, width: width * (0.5 + pressed) };
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer); // a stroke may leave the pad and come back
    drawing.begin(pointOf(event), span());
  });

  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    // A fast pen moves several times per repaint; the list is empty in some browsers.
    const moves = event.getCoalescedEvents?.() ?? [];
    drawing.extend((moves.length ? moves : [event]).map(pointOf));
  });

  // However a stroke ends, its pointer is no longer captured then.
  canvas.addEventListener("lostpointercapture", (event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    drawing.end();
  });

  new ResizeObserver(fit).observe(canvas);
  addEventListener("resize", fit); // zoom, or another screen: the box stays, its pixels don't
  // At once: a page changes to light for printing without waiting for a repaint.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  fit();
  return { refresh, span, point };
}
