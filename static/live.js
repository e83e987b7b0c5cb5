// When to ask: after a pause, now and then during a stroke, never twice at once.

const PAUSE = 120; // ms without a change, after which the drawing is read
const LONGEST = 200; // ms that a continuing stroke may delay this
const REST = 800; // ms after a stroke in which the next one may still come
const SLOW = 1200; // ms without an answer, after which the reader is told why

// ask(controller) resolves to an answer and never rejects. isOpen(): a stroke is going on.
// onAnswer(answer, {final}): final once the pen has rested, and then called once more.
export function createLive({ ask, isOpen, onAnswer, onSlow }) {
  let timer = 0;
  let since = 0; // time of the first change not yet asked about
  let resting = 0; // a timer that runs for REST after the last stroke
  let running = null;
  let settled = Promise.resolve(); // resolves when the last request is over, even if aborted
  let version = 0; // of the drawing
  let latest = null; // the last answer, and the version it is about

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
    // If the drawing only grew, a pending answer is still worth showing.
    if (!grew) cancel();
    clearTimeout(timer);
    timer = setTimeout(start, PAUSE);
    // During a stroke, ask as often as the server answers, and abort nothing.
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
    if (running !== mine) return; // asked again or cancelled since: this answer is stale
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

  // An answer from before the pen rested becomes final then, if no stroke has followed.
  function ended() {
    stopResting();
    resting = setTimeout(() => {
      resting = 0;
      if (isFinal()) onAnswer(latest.answer, { final: true });
    }, REST);
  }

  return { changed, ended, stop, retry: start };
}
