// One call of the API. Answers {digit, confidence}, or {error: a sentence for the reader}.

const TIMEOUT = 15_000; // ms; a sleeping server takes a few seconds to start
const TOO_LONG = new Error("no answer in time");

export async function predict(image, controller) {
  const timer = setTimeout(() => controller.abort(TOO_LONG), TIMEOUT);
  try {
    const response = await fetch("predict", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ image, include: ["confidence"] }),
      signal: controller.signal,
    });
    if (response.status >= 500) return { error: "The server failed. Try again in a moment." };
    const answer = await response.json();
    if (response.ok) return answer;
    return { error: answer?.detail ?? "The server refused the drawing." };
  } catch (error) {
    return { error: explain(error) };
  } finally {
    clearTimeout(timer);
  }
}

function explain(error) {
  if (error === TOO_LONG) return "The server takes too long. Try again in a moment.";
  if (error instanceof SyntaxError) return "The server gave no proper answer. Try again in a moment.";
  return "The server cannot be reached. Check your connection and try again.";
}
