"""Files arrive as they were sent, directly and through a proxy."""

from urllib.parse import unquote

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import Forbidden

from bot.telegram_api.http.transport import Transport
from tests.integration.telegram_api.test_api_address import proxy
from tests.unit.telegram_api.test_transport import TOKEN, open_transport, server


@pytest.mark.parametrize("is_proxied", [False, True])
async def test_files_arrive_as_they_were_sent(is_proxied: bool) -> None:
    files = {"photo.png": bytes(range(256)) * 9, "عکس.png": b"", 'a"b\r\nX: y.png': b"\r\n--\r\n"}
    received = list[tuple[str, str, bytes, str]]()

    async def receive(request: web.Request) -> web.Response:
        form = await request.post()
        photo = form["photo"]
        assert isinstance(photo, web.FileField)
        received.append((unquote(photo.filename), photo.content_type, photo.file.read(), str(form["caption"])))
        return web.Response(status=403, body=b'{"ok":false,"error_code":403,"description":"Forbidden: x"}')

    async with server(receive) as url, proxy() as (address, _):
        options = {"proxy": f"http://{address}"} if is_proxied else {}
        async with open_transport(**options) as transport:
            bot = Bot(TOKEN, base_url=f"{url}/bot", request=transport, get_updates_request=Transport(1))
            for name, content in files.items():
                with pytest.raises(Forbidden):
                    await bot.send_photo(1, content, caption="نان\r\n--x", filename=name)

    assert received == [(name, "image/png", content, "نان\r\n--x") for name, content in files.items()]
