// The plane to draw on, and how much of it a pad shows. The origin is the pad's middle.
//
// The unit is the height of an empty pad. A pad of another shape shows all that was seen when it was drawn.

// A span is the width and height of a part of the plane around its origin.
export const NOWHERE = Object.freeze({ width: 0, height: 0 });

// The part of the plane that a pad shows. aspect: the pad's width divided by its height.
export function seen({ width, height }, aspect) {
  const high = Math.max(1, height, width / aspect);
  return { width: high * aspect, height: high };
}

export function union(a, b) {
  return { width: Math.max(a.width, b.width), height: Math.max(a.height, b.height) };
}

// A box in px of the picture that was sent, as parts of the pad.
// sent: the picture's size, px, the part of the plane that it shows, and by how much its strokes were
// thinned on each side. span: of the drawing.
export function onPad({ left, top, width, height }, { size, part, thinned }, span, aspect) {
  const shown = seen(span, aspect);
  const across = part.width / size.width; // of the plane for one px
  const down = part.height / size.height;
  return {
    left: 0.5 + (part.left + left * across - thinned) / shown.width,
    top: 0.5 + (part.top + top * down - thinned) / shown.height,
    width: (width * across + 2 * thinned) / shown.width,
    height: (height * down + 2 * thinned) / shown.height,
  };
}
