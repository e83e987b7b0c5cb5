// When to ask: after a pause, now and then while a stroke goes on, never twice at once.

const PAUSE = 120; // ms without a change, after which the drawing is read
const LONGEST = 200; // ms that a stroke that goes on may put this off
const REST = 800; // ms after a stroke, before which the next one may still come
const SLOW = 1200; // ms without an answer, after which the reader is told why

// ask(controller) resolves to an answer and never rejects. isOpen(): a stroke is going on.
// onAnswer(answer, {final}): final once the pen has rested, and then called once more.
export function createLive({ ask, isOpen, onAnswer, onSlow }) {
  let timer = 0;
  let since = 0; // when the first change came that was not yet asked about
  let resting = 0; // a timer while the last stroke is not long over
  let running = null;
  let settled = Promise.resolve(); // when the last request is over, aborted ones too
  let version = 0; // of the drawing
  let latest = null; // the last answer, and the version that it is about

  function cancel() {
    clearTimeout(timer);
    since = 0;
    running?.abort();
    running = null;
  }

  // There is nothing to be read any more.
  function stop() {
    version += 1;
    stopResting();
    cancel();
  }

  function changed(grew) {
    version += 1;
    stopResting();
    // Of a drawing that grew, an answer that is on its way is still worth showing.
    if (!grew) cancel();
    clearTimeout(timer);
    timer = setTimeout(start, PAUSE);
    // A stroke that goes on asks as often as the server answers: it aborts nothing.
    if (running) return;
    since ||= performance.now();
    if (performance.now() - since >= LONGEST) start();
  }

  async function start() {
    cancel();
    const mine = (running = new AbortController());
    await settled; // an abort takes a moment
    if (running !== mine) return;
    const asked = version;
    const slow = setTimeout(onSlow, SLOW);
    settled = ask(mine);
    const answer = await settled;
    clearTimeout(slow);
    if (running !== mine) return; // asked again or cancelled since: this answer is of the past
    running = null;
    latest = { asked, answer };
    onAnswer(answer, { final: isFinal() });
  }

  function isFinal() {
    return latest?.asked === version && !isOpen() && !resting;
  }

  function stopResting() {
    clearTimeout(resting);
    resting = 0;
  }

  // What was read before the pen has rested is final then, if no stroke has followed.
  function ended() {
    stopResting();
    resting = setTimeout(() => {
      resting = 0;
      if (isFinal()) onAnswer(latest.answer, { final: true });
    }, REST);
  }

  return { changed, ended, stop, retry: start };
}
