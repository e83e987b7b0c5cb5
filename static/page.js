// Connects the parts of the page: passes what one of them reports to the others.

import { createAnswer } from "./answer.js";
import { createBoxes } from "./boxes.js";
import { createCommand } from "./command.js";
import { createCopy } from "./copy.js";
import { createCorrection } from "./correction.js";
import { createDrawing, newId } from "./drawing.js";
import { NUMBER, createExamples } from "./examples.js";
import { createHistory } from "./history.js";
import { createHow } from "./how.js";
import { createIntake, isTyping } from "./intake.js";
import { createKeyboard } from "./keyboard.js";
import { createLive } from "./live.js";
import { createNotice } from "./notice.js";
import { createPad } from "./pad.js";
import { sent, toPng } from "./paint.js";
import { predict } from "./predict.js";
import { NotAPicture, read } from "./picture.js";
import { createRow } from "./row.js";
import * as store from "./store.js";
import { createWhy } from "./why.js";
import { csv, isNumber, spoken } from "./words.js";

const NONE = "No digit found. Write it large, in clear strokes.";
const WAKING = "The server is waking up. This can take a few seconds.";
const KEY = "digitrec.drawing";
const session = () => sessionStorage;

const at = (id) => document.getElementById(id);
const sheet = at("sheet");
const canvas = at("pad");
const penWidth = () => at("width").value / 100; // of the pad's height

let reading = null; // the last reading of the current drawing, perhaps before its last stroke
let isFinal = false; // whether nothing was drawn since, and the pen has rested
let pointed = null; // the index of the digit that the mouse points at on the pad
let picked = null; // the index of the digit that was chosen in the row
let id = null; // of the drawing on the pad

const image = () => (drawing.isEmpty() ? null : toPng(drawing.content()));
const isRead = () => isFinal && reading !== null; // whether the answer shown is about all of the drawing
// What the drawing says: by the reader, who knows best, or by the networks.
const text = () => drawing.content().label ?? reading.text;

const drawing = createDrawing({ onChange, onEnd, onReplace });
const notice = createNotice(at("alert"), at("said"), { onRetry: () => live.retry(), home: canvas });
const answer = createAnswer(at("answer"));
const pad = createPad(canvas, drawing, penWidth);
const boxes = createBoxes(at("boxes"), canvas, { onPoint: point });
const row = createRow(at("digits"), { home: canvas, onChoose: pick });
const why = createWhy(at("why"), { image });
const how = createHow(at("how"));
const keyboard = createKeyboard(canvas, at("cursor"), drawing, pad, { say: notice.say });
const command = createCommand(at("api"), { image, say: notice.say });
const history = createHistory(at("history"), { onPick: show, onForget: forget });
const correction = createCorrection(at("wrong"), at("saved"), {
  image,
  current: () => (isRead() ? { content: drawing.content(), text: reading.text } : null),
  onSaved(text, name) {
    drawing.content().label = text;
    keep(drawing.content());
    remember();
    showLabel(`Saved as ${name}.`);
  },
});
const live = createLive({
  ask: (controller) => predict(image(), controller),
  isOpen: drawing.isOpen,
  onAnswer,
  onSlow() {
    answer.wait(WAKING);
    notice.say(WAKING);
  },
});

createExamples(at("examples"), show);
createIntake({ sheet, onFile, onError: (text) => notice.fail({ text }) });
createCopy(at("copy"), { text, say: notice.say });
createCopy(at("copy-csv"), { text: () => csv(text(), reading.digits), say: notice.say });

function showLabel(saved = "") {
  const { label } = drawing.content();
  const sentence = `You say ${label.replaceAll("\n", ", ")}. ${saved}`.trim();
  answer.correct(label, sentence);
  notice.say(sentence);
}

function onEnd() {
  remember();
  live.ended();
}

function onChange(grew) {
  isFinal = false;
  if (id !== drawing.content().id) {
    id = drawing.content().id;
    reading = null;
    answer.clear(); // it was about another drawing
  }
  if (!grew) {
    notice.clear();
    remember();
  }
  for (const part of [boxes, row, why, how]) part.clear(); // they are about another drawing
  pad.refresh();
  keyboard.refresh();
  if (drawing.isEmpty()) {
    live.stop();
    command.refresh();
  } else {
    answer.goOn();
    live.changed(grew);
  }
  refreshControls();
}

function onAnswer(result, { final }) {
  isFinal = final;
  pointed = picked = null;
  reading = !result.error && isNumber(result.digits) ? result : null;
  if (final) command.refresh();
  if (result.error) {
    answer.clear();
    notice.fail(result.error);
    return;
  }
  notice.clear();
  if (reading) answer.show(reading, final);
  else answer.wait(final ? NONE : "No digit so far");
  if (final) notice.say(reading ? spoken(result) : NONE); // once: not while it is being drawn
  if (isRead()) {
    const content = drawing.content();
    boxes.show(result.digits, sent(content), content.span);
    row.show(result);
    why.show(result.digits);
    keep(content);
  }
  choose();
  if (isRead() && drawing.content().label) showLabel();
  refreshControls();
}

function point(index) {
  pointed = index;
  choose();
}

function pick(index) {
  picked = index;
  choose();
}

// Make every part show the digit pointed at, the chosen one, or else the most prominent one.
function choose() {
  if (reading === null) return;
  const chosen = pointed ?? picked;
  const prominent = reading.digits.findIndex(({ frame }) => frame === reading.frame);
  const about = chosen ?? Math.max(0, prominent);
  answer.choose(about, chosen !== null);
  if (!isRead()) return;
  boxes.choose(chosen);
  row.choose(about, picked !== null);
  why.choose(about);
  how.show(drawing.content(), sent(drawing.content()), reading.digits, about);
}

// On a phone, the choices are far below the answer.
function show(content) {
  drawing.show(content);
  at("answer").scrollIntoView({ block: "nearest" });
}

// Only for a drawing replaced before the pen rested: others are in the history, or deleted since.
function onReplace(content) {
  if (!isRead()) keep(content);
}

function keep(content) {
  if (reading) history.add(content, content.label ?? reading.text);
}

// So that a reload doesn't lose the drawing.
function remember() {
  store.write(session, KEY, drawing.isEmpty() ? [] : [{ content: drawing.content(), text: "" }]);
}

function forget() {
  store.write(session, KEY, []);
  notice.say("Forgotten");
}

async function onFile(file) {
  try {
    const picture = await read(file);
    const { width, height } = picture.image;
    show({ id: newId(), strokes: [], picture, span: { width: width / height, height: 1 } });
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
  at("copies").hidden = !isRead() || reading.digits.length < 2;
  correction.refresh();
  document.body.classList.toggle("empty", drawing.isEmpty());
  // A control without a use loses the focus: move it to where drawing goes on.
  if (focused.disabled || focused.closest("[hidden]")) canvas.focus({ preventScroll: true });
}

function clear() {
  if (drawing.isEmpty()) return;
  drawing.clear();
  notice.say("Cleared");
}

function showWidth() {
  const text = `${at("width").value}%`;
  at("width").setAttribute("aria-valuetext", `${text} of the pad’s height`);
  at("percent").textContent = text;
}

at("undo").addEventListener("click", drawing.undo);
at("redo").addEventListener("click", drawing.redo);
at("clear").addEventListener("click", clear);
at("width").addEventListener("input", showWidth);
at("try").addEventListener("click", () => show(NUMBER));

addEventListener("keydown", (event) => {
  const open = event.target.closest("details[open]");
  if (event.key === "Escape" && open) {
    open.open = false;
    open.querySelector("summary").focus();
    return;
  }
  if (isTyping(event)) return;
  const key = event.key.toLowerCase();
  const control = event.ctrlKey || event.metaKey;
  if (control && key === "z") (event.shiftKey ? drawing.redo : drawing.undo)();
  else if (control && key === "y") drawing.redo();
  else if (key === "escape") clear();
  else return;
  event.preventDefault();
});

showWidth();
refreshControls();
command.refresh();
at("invitation").textContent = "Draw here"; // the page now responds
const [last] = (await store.read(session, KEY)) ?? [];
if (last && drawing.isEmpty()) drawing.restore(last.content);
