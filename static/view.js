// The plane that is drawn on, and how much of it a pad shows. The origin is the pad's middle.
//
// The unit is the height of an empty pad. A pad of another shape shows all that was seen when it was drawn.

// A span is how wide and high a part of the plane around its origin is.
export const NOWHERE = Object.freeze({ width: 0, height: 0 });

// What a pad shows of the plane. aspect: the pad's width for one of its height.
export function seen({ width, height }, aspect) {
  const high = Math.max(1, height, width / aspect);
  return { width: high * aspect, height: high };
}

export function union(a, b) {
  return { width: Math.max(a.width, b.width), height: Math.max(a.height, b.height) };
}

// A box in px of the picture that was sent, as parts of the pad. size: of that picture, px.
export function onPad({ left, top, width, height }, size, span, aspect) {
  const shown = seen(span, aspect);
  const across = span.width / size.width / shown.width; // parts of the pad for one px
  const down = span.height / size.height / shown.height;
  return {
    left: 0.5 + (left - size.width / 2) * across,
    top: 0.5 + (top - size.height / 2) * down,
    width: width * across,
    height: height * down,
  };
}
