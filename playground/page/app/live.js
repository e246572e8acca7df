// The stream of events of one person; it comes back by itself and tells when it is away.

import { eventsAddress } from "/page/app/api.js";

const RETRY = 2000; // milliseconds; a browser gives up for good on an HTTP error, so this tries anew

let source = null;
let retry = null;

/** Resolves when the stream is open (what is asked for after that misses nothing), or when it could not be opened. */
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
