"""Settings report every problem at once, each with its remedy, and no message shows a secret."""

from pathlib import Path

import pytest

from bot.alert_settings import AlertFormat, Receiver
from bot.environment import read_environment
from bot.errors import Misconfigured
from bot.runtime.logs import LogFormat
from bot.settings import Address, has_token, read_listen_address, read_settings

TOKEN = "123456789:" + "A" * 35


def problems(**env: str) -> list[str]:
    with pytest.raises(Misconfigured) as error:
        read_settings(env)
    return error.value.problems


def test_a_token_is_enough() -> None:
    settings = read_settings({"BOT_TOKEN": TOKEN})

    assert settings.api_url == "https://api.telegram.org"
    assert settings.database == Path("data/bot.db")
    assert settings.keys == Path("keys/seal.key")
    assert settings.listen == Address("127.0.0.1", 8080)
    assert settings.send_rate == 30
    assert settings.admins == frozenset()


def test_everything_can_be_set(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")
    settings = read_settings({
        "BOT_TOKEN_FILE": str(tmp_path / "token"), "BOT_API_URL": "http://127.0.0.1:8081/", "ADMIN_IDS": "12, 34,",
        "DATABASE_URL": f"sqlite:///{tmp_path}/d/bot.db", "CONTENT_DIR": "my", "LISTEN": "[::1]:0",
        "SEND_RATE": "25.5", "LOG_LEVEL": "debug",
    })  # fmt: skip

    assert settings.token == TOKEN
    assert settings.api_url == "http://127.0.0.1:8081"
    assert settings.admins == {12, 34}
    assert settings.database == tmp_path / "d" / "bot.db"
    assert settings.content == Path("my")
    assert settings.listen == Address("::1", 0)
    assert settings.send_rate == 25.5
    assert settings.log_level == "DEBUG"


def test_all_problems_are_reported_at_once_each_with_a_remedy() -> None:
    reported = problems(
        BOT_TOKEN="nonsense",
        BOT_API_URL="ftp://x",
        ADMIN_IDS="12,ahmad",
        DATABASE_URL="mysql://u:pw@h/db",
        LISTEN="8080",
        SEND_RATE="fast",
        LOG_LEVEL="loud",
    )

    assert len(reported) == 7
    assert all(": " in problem and problem.endswith((".", ")")) for problem in reported)
    assert not any(secret in "\n".join(reported) for secret in ("nonsense", "ahmad", "pw"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_API_URL", "http://example.org"),
        ("BOT_API_URL", "https://[broken"),
        ("BOT_API_URL", "https://h:99999"),
        ("ADMIN_IDS", "-5"),
        ("ADMIN_IDS", "۱۲"),
        ("LISTEN", "127.0.0.1:70000"),
        ("GUEST_MODE", "yes"),
        ("SEND_RATE", "0"),
        ("SEND_RATE", "1001"),
        ("SEND_RATE", "nan"),
        ("DATABASE_URL", "sqlite:///"),
    ],
)
def test_a_wrong_value_is_refused(name: str, value: str) -> None:
    reported = problems(BOT_TOKEN=TOKEN, **{name: value})

    assert len(reported) == 1
    assert name in reported[0]


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00"])
def test_a_token_file_without_a_token_is_reported(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)

    assert "BOT_TOKEN_FILE" in problems(BOT_TOKEN_FILE=str(file))[0]


def test_a_folder_as_token_file_is_reported(tmp_path: Path) -> None:
    assert "BOT_TOKEN_FILE" in problems(BOT_TOKEN_FILE=str(tmp_path))[0]


def test_the_environment_overrides_the_file_and_empty_means_unset(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SEND_RATE=20\nLOG_LEVEL=DEBUG\nBOT_TOKEN=\nLISTEN= \n")
    env = read_environment({"SEND_RATE": "10", "CONTENT_DIR": ""}, tmp_path).values

    assert env["SEND_RATE"] == "10"
    assert env["LOG_LEVEL"] == "DEBUG"
    assert not has_token(env)
    assert not {"LISTEN", "CONTENT_DIR"} & env.keys()


def test_the_token_is_in_no_repr() -> None:
    assert TOKEN not in repr(read_settings({"BOT_TOKEN": TOKEN, "ADMIN_IDS": "987654"}))


def test_the_listen_address_is_read_whatever_else_is_wrong() -> None:
    assert read_listen_address({"LISTEN": "0.0.0.0:99", "BOT_TOKEN": "wrong"}) == Address("0.0.0.0", 99)
    with pytest.raises(Misconfigured):
        read_listen_address({"LISTEN": "nowhere"})


@pytest.mark.parametrize(
    ("env", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ({"https_proxy": "http://u:pw@p:1/"}, "http://u:pw@p:1/"),
        ({"HTTPS_PROXY": "p:1"}, "http://p:1"),
        ({"HTTPS_PROXY": "socks5h://u:pw@p:1"}, "socks5h://u:pw@p:1"),
        ({"ALL_PROXY": "socks4a://[::1]:9050/"}, "socks4a://[::1]:9050/"),
        ({"ALL_PROXY": "http://p:1"}, "http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": ".telegram.org"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "localhost"}, "http://p:1"),
        ({"HTTP_PROXY": "http://p:1", "BOT_API_URL": "http://127.0.0.1:8081"}, None),
        ({"HTTP_PROXY": "http://p:1", "BOT_API_URL": "http://[::1]:8081"}, None),
        ({"HTTP_PROXY": "http://p:1", "BOT_API_URL": "http://botapi:8081"}, "http://p:1"),
    ],
)
def test_a_proxy_is_chosen_as_by_curl_and_never_for_this_machine(env: dict[str, str], proxy: str | None) -> None:
    assert read_settings({"BOT_TOKEN": TOKEN, **env}).proxy == proxy


@pytest.mark.parametrize("proxy", ["socks6://p:1", "socks5://", "http://", "http://p:port", "ftp://p"])
def test_a_proxy_that_cannot_be_used_is_refused_without_its_password(proxy: str) -> None:
    reported = problems(BOT_TOKEN=TOKEN, HTTPS_PROXY=proxy.replace("://", "://user:secret@"))

    assert len(reported) == 1
    assert "HTTPS_PROXY" in reported[0]
    assert "secret" not in reported[0]
    assert "secret" not in repr(read_settings({"BOT_TOKEN": TOKEN, "HTTPS_PROXY": "http://user:secret@p:1"}))


ALERT_URL = "https://user:secret@ntfy.example/hidden-topic"


def test_alerts_can_be_set_and_their_addresses_are_in_no_repr() -> None:
    settings = read_settings({
        "BOT_TOKEN": TOKEN, "ALERT_URL": ALERT_URL, "ALERT_FORMAT": "JSON", "HEARTBEAT_URL": "http://10.0.0.5/ping",
        "BACKUP_MAX_AGE": "36h", "LOG_FORMAT": "json",
    })  # fmt: skip

    assert settings.alerts.receiver == Receiver(ALERT_URL, None)
    assert settings.alerts.form is AlertFormat.JSON
    assert settings.alerts.secrets == (ALERT_URL, "http://10.0.0.5/ping")
    assert settings.alerts.backup_max_age == 36 * 3600
    assert settings.log_format is LogFormat.JSON
    assert "hidden-topic" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALERT_URL", "ntfy.sh/hidden-topic"),
        ("ALERT_URL", "http://ntfy.example/hidden-topic"),
        ("HEARTBEAT_URL", "https://host:99999999/hidden-topic"),
        ("ALERT_FORMAT", "fax"),
        ("BACKUP_MAX_AGE", "0d"),
        ("BACKUP_MAX_AGE", "two days"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_setting_of_alerts_is_reported_without_the_address(name: str, value: str) -> None:
    [problem] = problems(BOT_TOKEN=TOKEN, **{name: value})

    assert problem.startswith(name)
    assert "hidden-topic" not in problem


def test_alerts_go_through_the_proxy_unless_their_host_is_excluded() -> None:
    env = {"BOT_TOKEN": TOKEN, "ALERT_URL": ALERT_URL, "HTTPS_PROXY": "http://proxy:3128"}
    through = read_settings(env).alerts.receiver
    around = read_settings({**env, "NO_PROXY": "ntfy.example"}).alerts.receiver

    assert through == Receiver(ALERT_URL, "http://proxy:3128")
    assert around == Receiver(ALERT_URL, None)


def test_a_wrong_proxy_is_reported_once_although_several_addresses_need_it() -> None:
    reported = problems(BOT_TOKEN=TOKEN, ALERT_URL=ALERT_URL, HEARTBEAT_URL=ALERT_URL, HTTPS_PROXY="ftp://proxy")

    assert len(reported) == 1


def test_a_file_that_is_not_text_is_reported(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"BOT_TOKEN=\xff\xfe")

    assert ".env cannot be read (not UTF-8)" in read_environment({}, tmp_path).problems[0]
