// The last few drawings with what they were read as, kept in the page and nowhere else.

const MOST = 8;

export function createHistory(section, onPick) {
  const list = section.querySelector("ol");

  function add(content, image, text) {
    const button = document.createElement("button");
    const picture = new Image();
    picture.src = image;
    picture.alt = "";
    button.type = "button";
    button.append(picture, text);
    button.setAttribute("aria-label", `${text}, show this drawing again`);
    button.addEventListener("click", () => onPick(content));
    const item = document.createElement("li");
    item.append(button);
    list.prepend(item);
    if (list.children.length > MOST) list.lastElementChild.remove();
    section.hidden = false;
  }

  return { add };
}
