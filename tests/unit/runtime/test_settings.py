"""Settings: every problem at once, each with its remedy, and never a secret in a sentence."""

from pathlib import Path

import pytest

from bot.environment import read_environment
from bot.errors import Misconfigured
from bot.settings import Address, has_token, listening, settings

TOKEN = "123456789:" + "A" * 35


def problems(**env: str) -> list[str]:
    with pytest.raises(Misconfigured) as refused:
        settings(env)
    return refused.value.problems


def test_a_token_is_enough() -> None:
    chosen = settings({"BOT_TOKEN": TOKEN})

    assert chosen.api_url == "https://api.telegram.org"
    assert chosen.database == Path("data/bot.db")
    assert chosen.keys == Path("keys/seal.key")
    assert chosen.listen == Address("127.0.0.1", 8080)
    assert chosen.send_rate == 30
    assert chosen.admins == frozenset()


def test_everything_can_be_set(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")
    chosen = settings({
        "BOT_TOKEN_FILE": str(tmp_path / "token"), "BOT_API_URL": "http://127.0.0.1:8081/", "ADMIN_IDS": "12, 34,",
        "DATABASE_URL": f"sqlite:///{tmp_path}/d/bot.db", "CONTENT_DIR": "my", "LISTEN": "[::1]:0",
        "SEND_RATE": "25.5", "LOG_LEVEL": "debug",
    })  # fmt: skip

    assert chosen.token == TOKEN
    assert chosen.api_url == "http://127.0.0.1:8081"
    assert chosen.admins == {12, 34}
    assert chosen.database == tmp_path / "d" / "bot.db"
    assert chosen.content == Path("my")
    assert chosen.listen == Address("::1", 0)
    assert chosen.send_rate == 25.5
    assert chosen.log_level == "DEBUG"


def test_all_problems_are_told_at_once_each_with_a_remedy() -> None:
    told = problems(
        BOT_TOKEN="nonsense",
        BOT_API_URL="ftp://x",
        ADMIN_IDS="12,ahmad",
        DATABASE_URL="mysql://u:pw@h/db",
        LISTEN="8080",
        SEND_RATE="fast",
        LOG_LEVEL="loud",
    )

    assert len(told) == 7
    assert all(": " in one and one.endswith((".", ")")) for one in told)
    assert not any(secret in "\n".join(told) for secret in ("nonsense", "ahmad", "pw"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_API_URL", "http://example.org"),
        ("BOT_API_URL", "https://[broken"),
        ("BOT_API_URL", "https://h:99999"),
        ("ADMIN_IDS", "-5"),
        ("ADMIN_IDS", "۱۲"),
        ("LISTEN", "127.0.0.1:70000"),
        ("SEND_RATE", "0"),
        ("SEND_RATE", "1001"),
        ("SEND_RATE", "nan"),
        ("DATABASE_URL", "sqlite:///"),
    ],
)
def test_a_wrong_value_is_refused(name: str, value: str) -> None:
    told = problems(BOT_TOKEN=TOKEN, **{name: value})

    assert len(told) == 1
    assert name in told[0]


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00"])
def test_a_token_file_that_gives_no_token_is_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)

    assert "BOT_TOKEN_FILE" in problems(BOT_TOKEN_FILE=str(file))[0]


def test_a_folder_as_token_file_is_told(tmp_path: Path) -> None:
    assert "BOT_TOKEN_FILE" in problems(BOT_TOKEN_FILE=str(tmp_path))[0]


def test_the_environment_wins_over_the_file_and_empty_means_unset(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SEND_RATE=20\nLOG_LEVEL=DEBUG\nBOT_TOKEN=\nLISTEN= \n")
    env = read_environment({"SEND_RATE": "10", "CONTENT_DIR": ""}, tmp_path).values

    assert env["SEND_RATE"] == "10"
    assert env["LOG_LEVEL"] == "DEBUG"
    assert not has_token(env)
    assert not {"LISTEN", "CONTENT_DIR"} & env.keys()


def test_the_token_is_in_no_repr() -> None:
    assert TOKEN not in repr(settings({"BOT_TOKEN": TOKEN, "ADMIN_IDS": "987654"}))


def test_health_asks_where_the_bot_listens_whatever_else_is_wrong() -> None:
    assert listening({"LISTEN": "0.0.0.0:99", "BOT_TOKEN": "wrong"}) == Address("0.0.0.0", 99)
    with pytest.raises(Misconfigured):
        listening({"LISTEN": "nowhere"})


@pytest.mark.parametrize(
    ("env", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ({"https_proxy": "http://u:pw@p:1/"}, "http://u:pw@p:1/"),
        ({"HTTPS_PROXY": "p:1"}, "http://p:1"),
        ({"ALL_PROXY": "http://p:1"}, "http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": ".telegram.org"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "localhost"}, "http://p:1"),
        ({"HTTP_PROXY": "http://p:1", "BOT_API_URL": "http://127.0.0.1:8081"}, None),
        ({"HTTP_PROXY": "http://p:1", "BOT_API_URL": "http://[::1]:8081"}, None),
        ({"HTTP_PROXY": "http://p:1", "BOT_API_URL": "http://botapi:8081"}, "http://p:1"),
    ],
)
def test_a_proxy_is_chosen_as_curl_does_and_never_one_to_this_machine(env: dict[str, str], proxy: str | None) -> None:
    assert settings({"BOT_TOKEN": TOKEN, **env}).proxy == proxy


@pytest.mark.parametrize("given", ["socks5://p:1", "http://", "http://p:port", "ftp://p"])
def test_a_proxy_that_cannot_be_used_is_refused_without_its_password(given: str) -> None:
    told = problems(BOT_TOKEN=TOKEN, HTTPS_PROXY=given.replace("://", "://user:secret@"))

    assert len(told) == 1
    assert "HTTPS_PROXY" in told[0]
    assert "secret" not in told[0]
    assert "secret" not in repr(settings({"BOT_TOKEN": TOKEN, "HTTPS_PROXY": "http://user:secret@p:1"}))


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"BOT_TOKEN=\xff\xfe")

    assert ".env cannot be read (not UTF-8)" in read_environment({}, tmp_path).problems[0]
