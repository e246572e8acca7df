"""Check the URLs of the Bot API server and the proxy before the first request. No error message shows a password."""

from bot.errors import Misconfigured
from bot.telegram_api.http.api_address import parse_address
from bot.telegram_api.http.socks_proxy import is_socks, parse_socks_proxy


def check_addresses(api_url: str, proxy: str | None) -> str:
    """Return `api_url` without its path and credentials. Raises Misconfigured if it or `proxy` is wrong."""
    try:
        server = parse_address(api_url).origin
    except ValueError as error:
        raise Misconfigured([f"BOT_API_URL is {error}: write it as https://host or http://host:port."]) from None
    if proxy:
        _check_proxy(proxy)
    return server


def _check_proxy(proxy: str) -> None:
    try:
        if is_socks(proxy):
            parse_socks_proxy(proxy)
        else:
            parse_address(proxy)
    except ValueError as error:
        remedy = "write it as http://user:password@host:port or socks5h://user:password@host:port"
        raise Misconfigured([f"The proxy is {error}: {remedy}."]) from None
