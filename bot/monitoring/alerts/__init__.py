"""Report failures to the operator outside Telegram, because the failure may be in Telegram itself.

`failure_checks` looks at the bot, `alert_states` decides which failures need an alert, `alert_sender` sends alerts,
and `alert_watch` connects the three. `heartbeat_sender` calls another service while all is well. When these calls
stop, that service reports that the bot is gone.
"""
