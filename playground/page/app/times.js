// Formats dates as a chat shows them: the time in a bubble, the day between messages, the shorter one in the list.

import { WORDS } from "/page/app/words.js";

const HOUR = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
const SHORT_DAY = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "2-digit" });

const dateOf = (seconds) => new Date(seconds * 1000);

export const hour = (seconds) => HOUR.format(dateOf(seconds));
export const dayKey = (seconds) => dateOf(seconds).toDateString();

export function day(seconds) {
  const key = dayKey(seconds);
  if (key === new Date().toDateString()) return WORDS.today;
  if (key === new Date(Date.now() - 86_400_000).toDateString()) return WORDS.yesterday;
  return DAY.format(dateOf(seconds));
}

export function listTime(seconds) {
  return dayKey(seconds) === new Date().toDateString() ? hour(seconds) : SHORT_DAY.format(dateOf(seconds));
}
