"""The playground: a local Telegram for development and tests, with a Bot API server and a web chat.

Tests run it in their own process:

    async with playground.running() as server:
        bot = telegram.Bot(server.token, base_url=f"{server.url}/bot")

`server.state` holds all chats and messages, which the test can inspect.
"""

from playground.server import Playground, running

__all__ = ["Playground", "running"]
