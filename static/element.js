// Makes elements.

// properties: by their names in JavaScript. children: elements and texts.
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// Resolves to an image that is ready to be painted; rejects if it is none.
export async function loaded(src) {
  const image = make("img", { src });
  await image.decode();
  return image;
}
