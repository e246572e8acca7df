"""Broadcasts: what is said to everybody, delivered so that nobody is lost and nobody gets it twice.

The wiring, once the store is open (`tell` gets BroadcastEvent, must not block and must not raise):

    client = ApiClient(transport, f"{api_url}/bot{token}", time.monotonic)
    engine = Engine(EngineContext(store, limiter, client, settings.send_rate, tell))
    service = BroadcastService(store, engine.wake, time.time)     # what the admins' screens call
    await engine.run(stopping)                                # beside the intake; ends within 15 s of `stopping`

`limiter` is the one that replies go through: one budget, replies first.
"""
