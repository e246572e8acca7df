"""Write announcements, send each of them to each subscriber once, and show admins the progress.

The package `delivery` can be used without the other ones, once the store is open:

    events = EventBus()
    client = ApiClient(transport, f"{api_url}/bot{token}", time.monotonic)
    engine = Engine(EngineContext(store, limiter, client, settings.send_rate, events.publish))
    trail = AuditTrail(store, time.time)  # records what admins do
    service = BroadcastService(store, trail, engine.wake, time.time)  # called by the screens of admins
    await engine.run(stopping)  # ends within 15 s of `stopping`

`limiter` must be the rate limiter of the bot's replies, too: broadcasts and replies share one rate limit, and replies
come first.
"""
