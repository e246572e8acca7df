// Groups the messages of an album, which Telegram sends one by one.

/** Replaces the messages of a media group by the first one, with all of them in `album`. */
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

/** Returns the message with the caption of the album, usually the first. */
export function captioned(message) {
  return message.album?.find((one) => one.caption) ?? message;
}
