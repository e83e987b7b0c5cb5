// Content to canvas: smooth strokes, or a picture. The same for the pad, the examples and the PNG.

import { make } from "./element.js";
import { seen } from "./view.js";

// px of the PNG that a drawing is sent as
const HEIGHT = 280; // MNIST's 28, ten times
const WIDEST = 560;
const SMALL = 0.25; // of the span's height: smaller drawings are sent as if drawn larger, see sent()
const SLENDER = 1 / 7; // largest width of a small drawing's strokes, as a part of its height
const INK = "#000";
const PAPER = "#fff";
const BEHIND = "--behind"; // a picture's transparency: a property of the page's style

// Paints a canvas that shows everything that was visible when the content was drawn.
export function paint(context, content, ink) {
  const { width, height } = context.canvas;
  const whole = seen(content.span, width / height);
  context.clearRect(0, 0, width, height);
  paintPart(context, content, { ...whole, left: -whole.width / 2, top: -whole.height / 2 }, ink);
}

// What is sent of a content: the part of the plane, the picture's size in px, the width of strokes at
// most, and by how much that moves their edges. A small drawing is sent alone, with strokes as thin for
// its size as a large one's: what would be a blot is read as it was written.
export function sent({ strokes, picture, span }) {
  const tallest = Math.max(0, ...strokes.map(extent).flatMap(({ width, height }) => [width, height]));
  if (tallest === 0 || tallest >= SMALL * span.height) {
    const { width, height } = picture?.image ?? fitted(span);
    return { part: around(span), size: { width, height }, widest: Infinity, thinned: 0 };
  }
  const { left, top, width, height } = extent(strokes.flat());
  const margin = { left: left - tallest, top: top - tallest };
  const part = { ...margin, width: width + 2 * tallest, height: height + 2 * tallest };
  const widest = tallest * SLENDER;
  const pen = Math.max(...strokes.map(([point]) => point.width));
  return { part, size: fitted(part), widest, thinned: Math.max(0, pen - widest) / 2 };
}

// Black on white, whatever the page's colours are.
export function toPng(content) {
  if (content.picture) return content.picture.url;
  const { part, size, widest } = sent(content);
  const canvas = make("canvas", size);
  const context = canvas.getContext("2d");
  paintPart(context, content, part, INK, widest);
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = PAPER;
  context.fillRect(0, 0, size.width, size.height);
  return canvas.toDataURL("image/png");
}

function around({ width, height }) {
  return { left: -width / 2, top: -height / 2, width, height };
}

function fitted({ width, height }) {
  const unit = Math.min(HEIGHT / height, WIDEST / width);
  return { width: Math.round(width * unit), height: Math.round(height * unit) };
}

function extent(points) {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}

function paintPart(context, { strokes, picture, span }, part, ink, widest = Infinity) {
  const unit = context.canvas.height / part.height;
  context.save();
  context.setTransform(unit, 0, 0, unit, -part.left * unit, -part.top * unit);
  if (picture) paintPicture(context, picture.image, span);
  context.strokeStyle = context.fillStyle = ink;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) paintStroke(context, stroke, widest);
  context.restore();
}

function paintPicture(context, image, span) {
  const { left, top, width, height } = around(span);
  context.fillStyle = getComputedStyle(context.canvas).getPropertyValue(BEHIND);
  context.fillRect(left, top, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, left, top, width, height);
}

function paintStroke(context, points, widest) {
  const [first] = points;
  if (points.length === 1) {
    context.beginPath(); // a tap is a dot
    context.arc(first.x, first.y, Math.min(first.width, widest) / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  // A curve through the midpoints, with each point as a control point: the pen's positions are
  // only samples, and straight lines between them would show corners.
  let from = first;
  let width = null;
  for (let i = 1; i <= points.length; i++) {
    const bend = points[i - 1];
    const to = i < points.length ? middle(bend, points[i]) : bend;
    if (bend.width !== width) {
      if (width !== null) context.stroke();
      width = bend.width;
      context.lineWidth = Math.min(width, widest);
      context.beginPath();
      context.moveTo(from.x, from.y);
    }
    context.quadraticCurveTo(bend.x, bend.y, to.x, to.y);
    from = to;
  }
  context.stroke();
}

function middle(a, b) {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
