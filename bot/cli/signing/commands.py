"""Carry out `python -m bot signing`. The bot can run meanwhile, on this machine or another."""

import argparse
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from bot.errors import OperatorError
from bot.settings import read_store_paths
from bot.signing.handover import handover_texts, username_in
from bot.signing.page.build import build_page
from bot.signing.plain_form import normalized
from bot.signing.signature import SignedKind, SignedText
from bot.signing.signer import read_fitting_key, sign_text
from content import base58
from content.loading.load import load_matcher
from content.model import Campaign
from content.paths import SHIPPED_CAMPAIGN
from content.screens.screen import TEXT_LIMIT, units
from storage.files import owner
from storage.sealing import signing_key


def carry_out(options: argparse.Namespace, env: Mapping[str, str]) -> Iterator[str]:
    """Run a subcommand of `signing`, and yield the lines to print. Raises OperatorError or StorageRefused."""
    match options.act:
        case "new":
            yield from _new(_key_path(options, env), env)
        case "sign":
            yield _sign(options, _campaign(env), _key_path(options, env))
        case "page":
            yield from _page(options.file, _campaign(env))
        case _:
            yield from _handover(options.username, _campaign(env), _key_path(options, env))


def _key_path(options: argparse.Namespace, env: Mapping[str, str]) -> Path:
    return options.key or signing_key.path_beside(read_store_paths(env).keys)


def _campaign(env: Mapping[str, str]) -> Campaign:
    """Return the campaign in CONTENT_DIR. Raises OperatorError if it has no public key."""
    directory = _directory(env)
    campaign = load_matcher(directory).campaign
    if not campaign.public_key:
        raise OperatorError(f"{directory}/campaign.yaml has no public_key: make a key with `signing new` first.")
    return campaign


def _directory(env: Mapping[str, str]) -> Path:
    return Path(env.get("CONTENT_DIR", SHIPPED_CAMPAIGN))


def _new(path: Path, env: Mapping[str, str]) -> Iterator[str]:
    paths = read_store_paths(env)
    with owner.acting_for_store(paths.database, paths.keys):
        key = signing_key.create(path)
    yield f"{path} is the campaign's signing key. Copy it to a place apart from this server: if the server is lost,"
    yield "you need the copy to announce another bot. Everybody who has the file can sign in the campaign's name."
    yield f"Write this line into {_directory(env)}/campaign.yaml, and restart the bot:"
    yield f"public_key: {base58.encode(key.public)}"


def _sign(options: argparse.Namespace, campaign: Campaign, path: Path) -> str:
    """Sign the text in standard input as an announcement, and return it with its signature.

    Raises OperatorError for an unknown language, and for a text that is empty or too long for one message.
    """
    if options.language not in campaign.languages:
        known = ", ".join(campaign.languages)
        raise OperatorError(f"The campaign has no language {options.language!r}: name one of {known}.")
    text = normalized(sys.stdin.buffer.read().decode("utf-8"))
    if not text:
        raise OperatorError("There is no text: give it on standard input.")
    signed = SignedText(SignedKind.ANNOUNCEMENT, campaign.id, options.language, day=_today(), text=text)
    result = sign_text(signed, read_fitting_key(campaign.public_key, path))
    if units(result) > TEXT_LIMIT:
        raise OperatorError(f"The text has {units(result)} characters with its code: Telegram allows {TEXT_LIMIT}.")
    return result


def _page(file: Path, campaign: Campaign) -> Iterator[str]:
    try:
        file.write_text(build_page(campaign), encoding="utf-8")
    except OSError as error:
        raise OperatorError(f"{file} cannot be written ({error.strerror}): name another file.") from None
    yield f"{file} checks signatures of {campaign.public_key} in any browser, also without internet."


def _handover(name: str, campaign: Campaign, path: Path) -> Iterator[str]:
    """Yield the signed announcement of the new bot `name` in every language, and how to send it with /broadcast.

    Raises OperatorError if `name` is not the username of a bot.
    """
    username = username_in(name)
    if username is None:
        raise OperatorError(f"{name!r} is not the username of a bot: it has 5 to 32 letters and ends with bot.")
    texts = handover_texts(campaign, username, _today(), read_fitting_key(campaign.public_key, path))
    yield "Send each text as one language of an announcement (/broadcast), with its last line and without a change."
    for language, text in texts.items():
        yield f"\n--- {language} ---\n{text}"


def _today() -> date:
    return datetime.now(UTC).date()
