"""Wait for what a program prints."""

import asyncio


async def read_until(stream: asyncio.StreamReader | None, text: str, seconds: float = 60) -> str:
    """Return the output of a program up to the line with `text`.

    Fails if the output ends before that. Raises TimeoutError after `seconds`.
    """
    assert stream
    output = ""
    async with asyncio.timeout(seconds):
        while text not in output:
            line = (await stream.readline()).decode()
            assert line, output
            output += line
    return output
