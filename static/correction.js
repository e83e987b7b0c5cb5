// "That's wrong, it's a 7": the drawing as a file that has its label in its name. Nothing is sent.

// current(): {image: a data URL, text: what it was read as}, or null.
export function createCorrection(details, { current, onKept }) {
  details.addEventListener("click", (event) => {
    const label = event.target.closest("button")?.value;
    const drawn = current();
    if (label === undefined || !drawn) return;
    const link = document.createElement("a");
    link.href = drawn.image;
    link.download = `${label}-read-as-${drawn.text}.png`;
    link.click();
    details.open = false;
    details.querySelector("summary").focus();
    onKept(label, link.download);
  });

  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.stopPropagation(); // on the page, Escape clears the pad
    details.open = false;
    details.querySelector("summary").focus();
  });
}
