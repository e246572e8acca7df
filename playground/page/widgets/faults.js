// The dialog for faults: which kinds happen between the bot and Telegram, how often, and in which calls.

import * as api from "/page/app/api.js";
import { ask, field } from "/page/widgets/dialogs.js";
import { h } from "/page/widgets/dom.js";
import { state, tell } from "/page/app/store.js";
import { WORDS } from "/page/app/words.js";

const KINDS = ["slow", "lost", "429", "502", "offline", "html403", "torn"];
const TIMED = { slow: 3, 429: 5 }; // kinds with a number of seconds, and its default

export async function refreshFaults() {
  state.faults = await api.faults();
  tell("faults");
}

export async function editFaults() {
  await refreshFaults();
  const switches = KINDS.map((kind) => faultSwitch(kind, onNow(kind)));
  const body = h("div", { class: "faults" }, h("p", {}, WORDS.faultsHelp), switches.map((one) => one.element));
  const wanted = await ask(WORDS.faultsTitle, body, [
    { label: WORDS.cancel, value: null },
    { label: WORDS.allOff, value: "off" },
    { label: WORDS.apply, value: "apply", primary: true },
  ]);
  if (wanted === null) return;
  await api.setFaults(wanted === "off" ? [] : switches.map((one) => one.read()).filter(Boolean));
  await refreshFaults();
}

function onNow(kind) {
  return state.faults.find((fault) => fault.kind === kind) ?? null;
}

function faultSwitch(kind, fault) {
  const check = h("input", { type: "checkbox", role: "switch", checked: fault !== null });
  const share = field(WORDS.faultShare, { type: "number", min: 1, max: 100, value: Math.round((fault?.share ?? 1) * 100) });
  const times = field(WORDS.faultTimes, { type: "number", min: 1, value: fault?.times ?? "" });
  const seconds = field(WORDS.faultSeconds, { type: "number", min: 0, step: "any", value: fault?.seconds ?? TIMED[kind] });
  const methods = field(WORDS.faultMethods, { value: (fault?.methods ?? []).join(", "), placeholder: "sendMessage" });
  const fields = [kind in TIMED && seconds, share, times, methods].filter(Boolean).map((one) => one.element);
  const details = h("div", { class: "fault-fields", hidden: fault === null }, fields);
  check.addEventListener("change", () => (details.hidden = !check.checked));
  const element = h("section", { class: "fault" }, h("label", { class: "switch" }, check, h("span", {}, WORDS.faultKinds[kind])), details);
  const read = () => check.checked && record(kind, share.input, times.input, kind in TIMED && seconds.input, methods.input);
  return { element, read };
}

function record(kind, share, times, seconds, methods) {
  return {
    kind,
    share: Math.min(1, Math.max(0, Number(share.value || 100) / 100)),
    times: times.value === "" ? null : Number(times.value),
    methods: methods.value.split(/[\s,]+/).filter(Boolean),
    ...(seconds ? { seconds: Number(seconds.value || 0) } : {}),
  };
}
