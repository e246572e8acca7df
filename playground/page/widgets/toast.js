// A sentence that is shown for a moment, as Telegram shows a bot's answer without an alert.

const STAY = 3500;
let timer = null;

export function toast(text) {
  const place = document.getElementById("toast");
  place.textContent = text;
  place.dir = "auto";
  place.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => place.classList.remove("shown"), STAY + 40 * text.length);
}

/** Ends a promise chain: shows a failure as a toast, and leaves the console for bugs. */
export function sayFailure(error) {
  toast(error.message);
  if (error.constructor.name !== "BoxError") console.error(error);
}
