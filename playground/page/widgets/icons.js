// The icons of the page, as SVG paths of 24 by 24 units.

import { svg } from "/page/widgets/dom.js";

const PATHS = {
  back: "M20 12H5m6-7-7 7 7 7",
  dots: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  send: "M4 4l17 8-17 8 3-8zM7 12h8",
  attach: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.5 3.5 0 0 1 5 5l-8.5 8.5a1.8 1.8 0 0 1-2.5-2.5L14.500 7.500",
  share: "M13 5l7 6-7 6v-4c-5 0-8 2-9 6 0-7 3-11 9-11z",
  link: "M8 16L17 7M9 7h8v8",
  copy: "M8 8V4h12v12h-4M4 8h12v12H4z",
  theme: "M20 14.500A8.500 8.500 0 1 1 9.500 4a7 7 0 0 0 10.500 10.500z",
  checks: "M2 13l4 4 8-9M11 16l1 1 9-10",
  down: "M6 9l6 6 6-6",
  play: "M8 5l11 7-11 7z",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9v.01",
  voice: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  sticker: "M5 4h14v10l-5 6H5zM14 20v-6h5M9 9v.01M15 9v.01M9 12c1 2 4 2 5 0",
  location: "M12 21c-4-5-7-8-7-11a7 7 0 0 1 14 0c0 3-3 6-7 11zM12 10v.01",
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c1-5 4-6 8-6s7 1 8 6",
  document: "M6 3h8l5 5v13H6zM14 3v5h5",
  video: "M3 6h12v12H3zM15 11l6-4v10l-6-4",
  bookmark: "M6 3h12v18l-6-5-6 5z",
  warning: "M12 4l9 16H3zM12 10v4M12 17v.01",
  album: "M7 7h13v13H7zM4 16V4h12M7 17l4-4 4 4 2-2 3 3",
  audio: "M9 18a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0zM9 18V5l11-2v13M20 16a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0z",
  poll: "M5 20V10M12 20V4M19 20v-7",
  silent: "M8 6a4.500 4.500 0 0 1 8.500 2v4l1 2M6.500 9v3l-2 5h12M10 20.500h4M4 4l16 16",
  protected: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
  menu: "M4 7h16M4 12h16M4 17h10",
};

export function icon(name) {
  const path = svg("path", { d: PATHS[name] });
  return svg("svg", { class: `icon icon-${name}`, viewBox: "0 0 24 24", "aria-hidden": "true" }, path);
}
