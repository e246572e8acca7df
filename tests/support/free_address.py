"""Find an address for a server of a test."""

import socket


def free_address() -> str:
    """Return host and port of a free port on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return f"127.0.0.1:{port}"
