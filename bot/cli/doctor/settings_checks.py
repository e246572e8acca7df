"""Check the settings: wrong values, unknown names in `.env`, and secrets that other users can read."""

import re
from collections.abc import Iterator
from pathlib import Path

from rapidfuzz import fuzz, process

from bot.cli.doctor.finding import Finding, error, ok, warning
from bot.environment import NAMES, PROXIES, Environment
from bot.errors import Misconfigured
from bot.runtime.logs import redact_password
from bot.settings import Settings, read_settings
from bot.telegram_api.http.address_check import check_addresses
from storage.errors import StorageRefused

_SIMILARITY = 60.0  # of 100: the nearest setting is only a suggestion in a report
_TOKEN_LINE = re.compile(r"^[ \t]*(export[ \t]+)?BOT_TOKEN[ \t]*=[ \t]*[^\s#]", re.MULTILINE)
_RESOLVING_HERE = ("socks4://", "socks5://")


def read_checked_settings(environment: Environment) -> tuple[Settings | None, list[Finding]]:
    """Return the settings (None if they have errors) and the findings about their names and values."""
    findings = [warning("settings", sentence) for sentence in environment.warnings]
    findings += [warning("settings", _unknown(name)) for name in environment.unknown]
    try:
        settings = read_settings(environment.values, environment.problems)
        check_addresses(settings.api_url, settings.proxy)
    except Misconfigured as wrong:
        return None, [*(error("settings", problem) for problem in wrong.problems), *findings]
    return settings, findings or [ok("settings", "every setting has a valid value")]


def _unknown(name: str) -> str:
    nearest = process.extractOne(name.upper(), (*NAMES, *PROXIES), scorer=fuzz.WRatio, score_cutoff=_SIMILARITY)
    meant = f"write {nearest[0]} if you meant that" if nearest else "the settings are in docs/reference.md"
    return f".env sets {name}, which is not a setting of this bot: {meant}."


def check_secrets(environment: Environment, folder: Path) -> Iterator[Finding]:
    """Yield a warning for each file that contains the bot token and that other users of this machine can read."""
    token_file, env_file = environment.values.get("BOT_TOKEN_FILE"), folder / ".env"
    holders = [Path(token_file)] if token_file else []
    if _sets_token(env_file):
        holders.append(env_file)
    for path in holders:
        if _is_open_to_others(path):
            yield warning("token", f"other users can read {path}, which holds the token: chmod 600 {path}")


def _sets_token(env_file: Path) -> bool:
    try:
        return bool(_TOKEN_LINE.search(env_file.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError):
        return False  # an unreadable file is reported with the settings


def _is_open_to_others(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & 0o077)
    except OSError:
        return False  # an unreadable file is reported with the settings


def check_admins(settings: Settings) -> Iterator[Finding]:
    """Yield a warning if there is no admin, or only one, so that nobody else can approve announcements."""
    if not settings.admins:
        yield warning("admins", "nobody can send announcements: set ADMIN_IDS")
    elif len(settings.admins) == 1:
        yield warning("admins", "there is one: name a second in ADMIN_IDS, who confirms what the first one sends")


def check_proxy(settings: Settings) -> Iterator[Finding]:
    """Report through which proxy the bot calls Telegram, and warn if the proxy does not hide the name of the server.

    The URL is shown without its password. Whether the proxy works is left to the checks that call Telegram.
    """
    if settings.proxy is None:
        return
    shown = redact_password(settings.proxy)
    if settings.proxy.lower().startswith(_RESOLVING_HERE):
        yield warning("proxy", f"{shown} leaves the name of Telegram's server to be resolved here: socks5h hides it")
    else:
        yield ok("proxy", f"requests to Telegram go through {shown}")


def check_backup_recipient(environment: Environment) -> Finding:
    """Check the public key to which backups are encrypted."""
    from storage import backup  # it imports the library for age

    recipient = environment.values.get("BACKUP_RECIPIENT")
    if not recipient:
        return warning(
            "backup",
            "BACKUP_RECIPIENT is not set: make a key with `age-keygen` on another machine, set its public part",
        )
    try:
        backup.check_recipient(recipient)
    except StorageRefused as refusal:
        return error("backup", str(refusal))
    return ok("backup", "backups are encrypted to BACKUP_RECIPIENT")
