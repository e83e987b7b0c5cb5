// The pad: a canvas that is drawn on with the mouse, a finger or a pen (Pointer Events).

const INK = "#000";
const PAPER = "#fff"; // in dark mode too: what is seen is what is sent
const PEN = 18; // canvas pixels, of 280

export function createPad(canvas, { onStart, onEnd }) {
  const context = canvas.getContext("2d");
  let pointer = null; // the one that draws; a second finger or the palm is ignored
  let last = null;
  let empty = true;

  function clear() {
    context.fillStyle = PAPER;
    context.fillRect(0, 0, canvas.width, canvas.height);
    pointer = null;
    empty = true;
  }

  function place(event) {
    // The canvas may be shown at another size than its own.
    const box = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) * canvas.width) / box.width,
      y: ((event.clientY - box.top) * canvas.height) / box.height,
    };
  }

  function lineTo(point) {
    context.strokeStyle = INK;
    context.lineWidth = PEN;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.beginPath();
    context.moveTo(last.x, last.y);
    context.lineTo(point.x, point.y);
    context.stroke();
    last = point;
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    onStart();
    empty = false;
    last = place(event);
    lineTo(last); // a tap is a dot
  });

  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    // A fast pen moves several times a frame; the list is empty in some browsers.
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const move of moves.length ? moves : [event]) lineTo(place(move));
  });

  for (const type of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(type, (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      onEnd();
    });
  }

  clear();
  return { clear, isEmpty: () => empty, toDataURL: () => canvas.toDataURL("image/png") };
}
