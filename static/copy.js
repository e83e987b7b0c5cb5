// A button that copies a text, and says so.

import { make } from "./element.js";

// text(): what is copied.
export function createCopy(button, { text, say }) {
  const label = button.textContent;

  button.addEventListener("click", async () => {
    const copied = await copy(text());
    say(copied ? "Copied" : "The browser does not allow copying");
    button.textContent = copied ? "Copied" : "Not allowed";
    setTimeout(() => (button.textContent = label), 2000);
  });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyFromField(text); // without HTTPS there is no clipboard
  }
}

function copyFromField(text) {
  const focused = document.activeElement;
  const field = make("textarea", { value: text, className: "unseen" });
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  focused.focus({ preventScroll: true });
  return copied;
}
