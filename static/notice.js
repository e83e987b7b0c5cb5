// Errors, as an alert with a way out; and delays, as a polite status.

// home: where the focus goes when the focused button disappears.
export function createNotice(alert, said, { onRetry, home }) {
  const text = alert.querySelector("p");
  const retry = alert.querySelector("button");

  function fail({ text: sentence, retry: canRetry }) {
    if (text.textContent === sentence) return; // an alert is spoken whenever it is set
    text.textContent = sentence;
    retry.hidden = !canRetry;
  }

  function clear() {
    text.textContent = "";
    retry.hidden = true;
  }

  function again() {
    clear(); // so that the same failure is announced again
    onRetry();
  }

  retry.addEventListener("click", () => {
    again();
    home.focus({ preventScroll: true });
  });
  addEventListener("online", () => retry.hidden || again());
  return { fail, clear, say: (sentence) => (said.textContent = sentence) };
}
