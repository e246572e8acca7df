"""Report failures to the operator outside Telegram, because Telegram might be what has failed.

`failure_checks` looks at the bot, `alert_states` decides what is worth an alert, `alert_sender` sends it, and
`alert_watch` connects the three. `heartbeat_sender` reports that all is well, so that a bot that is gone is noticed.
"""
