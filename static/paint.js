// Content to canvas: smooth strokes, or a picture. The same for the pad, the examples and the PNG.

import { seen } from "./view.js";

// px of the PNG that a drawing is sent as
const HEIGHT = 280; // MNIST's 28, ten times
const WIDEST = 560;
const INK = "#000";
const PAPER = "#fff";
const BEHIND = "--behind"; // a picture's transparency: a property of the page's style

export function paint(context, { strokes, picture, span }, ink) {
  const { width, height } = context.canvas;
  context.clearRect(0, 0, width, height);
  const unit = height / seen(span, width / height).height;
  context.save();
  context.setTransform(unit, 0, 0, unit, width / 2, height / 2);
  if (picture) paintPicture(context, picture.image, span);
  context.strokeStyle = context.fillStyle = ink;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) paintStroke(context, stroke);
  context.restore();
}

// Of the picture that is sent, px.
export function sizeOf({ picture, span }) {
  if (picture) return { width: picture.image.width, height: picture.image.height };
  const unit = Math.min(HEIGHT / span.height, WIDEST / span.width);
  return { width: Math.round(span.width * unit), height: Math.round(span.height * unit) };
}

// Black on white whatever the colours of the page are.
export function toPng(content) {
  if (content.picture) return content.picture.url;
  const canvas = document.createElement("canvas");
  const { width, height } = sizeOf(content);
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  paint(context, content, INK);
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = PAPER;
  context.fillRect(0, 0, width, height);
  return canvas.toDataURL("image/png");
}

function paintPicture(context, image, { width, height }) {
  const box = [-width / 2, -height / 2, width, height];
  context.fillStyle = getComputedStyle(context.canvas).getPropertyValue(BEHIND);
  context.fillRect(...box);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, ...box);
}

function paintStroke(context, points) {
  const [first] = points;
  if (points.length === 1) {
    context.beginPath(); // a tap is a dot
    context.arc(first.x, first.y, first.width / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  // Through the middles between two points, each point bending the curve: no corner where the
  // pen was only seen to turn, since it is seen at moments.
  let from = first;
  let width = null;
  for (let i = 1; i <= points.length; i++) {
    const bend = points[i - 1];
    const to = i < points.length ? middle(bend, points[i]) : bend;
    if (bend.width !== width) {
      if (width !== null) context.stroke();
      width = bend.width;
      context.lineWidth = width;
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
