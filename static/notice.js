// What went wrong, as an alert with a way out; and what takes its time, politely.

// home: where the focus goes when the button that had it goes.
export function createNotice(alert, said, { onRetry, home }) {
  const text = alert.querySelector("p");
  const retry = alert.querySelector("button");
  let waiting = false; // for the connection

  function fail({ text: sentence, retry: canRetry }) {
    if (text.textContent === sentence) return; // an alert is spoken whenever it is set
    text.textContent = sentence;
    retry.hidden = !canRetry;
    alert.classList.add("on");
    waiting = canRetry;
  }

  function clear() {
    text.textContent = "";
    retry.hidden = true;
    alert.classList.remove("on");
    waiting = false;
  }

  function say(sentence) {
    said.textContent = sentence;
  }

  function again() {
    clear(); // the same failure is to be told again
    onRetry();
  }

  retry.addEventListener("click", () => {
    again();
    home.focus({ preventScroll: true });
  });
  addEventListener("online", () => waiting && again());
  return { fail, clear, say };
}
