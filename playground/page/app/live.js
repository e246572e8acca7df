// The event stream of one person; it reconnects automatically and reports when it is offline.

import { eventsAddress } from "/page/app/api.js";

const RETRY = 2000; // milliseconds; a browser does not retry after an HTTP error

let source = null;
let retry = null;

/** Resolves when the stream is open, so that later requests miss no event, or when it could not be opened. */
export function listen(person, { onEvent, onOnline, onOffline }) {
  stop();
  source = new EventSource(eventsAddress(person));
  source.onmessage = (event) => onEvent(JSON.parse(event.data));
  return new Promise((resolve) => {
    source.onopen = () => resolve(onOnline());
    source.onerror = () => {
      resolve(onOffline());
      if (source.readyState !== EventSource.CLOSED) return;
      retry = setTimeout(() => listen(person, { onEvent, onOnline, onOffline }), RETRY);
    };
  });
}

function stop() {
  clearTimeout(retry);
  source?.close();
}
