"""`.env` and the token file are read with marks, quotes and typos, and no message shows a secret."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.environment import Environment, read_environment
from bot.errors import Misconfigured
from bot.runtime.logs import redact_password, redact_tokens
from bot.settings import read_settings
from tests.support.bot_and_playground import ROOT

TOKEN = "123456789:" + "A" * 35
BOM = b"\xef\xbb\xbf"
SECRET = "pa55word"


def read(folder: Path, content: str | bytes, **environ: str) -> Environment:
    (folder / ".env").write_bytes(content.encode() if isinstance(content, str) else content)
    return read_environment(environ, folder)


def problems(env: dict[str, str]) -> str:
    with pytest.raises(Misconfigured) as error:
        read_settings(env)
    return "\n".join(error.value.problems)


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b" \r\n\r\n"])
@pytest.mark.parametrize("begin", [b"", BOM])
@pytest.mark.parametrize("quote", [b"", b'"', b"'"])
def test_a_token_file_is_read_as_editors_write_it(tmp_path: Path, begin: bytes, quote: bytes, end: bytes) -> None:
    (tmp_path / "token").write_bytes(begin + quote + TOKEN.encode() + quote + end)

    assert read_settings({"BOT_TOKEN_FILE": str(tmp_path / "token")}).token == TOKEN


@pytest.mark.parametrize("begin", [b"", BOM])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_an_env_file_is_read_as_editors_write_it(tmp_path: Path, begin: bytes, end: bytes) -> None:
    lines = [b"BOT_TOKEN='" + TOKEN.encode() + b"'", b"# a comment", b"", b"export SEND_RATE = 20"]
    environment = read(tmp_path, begin + end.join(lines) + end)

    assert environment == Environment({"BOT_TOKEN": TOKEN, "SEND_RATE": "20"})


def test_quotes_that_docker_keeps_around_a_value_are_removed(tmp_path: Path) -> None:
    environment = read(tmp_path, "", BOT_TOKEN=f'"{TOKEN}"', ADMIN_IDS="'12,34'")

    assert environment.values == {"BOT_TOKEN": TOKEN, "ADMIN_IDS": "12,34"}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (f'\n\nBOT_TOKEN="{TOKEN}\nSEND_RATE=20\n', 3),
        (f"SEND_RATE=20\nBOT_TOKEN='{TOKEN}\n", 2),
        (f'BOT_TOKEN="{TOKEN}\nLOG_LEVEL="INFO"\n', 1),
        (f'BOT_TOKEN="{TOKEN}" x\n', 1),
        (f'# fine\nBOT_TOKEN="{TOKEN}\nLOG_LEVEL=INFO"\n', 2),
        (f"SEND_RATE=20\nBOT_TOKEN {TOKEN}\n", 2),
        ("SEND_RATE=20\nBOT_TOKEN\n", 2),
        (f"SEND_RATE=20\nBOT_TOKEN: {TOKEN}\n", 2),
    ],
)
def test_a_line_that_cannot_be_read_is_reported_without_its_content(tmp_path: Path, content: str, line: int) -> None:
    environment = read(tmp_path, content)

    assert f".env, line {line}: " in environment.problems[0]
    assert "AAAA" not in str(environment)


@pytest.mark.parametrize(
    ("name", "intended"),
    [
        ("ADMINIDS", "ADMIN_IDS"), ("ADMIN_ID", "ADMIN_IDS"), ("BOT_TOKENFILE", "BOT_TOKEN_FILE"),
        ("BOTTOKEN", "BOT_TOKEN"), ("bot_token", "BOT_TOKEN"), ("SENDRATE", "SEND_RATE"), ("LOGLEVEL", "LOG_LEVEL"),
        ("SEAL_KEYFILE", "SEAL_KEY_FILE"), ("HTTPSPROXY", "HTTPS_PROXY"), ("DATABASE_URI", "DATABASE_URL"),
    ],
)  # fmt: skip
def test_a_misspelt_name_is_reported_with_the_right_one(tmp_path: Path, name: str, intended: str) -> None:
    from_file = read(tmp_path, f"\n{name}={SECRET}\n")
    (tmp_path / ".env").unlink()
    from_environ = read_environment({name: SECRET}, tmp_path)

    assert from_file.problems == ()
    assert f".env, line 2: {name} is not a setting: write {intended}" in from_file.warnings[0]
    assert SECRET not in str(from_file)
    if "PROXY" not in intended:
        assert f"{name} in the environment is not a setting: set {intended}" in from_environ.warnings[0]


def test_names_of_other_programs_are_ignored(tmp_path: Path) -> None:
    names = ["PATH", "HOME", "LISTEN_PID", "LISTEN_FDS", "FTP_PROXY", "no_proxy", "https_proxy", "LANG", "TERM"]
    more = ["COMPOSE_PROJECT_NAME", "POSTGRES_URL", "TZ", "PYTHONUNBUFFERED", "LOGNAME", "HOSTNAME", "GPG_KEY"]
    content = "".join(f"{name}=x\n" for name in names + more)

    assert read(tmp_path, content, **dict.fromkeys(names + more, "x")).warnings == ()
    assert read_environment(os.environ, tmp_path).problems == ()


def test_a_name_that_is_set_twice_is_reported_with_its_lines(tmp_path: Path) -> None:
    environment = read(tmp_path, "SEND_RATE=20\n\nLOG_LEVEL=INFO\nSEND_RATE=25\n")

    assert environment.values["SEND_RATE"] == "25"
    assert "SEND_RATE is set 2 times (lines 1, 4)" in environment.warnings[0]


def test_a_warning_says_which_of_two_tokens_counts(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN[:-1] + "B")
    file = str(tmp_path / "token")
    both = read(tmp_path, f"BOT_TOKEN={TOKEN}\nBOT_TOKEN_FILE={file}\n")
    environ_file = read(tmp_path, f"BOT_TOKEN={TOKEN}\n", BOT_TOKEN_FILE=file)
    environ_token = read(tmp_path, f"BOT_TOKEN_FILE={file}\n", BOT_TOKEN=TOKEN)

    assert read_settings(both.values).token == read_settings(environ_token.values).token == TOKEN
    assert read_settings(environ_file.values).token == TOKEN[:-1] + "B"
    assert "the bot uses BOT_TOKEN. " in both.warnings[0]
    assert "the bot uses BOT_TOKEN. " in environ_token.warnings[0]
    assert "the bot uses BOT_TOKEN_FILE, because the environment overrides" in environ_file.warnings[0]
    assert TOKEN not in str((both, environ_file, environ_token))


ADDRESSES = [
    f"http://bob:{SECRET}@example.org", f"ftp://bob:{SECRET}@h", f"bob:{SECRET}@h", f"https://bob:{SECRET}/x@h:99999",
    f"https://{SECRET}@h:port", f"https://bob:p@{SECRET}@h:99999", f"//bob:{SECRET}@h", f"https:/bob:{SECRET}@h",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("name", ["BOT_API_URL", "HTTPS_PROXY", "DATABASE_URL"])
def test_no_message_shows_the_password_of_an_address(name: str, address: str) -> None:
    if name == "HTTPS_PROXY" and address.startswith("http://"):
        address = address.replace("http:", "socks6:")
    if name == "HTTPS_PROXY" and "/" not in address:
        address += ":port"
    message = problems({"BOT_TOKEN": TOKEN, name: address})

    assert name in message
    assert SECRET not in message


def test_an_address_without_a_password_is_shown_as_it_is() -> None:
    assert redact_password("https://example.org:99/x") == "https://example.org:99/x"
    assert redact_password(f"https://bob:{SECRET}@example.org") == "https://…@example.org"
    assert redact_tokens(f"https://bob:{SECRET}@h does not answer") == "https://…@h does not answer"
    assert redact_tokens("https://h/x is well, write to a@b") == "https://h/x is well, write to a@b"
    settings = read_settings({"BOT_TOKEN": TOKEN, "BOT_API_URL": f"https://bob:{SECRET}@example.org"})
    assert SECRET not in repr(settings)


async def run_command(folder: Path, *arguments: str, **environ: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments), cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environ},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, out.decode()


async def test_every_error_is_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('ADMINIDS=12\nLOG_LEVEL="INFO\nSEND_RATE=fast\n')
    code, message = await run_command(tmp_path, "run", LISTEN="nowhere", BOT_TOKENFILE="x")

    assert code == 1
    for word in ("ADMIN_IDS", "line 2", "SEND_RATE", "LISTEN", "There is no bot token", "BOT_TOKEN_FILE"):
        assert word in message
    assert "Traceback" not in message


async def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    address = f"http://bob:{SECRET}@127.0.0.1:9"
    code, message = await run_command(
        tmp_path, "run", BOT_TOKEN=TOKEN, BOT_API_URL=address, DATABASE_URL=f"sqlite:///{tmp_path}/data/bot.db",
        SEAL_KEY_FILE=f"{tmp_path}/keys/seal.key", LISTEN="127.0.0.1:0",
    )  # fmt: skip

    assert code == 1
    assert "127.0.0.1:9 does not answer" in message
    assert SECRET not in message
