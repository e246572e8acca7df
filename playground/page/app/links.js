// Interprets an address: a bot's deep link, a share, or an address outside of the playground.

const OUTSIDE = new Set(["http:", "https:", "mailto:", "tel:", "tg:"]);
const TELEGRAM = new Set(["t.me", "telegram.me", "telegram.dog"]);

/** Returns the address of a link entity. An address without a scheme gets the one that Telegram adds. */
export function addressOf(entity, text) {
  if (entity.type === "text_link") return withScheme(entity.url);
  if (entity.type === "email") return `mailto:${text}`;
  if (entity.type === "phone_number") return `tel:${text.replace(/[^+\d]/g, "")}`;
  return withScheme(text);
}

function withScheme(address) {
  return /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `http://${address}`;
}

/** {kind: "bot", name, start} | {kind: "share", text} | {kind: "outside", address} | {kind: "unsafe", address} */
export function meaning(address) {
  const url = parsed(withScheme(address));
  if (!url || !OUTSIDE.has(url.protocol)) return { kind: "unsafe", address };
  const fields = url.searchParams;
  if (url.protocol === "tg:" && url.host === "resolve") return botLink(fields.get("domain"), fields, address);
  if (url.protocol === "tg:" && url.host.startsWith("msg")) return shared(fields);
  if (!TELEGRAM.has(url.host) || !url.protocol.startsWith("http")) return { kind: "outside", address: url.href };
  if (url.pathname.startsWith("/share")) return shared(fields);
  return botLink(url.pathname.slice(1), fields, url.href);
}

function parsed(address) {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

function botLink(name, fields, address) {
  if (!/^\w{3,64}$/.test(name ?? "") || fields.has("startgroup")) return { kind: "outside", address };
  return { kind: "bot", name, start: fields.get("start"), address };
}

function shared(fields) {
  const parts = [fields.get("url"), fields.get("text")].filter(Boolean);
  return { kind: "share", text: parts.join("\n") };
}
