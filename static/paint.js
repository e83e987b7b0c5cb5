// Content to canvas: smooth strokes, or a picture. The same for the pad, the examples and the PNG.

const SENT = 280; // px a side of the PNG that a drawing is sent as: MNIST's 28, ten times
const INK = "#000";
const PAPER = "#fff";
const BEHIND = "--behind"; // a picture's transparency: a property of the page's style

export function paint(context, { strokes, picture }, ink) {
  const side = context.canvas.width;
  context.clearRect(0, 0, side, side);
  if (picture) paintPicture(context, picture.image, side);
  context.strokeStyle = context.fillStyle = ink;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) paintStroke(context, stroke, side);
}

// Black on white whatever the colours of the page are.
export function toPng(content) {
  if (content.picture) return content.picture.url;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SENT;
  const context = canvas.getContext("2d");
  paint(context, content, INK);
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = PAPER;
  context.fillRect(0, 0, SENT, SENT);
  return canvas.toDataURL("image/png");
}

function paintPicture(context, image, side) {
  const scale = side / Math.max(image.width, image.height);
  const [width, height] = [image.width * scale, image.height * scale];
  const box = [(side - width) / 2, (side - height) / 2, width, height];
  context.fillStyle = getComputedStyle(context.canvas).getPropertyValue(BEHIND);
  context.fillRect(...box);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, ...box);
}

function paintStroke(context, points, side) {
  const [first] = points;
  if (points.length === 1) {
    context.beginPath(); // a tap is a dot
    context.arc(first.x * side, first.y * side, (first.width * side) / 2, 0, 2 * Math.PI);
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
      context.lineWidth = width * side;
      context.beginPath();
      context.moveTo(from.x * side, from.y * side);
    }
    context.quadraticCurveTo(bend.x * side, bend.y * side, to.x * side, to.y * side);
    from = to;
  }
  context.stroke();
}

function middle(a, b) {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
