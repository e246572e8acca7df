// Pictures that were sent as one come as messages of their own; an album draws them as one again.

/** Runs of one media group become their first message with `album`: all of them. */
export function folded(messages) {
  const found = [];
  for (const message of messages) {
    const before = found.at(-1);
    const same = message.media_group_id !== undefined && before?.media_group_id === message.media_group_id;
    if (same) before.album.push(message);
    else found.push(message.media_group_id === undefined ? message : { ...message, album: [message] });
  }
  return found;
}

/** What an album says stands under one of its pictures, as a rule the first. */
export function captioned(message) {
  return message.album?.find((one) => one.caption) ?? message;
}
