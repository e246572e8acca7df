// Converts a text and its entities to plain data: blocks of lines of nested spans. Offsets are UTF-16 units, as in JavaScript.

const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);

/** [{entity: the quote or code block, or null, lines: [nodes]}]; a node is a string or {entity, children}. */
export function blocks(text, entities = []) {
  const sound = entities.filter((entity) => entity.length > 0 && entity.offset >= 0 && entity.offset < text.length);
  const walls = sound.filter((entity) => BLOCKS.has(entity.type)).sort((one, other) => one.offset - other.offset);
  const found = [];
  const inner = sound.filter((entity) => !BLOCKS.has(entity.type));
  let at = 0;
  for (const wall of walls) {
    if (wall.offset < at) {
      inner.push(wall); // code inside a quote is a span, not a block
      continue;
    }
    const end = Math.min(text.length, wall.offset + wall.length);
    found.push({ entity: null, from: at, to: wall.offset }, { entity: wall, from: wall.offset, to: end });
    at = end;
  }
  found.push({ entity: null, from: at, to: text.length });
  return found
    .map((block, index) => trimmed(text, block, index > 0, index < found.length - 1))
    .filter((block) => block.from < block.to)
    .map(({ entity, from, to }) => ({ entity, lines: lines(text, inner, from, to) }));
}

/** Removes the line break next to a block, which has a line of its own. */
function trimmed(text, { entity, from, to }, behind, before) {
  if (!entity && behind && text[from] === "\n") from += 1;
  if ((entity || before) && to > from && text[to - 1] === "\n") to -= 1;
  return { entity, from, to };
}

function lines(text, entities, from, to) {
  const found = [];
  for (let at = from; at <= to; ) {
    const stop = text.indexOf("\n", at);
    const end = stop < 0 || stop > to ? to : stop;
    found.push(nest(text, entities.map((entity) => span(entity, at, end)), at, end));
    at = end + 1;
  }
  return found;
}

function span(entity, from, to) {
  return { entity, from: Math.max(from, entity.offset), to: Math.min(to, entity.offset + entity.length) };
}

function nest(text, spans, from, to) {
  const nodes = [];
  let waiting = inOrder(spans);
  let at = from;
  while (waiting.length) {
    const [first, ...others] = waiting;
    if (first.from > at) nodes.push(text.slice(at, first.from));
    const inside = others.filter((other) => other.from < first.to);
    const within = inside.map((other) => ({ ...other, to: Math.min(other.to, first.to) }));
    nodes.push({ entity: first.entity, children: nest(text, within, first.from, first.to) });
    at = first.to;
    const over = inside.map((other) => ({ ...other, from: first.to })); // the part beyond `first` continues after it
    waiting = inOrder([...over, ...others.filter((other) => other.from >= first.to)]);
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

function inOrder(spans) {
  return spans.filter((one) => one.from < one.to).sort((one, other) => one.from - other.from || other.to - one.to);
}

export function plain(nodes) {
  return nodes.map((node) => (typeof node === "string" ? node : plain(node.children))).join("");
}
