// The page: joins what is drawn, what is asked and what is shown.

import { NONE, createAnswer } from "./answer.js";
import { createBoxes } from "./boxes.js";
import { createCommand } from "./command.js";
import { createCorrection } from "./correction.js";
import { createDrawing } from "./drawing.js";
import { createExamples } from "./examples.js";
import { createHistory } from "./history.js";
import { createIntake } from "./intake.js";
import { createKeyboard } from "./keyboard.js";
import { createLive } from "./live.js";
import { createNotice } from "./notice.js";
import { createPad } from "./pad.js";
import { sizeOf, toPng } from "./paint.js";
import { predict } from "./predict.js";
import { NotAPicture, read } from "./picture.js";
import { spoken } from "./words.js";

const WAKING = "The server is waking up. This can take a few seconds.";

const at = (id) => document.getElementById(id);
const sheet = at("sheet");
const canvas = at("pad");
const penWidth = () => at("width").value / 100; // of the pad's height

let readAs = null; // the final answer about what is drawn now
let label = null; // what the reader says that it is

const drawing = createDrawing({ onChange, onEnd: () => live.ended(), onReplace });
const notice = createNotice(at("alert"), at("said"), { onRetry: () => live.retry(), home: canvas });
const answer = createAnswer(at("answer"), { onSelect });
const pad = createPad(canvas, drawing, penWidth);
const boxes = createBoxes(at("boxes"), canvas, { home: canvas, onSelect });
const keyboard = createKeyboard(canvas, at("cursor"), drawing, pad, { say: notice.say });
const history = createHistory(at("history"), show);
const command = createCommand(at("api"), { image, say: notice.say });
const live = createLive({
  ask: (controller) => predict(toPng(drawing.content()), controller),
  isOpen: drawing.isOpen,
  onAnswer,
  onSlow() {
    answer.wait(WAKING);
    notice.say(WAKING);
  },
});

createExamples(at("examples"), show);
createIntake({ sheet, onFile, onError: (text) => notice.fail({ text }) });
createCorrection(at("wrong"), {
  current: () => readAs && { image: image(), text: readAs.text },
  onKept(digit, name) {
    label = digit;
    notice.say(`Kept as ${name}`);
  },
});

function image() {
  return drawing.isEmpty() ? null : toPng(drawing.content());
}

function onChange(grew) {
  readAs = label = null;
  notice.clear();
  boxes.clear(); // they are those of another drawing
  pad.refresh();
  keyboard.refresh();
  refreshControls();
  if (drawing.isEmpty()) {
    live.cancel();
    answer.clear();
    command.refresh();
  } else {
    answer.goOn();
    live.changed(grew);
  }
}

function onAnswer(result, { final }) {
  if (final) command.refresh();
  if (result.error) {
    answer.clear();
    notice.fail(result.error);
    return;
  }
  notice.clear();
  answer.show(result, final);
  if (!final) return;
  const some = result.digits.length > 0;
  notice.say(some ? spoken(result) : NONE); // once: what is still being drawn is not read out
  if (!some) return;
  readAs = result;
  const content = drawing.content();
  boxes.show(result.digits, { size: sizeOf(content), span: content.span });
  refreshControls();
}

function onSelect(index) {
  boxes.select(index);
  answer.select(index);
}

// On a phone, what is chosen from lies far below the answer.
function show(content) {
  drawing.show(content);
  at("answer").scrollIntoView({ block: "nearest" });
}

function onReplace(content) {
  if (readAs) history.add(content, toPng(content), label ?? readAs.text);
}

async function onFile(file) {
  try {
    const picture = await read(file);
    const { width, height } = picture.image;
    show({ strokes: [], picture, span: { width: width / height, height: 1 } });
  } catch (error) {
    if (!(error instanceof NotAPicture)) throw error;
    notice.fail({ text: error.message, retry: false });
  }
}

function refreshControls() {
  const focused = document.activeElement;
  at("undo").disabled = !drawing.canUndo();
  at("redo").disabled = !drawing.canRedo();
  at("clear").disabled = drawing.isEmpty();
  at("wrong").hidden = readAs?.digits.length !== 1;
  sheet.classList.toggle("empty", drawing.isEmpty());
  // What nothing is left for loses the focus: it is to go where drawing goes on.
  if (focused.disabled || focused.closest("[hidden]")) canvas.focus({ preventScroll: true });
}

for (const action of ["undo", "redo", "clear"]) {
  at(action).addEventListener("click", drawing[action]);
}

addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  const control = event.ctrlKey || event.metaKey;
  if (control && key === "z") (event.shiftKey ? drawing.redo : drawing.undo)();
  else if (control && key === "y") drawing.redo();
  else if (key === "escape") drawing.clear();
  else return;
  event.preventDefault();
});

refreshControls();
command.refresh();
at("invitation").textContent = "Draw here"; // from now on somebody listens
