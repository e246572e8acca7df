// Light or dark: the system's wish until the person chooses; the choice is the one thing the page remembers.

const KEY = "box.theme";

export function apply() {
  const chosen = localStorage.getItem(KEY);
  if (chosen) document.documentElement.dataset.theme = chosen;
}

export function toggle() {
  const dark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  localStorage.setItem(KEY, dark ? "light" : "dark");
  apply();
}
