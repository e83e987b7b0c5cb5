// One call of the API. Returns the API's answer, or {error: {text, retry}} for the reader.
//
// Finding no digit is an answer, too: {text: "", digits: []}.

export const INCLUDE = ["text", "digits", "probabilities", "frame"];
const NO_DIGIT = "/problems/no-digit";
const TIMEOUT = 25_000; // ms; a sleeping server takes a few seconds to start
const TOO_LONG = new Error("no answer in time");

const failed = (text) => ({ error: { text, retry: true } });
const refused = (text) => ({ error: { text, retry: false } });

export async function predict(image, controller, include = INCLUDE) {
  setTimeout(() => controller.abort(TOO_LONG), TIMEOUT); // after the answer, this does nothing
  try {
    const response = await fetch("predict", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ image, include }),
      signal: controller.signal,
    });
    const busy = response.status === 429 || response.headers.has("Retry-After");
    if (busy) return failed("The server is busy. Try again in a moment.");
    if (response.status >= 500) return failed("The server failed. Try again in a moment.");
    const answer = await response.json();
    if (response.ok) return answer;
    if (answer?.type === NO_DIGIT) return { text: "", digits: [] };
    return refused(answer?.detail ?? "The server refused the picture.");
  } catch (error) {
    return failed(explain(error));
  }
}

function explain(error) {
  if (error === TOO_LONG) return "The server took too long. Try again in a moment.";
  if (error instanceof SyntaxError) return "The server’s answer made no sense. Try again in a moment.";
  if (!navigator.onLine) return "You are offline. Your drawing is kept and will be read when you are back.";
  return "The server cannot be reached. Try again in a moment.";
}
