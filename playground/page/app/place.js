// Reads and writes the address of the page: #person=1001&chat=7 or #person=1001&bot=NAME&start=PAYLOAD.

export function read(hash = location.hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  return {
    person: number(fields.get("person")),
    chat: number(fields.get("chat")),
    bot: fields.get("bot"),
    start: fields.get("start"),
  };
}

export function write(person, chat, { push = false } = {}) {
  const hash = chat === null ? `#person=${person}` : `#person=${person}&chat=${chat}`;
  if (hash === location.hash) return;
  history[push ? "pushState" : "replaceState"](null, "", hash);
}

function number(text) {
  return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : null;
}
