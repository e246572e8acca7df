"""`python -m bot doctor` names each fault of a set-up with a remedy, disturbs no running bot and shows no secret."""

import asyncio
import json
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyrage
import pytest

from bot.cli.doctor.report import findings
from bot.cli.doctor.settings_checks import check_secrets
from bot.environment import Environment, read_environment
from storage.sealing import key_file
from tests.support.bot_and_playground import (
    ADMIN,
    DARI,
    ENGLISH,
    BotAndPlayground,
    at_work,
    bot_and_playground,
    bot_env,
    playground_alone,
    start_bot,
)
from tests.support.small_campaign import copy_with_few_words
from tests.support.socks_server import unused_port
from tests.unit.runtime.test_env_file import ADDRESSES, SECRET

RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())
ME = {"id": 1, "is_bot": True, "first_name": "B", "username": "b_bot"}


async def report(env: Mapping[str, str], folder: Path) -> str:
    """Return the report on the settings in `env` and in the file `.env` of `folder`."""
    environment = read_environment(env, folder)
    return "\n".join([finding.line async for finding in findings(environment, folder)])


def settings_of(place: BotAndPlayground, **more: str) -> dict[str, str]:
    """Return settings of two admins, with a campaign that does not exist: to check one takes most of the time."""
    env = bot_env(place.playground, place.data, ADMIN_IDS=f"{ADMIN},{ENGLISH}", CONTENT_DIR=str(place.data / "none"))
    return env | {"BACKUP_RECIPIENT": RECIPIENT} | more


async def plant(place: BotAndPlayground, method: str, result: dict[str, Any]) -> None:
    """Let the playground answer a method with this result."""
    body = json.dumps({"ok": True, "result": result})
    fault = {"kind": "raw", "methods": [method], "share": 1, "code": 200, "body": body}
    await place.person(DARI).post("faults", faults=[fault])


async def test_a_set_up_without_faults_has_only_lines_that_say_ok(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        campaign = copy_with_few_words(tmp_path / "campaign")
        env = settings_of(place, LISTEN=f"127.0.0.1:{unused_port()}", CONTENT_DIR=str(campaign))
        async with at_work(place, LISTEN=env["LISTEN"]):
            for admin in (ADMIN, ENGLISH):
                await place.person(admin).start()
            key_file.acknowledge_copy(place.settings().keys)
            shown = await report(env, tmp_path)

    assert [line for line in shown.splitlines() if not line.startswith("ok ")] == []
    assert "health: The bot is healthy" in shown
    assert "admins: the bot can write to 2 of 2" in shown
    assert str(ADMIN) not in shown
    assert place.playground.token not in shown


async def test_no_update_is_fetched_and_no_message_is_sent(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        await report(settings_of(place), tmp_path)
        called = {call["method"] for call in place.playground.state.calls.since(0)}

    assert called == {"getMe", "getWebhookInfo", "sendChatAction"}


async def test_what_botfather_and_other_programs_changed_is_reported(tmp_path: Path) -> None:
    async with playground_alone(tmp_path) as place:
        env = settings_of(place)
        await plant(place, "getMe", ME | {"can_read_all_group_messages": True, "supports_inline_queries": False})
        modes = await report(env, tmp_path)
        guest = await report(env | {"GUEST_MODE": "on"}, tmp_path)
        await plant(place, "getWebhookInfo", {"url": f"https://example.org/{SECRET}"})
        webhook = await report(env, tmp_path)
        await plant(place, "getMe", {"id": "no number"})
        strange = await report(env, tmp_path)

    assert "warning  privacy mode: it is off" in modes
    assert "warning  inline mode: it is off" in modes
    assert "guest mode" not in modes
    assert "warning  guest mode: GUEST_MODE is on" in guest
    assert "error    updates: another program has set a webhook" in webhook
    assert SECRET not in webhook
    assert "error    Telegram: " in strange


async def test_an_admin_who_never_pressed_start_is_named_by_place(tmp_path: Path) -> None:
    async with bot_and_playground(tmp_path) as place:
        await place.person(ADMIN).start()
        shown = await report(settings_of(place, ADMIN_IDS=f"{ADMIN}, 987654321"), tmp_path)
        alone = await report(settings_of(place, ADMIN_IDS=str(ADMIN)), tmp_path)

    assert "warning  admins: the 2nd of 2 in ADMIN_IDS cannot be reached" in shown
    assert "987654321" not in shown
    assert "warning  admins: there is one" in alone


@pytest.mark.parametrize(("seconds", "verdict"), [(2, "ok"), (-200, "warning"), (7200, "error")])
async def test_the_clock_is_compared_with_telegrams(tmp_path: Path, seconds: float, verdict: str) -> None:
    async with playground_alone(tmp_path, clock=lambda: time.time() + seconds) as place:
        shown = await report(settings_of(place), tmp_path)

    assert f"\n{verdict:<8} clock: " in shown


async def test_faults_of_this_machine_are_reported_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: _Usage())
    (tmp_path / "token").write_text("x")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        env = {
            "BOT_TOKEN_FILE": str(tmp_path / "token"),
            "LISTEN": f"127.0.0.1:{other.getsockname()[1]}",
            "CONTENT_DIR": str(tmp_path / "none"),
            "BACKUP_RECIPIENT": "age1nonsense",
            "DATABASE_URL": f"sqlite:///{tmp_path}/bot.db",
            "SEAL_KEY_FILE": f"{tmp_path}/seal.key",
        }
        shown = await report(env, tmp_path)

    for start in (
        "settings: The bot token has the wrong form",
        "campaign: ",
        "backup: The backup's recipient is not",
    ):
        assert f"error    {start}" in shown
    assert "error    health: the bot cannot listen on" in shown
    assert "error    disk: 1 MB are free" in shown
    assert "error    list: The key file" in shown
    assert "warning  token: other users can read" in shown


@pytest.mark.parametrize(
    ("content", "mode", "is_reported"),
    [
        ("BOT_TOKEN=x", 0o644, True),
        ("export BOT_TOKEN = 'x'", 0o640, True),
        ("BOT_TOKEN=x", 0o600, False),
        ("#BOT_TOKEN=x\nBOT_TOKEN=\nBOT_TOKEN_FILE=y", 0o644, False),
    ],
)
def test_a_token_that_other_users_can_read_is_reported(
    tmp_path: Path, content: str, mode: int, is_reported: bool
) -> None:
    (tmp_path / ".env").write_text(content)
    (tmp_path / ".env").chmod(mode)

    assert bool(list(check_secrets(Environment(), tmp_path))) is is_reported


class _Usage:
    total, free = 10**12, 10**6


async def test_unknown_names_are_reported_with_the_nearest_setting(tmp_path: Path) -> None:
    names = "TOKEN=x\nADMINIDS=1\nCOMPOSE_PROJECT_NAME=bot\nUNRELATED=1\nKEY_FILE=x\n"
    (tmp_path / ".env").write_text(f"{names}CONTENT_DIR={tmp_path / 'none'}\n")
    shown = await report({}, tmp_path)

    assert ".env sets TOKEN, which is not a setting of this bot: write BOT_TOKEN if you meant that." in shown
    assert ".env sets KEY_FILE, which is not a setting of this bot: write SEAL_KEY_FILE if" in shown
    assert "ADMINIDS is not a setting: write ADMIN_IDS if you meant that." in shown
    assert ".env sets UNRELATED, which is not a setting of this bot" in shown
    assert "COMPOSE_PROJECT_NAME" not in shown


@pytest.mark.parametrize(
    "address", [*ADDRESSES, f"socks5h://bob:{SECRET}@127.0.0.1:9", f"https://bob:{SECRET}@127.0.0.1:9"]
)
@pytest.mark.parametrize("name", ["BOT_API_URL", "HTTPS_PROXY", "ALL_PROXY", "DATABASE_URL"])
async def test_no_line_shows_the_password_of_an_address(tmp_path: Path, name: str, address: str) -> None:
    env = {"BOT_TOKEN": "123456789:" + SECRET * 5, "CONTENT_DIR": str(tmp_path / "none"), name: address}
    paths = {"DATABASE_URL": f"sqlite:///{tmp_path}/data/bot.db", "SEAL_KEY_FILE": f"{tmp_path}/keys/seal.key"}
    server = {} if name == "BOT_API_URL" else {"BOT_API_URL": "https://no-such.invalid"}
    shown = await report(paths | server | {"LISTEN": "127.0.0.1:0"} | env, tmp_path)

    assert SECRET not in shown
    assert "\nerror " in shown


async def test_the_command_ends_with_1_when_there_is_an_error(tmp_path: Path) -> None:
    env = {
        "BOT_TOKEN": SECRET,
        "CONTENT_DIR": str(tmp_path / "none"),
        "DATABASE_URL": f"sqlite:///{tmp_path}/d/bot.db",
    }
    doctor = await start_bot(env, "doctor", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
    out, _ = await asyncio.wait_for(doctor.communicate(), 60)

    assert doctor.returncode == 1
    assert out.decode().splitlines()[-1].startswith("Errors: ")
    assert "Traceback" not in out.decode()


def test_an_environment_without_a_file_has_no_unknown_names(tmp_path: Path) -> None:
    assert read_environment({"UNRELATED": "1"}, tmp_path) == Environment({"UNRELATED": "1"})
