// The drawing as data: strokes or a picture, with undo and redo. Independent of canvas and events.
//
// Places and widths are on the plane of view.js, so a drawing looks the same at any size.
// A point is {x, y, width}; a stroke is a list of points; a picture is {image, url}; the span is
// the part of the plane visible while drawing. The id stays the same while a drawing grows.

import { NOWHERE, union } from "./view.js";

const EMPTY = Object.freeze({ id: null, strokes: [], picture: null, span: NOWHERE });

// A new drawing's id.
export const newId = () => Math.random().toString(36).slice(2);

// onChange(grew): the visible content changed; grew: a stroke went on, nothing was removed.
// onEnd(): a stroke is complete.
// onReplace(content): a whole drawing is replaced by another, or by an empty pad.
export function createDrawing({ onChange, onEnd, onReplace }) {
  let past = [];
  let future = [];
  let now = EMPTY;
  const shown = new WeakSet(); // contents that are not the reader's own drawing
  let open = null; // the stroke that is being drawn

  const isEmpty = () => now.strokes.length === 0 && now.picture === null;

  function set(next, grew = false) {
    past.push(now);
    future = [];
    move(next, grew);
  }

  function move(next, grew = false) {
    open = null;
    now = next;
    onChange(grew);
  }

  function replace(next) {
    if (!isEmpty()) onReplace(now);
    set(next);
  }

  function show(content) {
    shown.add(content);
    replace(content);
  }

  // seen: the span that the pad shows.
  function begin(point, seen) {
    const stroke = [point];
    // Drawing on a picture replaces it; undo brings it back.
    if (now.picture) onReplace(now);
    const span = now.picture ? seen : union(now.span, seen);
    const id = isEmpty() || shown.has(now) ? newId() : now.id;
    set({ id, strokes: [...now.strokes, stroke], picture: null, span }, !now.picture);
    open = stroke;
  }

  function extend(points) {
    if (!open) return; // cleared while the pen was down
    open.push(...points);
    onChange(true);
  }

  function end() {
    if (!open) return;
    open = null;
    onEnd();
  }

  // Go to the last content of one list; the other one leads back.
  function travel(from, to) {
    if (from.length === 0) return;
    to.push(now);
    move(from.pop());
  }

  return {
    begin,
    extend,
    end,
    isOpen: () => open !== null,
    clear: () => isEmpty() || replace(EMPTY),
    show,
    restore: replace,
    undo: () => travel(past, future),
    redo: () => travel(future, past),
    canUndo: () => past.length > 0,
    canRedo: () => future.length > 0,
    isEmpty,
    content: () => now,
  };
}
