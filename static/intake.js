// The other ways in: a file chosen, dropped or pasted, and a photo.

const NO_FILE = "Only pictures can be read here, and this holds none.";

// Whether an event is about text that the reader edits.
export const isTyping = (event) => event.target.matches?.("input[inputmode]");

export function createIntake({ sheet, onFile, onError }) {
  for (const [button, input] of [["choose", "file"], ["take", "photo"]]) {
    const field = document.getElementById(input);
    document.getElementById(button).addEventListener("click", () => field.click());
    field.addEventListener("change", () => {
      if (field.files.length) onFile(field.files[0]);
      field.value = ""; // the same file may be chosen again
    });
  }

  function take(files) {
    if (files.length) onFile(files[0]);
    else onError(NO_FILE);
  }

  // On the whole page: a drop beside the pad would make the browser leave the page.
  let inside = 0; // elements that the dragged file is over
  const mark = (change) => {
    inside = Math.max(0, inside + change);
    sheet.classList.toggle("drop", inside > 0);
  };
  addEventListener("dragenter", () => mark(1));
  addEventListener("dragleave", () => mark(-1));
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    mark(-inside);
    take(event.dataTransfer.files);
  });

  addEventListener("paste", (event) => isTyping(event) || take(event.clipboardData.files));
}
