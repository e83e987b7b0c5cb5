// The pad: Pointer Events to strokes, and a canvas that is as sharp as the screen.

import { paint } from "./paint.js";

export function createPad(canvas, drawing, penWidth) {
  const context = canvas.getContext("2d");
  let pointer = null; // the one that draws; a second finger or the palm is ignored
  let frame = 0;

  function repaint() {
    frame = 0;
    paint(context, drawing.content(), getComputedStyle(canvas).color);
  }

  // Many changes between two frames of the screen are painted once.
  function refresh() {
    frame ||= requestAnimationFrame(repaint);
  }

  function fit() {
    const side = Math.round(canvas.getBoundingClientRect().width * devicePixelRatio);
    if (side === 0 || side === canvas.width) return;
    canvas.width = canvas.height = side; // this empties it
    repaint();
  }

  function point(event) {
    const box = canvas.getBoundingClientRect();
    // A finger or a mouse gives no pressure that means anything.
    const pressed = event.pointerType === "pen" && event.pressure > 0 ? event.pressure : 0.5;
    return {
      x: (event.clientX - box.left) / box.width,
      y: (event.clientY - box.top) / box.height,
      width: penWidth() * (0.5 + pressed),
    };
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer); // a stroke may leave the pad and come back
    drawing.begin(point(event));
  });

  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    // A fast pen moves several times a frame; the list is empty in some browsers.
    const moves = event.getCoalescedEvents?.() ?? [];
    drawing.extend((moves.length ? moves : [event]).map(point));
  });

  for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) {
    canvas.addEventListener(type, (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      drawing.end();
    });
  }

  new ResizeObserver(fit).observe(canvas);
  addEventListener("resize", fit); // zoom, or another screen: the box stays, its pixels don't
  // At once: a page that is printed changes to light, and waits for no frame of the screen.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  fit();
  return { refresh };
}
