// Drawing without a pointer: arrow keys move the pen over the pad, Space puts it down or lifts it.

const STEP = 1 / 40; // of the pad's height; with Shift a quarter of it
const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function createKeyboard(canvas, cursor, drawing, pad, { say }) {
  const place = { x: 0.5, y: 0.5 }; // parts of the pad
  const held = new Set(); // two arrows at once go diagonally

  function show() {
    cursor.hidden = false;
    cursor.style.left = `${place.x * 100}%`;
    cursor.style.top = `${place.y * 100}%`;
    cursor.classList.toggle("down", drawing.isOpen());
  }

  function lift() {
    drawing.end();
    held.clear();
    cursor.classList.remove("down");
  }

  function move(step) {
    const { width, height } = pad.span();
    for (const key of held) {
      place.x = Math.min(1, Math.max(0, place.x + (ARROWS[key][0] * step * height) / width));
      place.y = Math.min(1, Math.max(0, place.y + ARROWS[key][1] * step));
    }
    drawing.extend([pad.point(place)]);
  }

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ARROWS) {
      held.add(event.key);
      move(event.shiftKey ? STEP / 4 : STEP);
    } else if (event.key === " ") {
      if (event.repeat) return;
      if (drawing.isOpen()) lift();
      else drawing.begin(pad.point(place), pad.span());
      say(drawing.isOpen() ? "Pen down" : "Pen up");
    } else return;
    event.preventDefault(); // or the page scrolls
    show();
  });

  canvas.addEventListener("keyup", (event) => held.delete(event.key));
  canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && show());
  canvas.addEventListener("blur", () => {
    lift();
    cursor.hidden = true;
  });
  canvas.addEventListener("pointerdown", () => (cursor.hidden = true));
  return { refresh: () => cursor.classList.toggle("down", drawing.isOpen()) };
}
