"""THE BOX: a Telegram in a box, a local Bot API server with a web chat.

async with playground.running(port=0) as box: box.url, box.token, box.state
"""

from playground.server import Box, running

__all__ = ["Box", "running"]
