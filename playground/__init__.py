"""The playground: a local Telegram for development and tests, with a Bot API server and a web chat.

async with playground.running() as server:
    server.url, server.token, server.state
"""

from playground.server import Playground, running

__all__ = ["Playground", "running"]
