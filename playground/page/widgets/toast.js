// A sentence that comes and goes, as Telegram shows a bot's short answer.

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

/** For the end of a promise chain: a failure becomes a sentence on the screen, and the console stays for real bugs. */
export function sayFailure(error) {
  toast(error.message);
  if (error.constructor.name !== "BoxError") console.error(error);
}
