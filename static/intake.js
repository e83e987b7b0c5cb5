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
  addEventListener("dragover", (event) => {
    event.preventDefault();
    sheet.classList.add("drop");
  });
  addEventListener("dragleave", (event) => event.relatedTarget ?? sheet.classList.remove("drop"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    sheet.classList.remove("drop");
    take(event.dataTransfer.files);
  });

  addEventListener("paste", (event) => isTyping(event) || take(event.clipboardData.files));
}
