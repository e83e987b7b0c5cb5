// The curl line that reads the current drawing.

const MAX_CHARACTERS = 100_000; // Linux takes 131,072 in an argument

export function createCommand(section, { image, say }) {
  const line = section.querySelector("code");
  const copy = section.querySelector("button");
  const address = new URL("predict", document.baseURI).href;

  function refresh() {
    line.textContent = command(address, image());
  }

  copy.addEventListener("click", async () => {
    refresh();
    try {
      await navigator.clipboard.writeText(line.textContent);
      say("Copied");
      copy.textContent = "Copied";
    } catch {
      // Not allowed, or no HTTPS: the reader's own Ctrl+C will do.
      getSelection().selectAllChildren(line);
      say("Selected: copy it with Control C");
      copy.textContent = "Selected";
    }
    setTimeout(() => (copy.textContent = "Copy"), 2000);
  });

  return { refresh };
}

function command(address, image) {
  if (image === null || image.length > MAX_CHARACTERS) {
    return `curl -F image=@digit.png '${address}?include=text'`;
  }
  return `curl -H 'Content-Type: application/json' -d '{"image": "${image}", "include": ["text"]}' '${address}'`;
}
