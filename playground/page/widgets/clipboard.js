// Copies text, with an older method for browsers that refuse the Clipboard API.

import { h } from "/page/widgets/dom.js";
import { alert } from "/page/widgets/dialogs.js";
import { toast } from "/page/widgets/toast.js";
import { WORDS } from "/page/app/words.js";

export async function copy(text) {
  if ((await modern(text)) || old(text)) toast(WORDS.copied);
  else await alert(text, WORDS.copyFailed);
}

async function modern(text) {
  if (!navigator.clipboard) return false;
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => false, // refused by the browser: try the older method
  );
}

function old(text) {
  const focused = document.activeElement;
  const field = h("textarea", { class: "offscreen", "aria-hidden": "true" });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return done;
}
