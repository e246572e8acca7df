"""Write a new campaign: `python -m bot new DIR --title "…" --languages pt,en`."""

import argparse
import re
import shlex
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from bot.cli.parser import STANDARD_STREAM, program_name
from content.loading.creation.campaign_files import NewCampaign, campaign_files
from content.loading.creation.clause_splitting import SplitText, split_text
from content.loading.creation.language_codes import read_language_code, read_language_codes
from content.loading.creation.pasted_declaration import clause_texts, describe_split
from content.loading.creation.pasted_text import MAX_BYTES, normalized, read_pasted_text
from content.loading.problems import NewCampaignRefused
from content.loading.schema import ID, MAX_LINE

_MAX_ID = 40
_DEFAULT_ID = "campaign"


def write_new_campaign(options: argparse.Namespace) -> Iterator[str]:
    """Write the files of a new campaign, and yield the lines to print.

    If the folder is not empty or an option is wrong, write nothing and raise NewCampaignRefused.
    """
    directory: Path = options.directory
    _refuse_existing(directory)
    title = _read_title(options.title)
    languages, text_language = _read_languages(options)
    split = _read_text(options.from_text, title) if options.from_text else None
    clauses = clause_texts(split, text_language) if split else []
    campaign = NewCampaign(_read_id(options.id, title), title, languages, clauses, text_language)
    files = campaign_files(campaign)
    _write(directory, files)
    yield f"Wrote {len(files)} files into {directory}: {', '.join(files)}."
    yield from _advice(split, languages, text_language)
    yield from _next_commands(directory)


def _refuse_existing(directory: Path) -> None:
    try:
        if directory.is_dir() and not any(directory.iterdir()):
            return
        exists = directory.exists() or directory.is_symlink()
    except OSError as error:
        raise _cannot_write(directory, error) from None
    if exists:
        kind = "is not empty" if directory.is_dir() else "is a file"
        raise NewCampaignRefused(f"{directory} {kind}, and nothing is ever overwritten: name a new folder.")


def _read_title(typed: str) -> str:
    title = " ".join(normalized(typed).split())
    if not title:
        raise NewCampaignRefused('Give the declaration a title: --title "Declaration of …"')
    if len(title) > MAX_LINE:
        raise NewCampaignRefused(f"The title has {len(title)} characters: shorten it to {MAX_LINE}.")
    return title


def _read_languages(options: argparse.Namespace) -> tuple[list[str], str]:
    """Return the codes of the campaign's languages, and the language of the text in `--from-text`."""
    languages = read_language_codes(options.languages or options.language)
    text_language = read_language_code(options.language) if options.language else languages[0]
    if text_language not in languages:
        raise NewCampaignRefused(
            f"--language {text_language} is none of --languages {','.join(languages)}: add it there."
        )
    return languages, text_language


def _read_text(path: Path, title: str) -> SplitText:
    name = "the standard input" if path == STANDARD_STREAM else str(path)
    try:
        raw = _read_bytes(path)
    except OSError as error:
        raise NewCampaignRefused(f"{path} cannot be read ({error.strerror}): name a text file.") from None
    return split_text(read_pasted_text(raw, name), title)


def _read_bytes(path: Path) -> bytes:
    """Return the content of the file `path`, or of stdin, but at most its first MAX_BYTES + 1 bytes.

    If the result has more than MAX_BYTES bytes, the file is too long for a declaration.
    """
    if path == STANDARD_STREAM:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _read_id(typed: str, title: str) -> str:
    """Return the id of the campaign: `typed`, or by default the title in lower-case Latin letters with hyphens.

    If most of the title is in another script, the default is "campaign".
    """
    if typed and not re.fullmatch(ID, typed):
        raise NewCampaignRefused(f"The id {typed!r} is invalid: use 1 to {_MAX_ID} of the characters a-z, 0-9 and -.")
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    is_latin = sum(map(len, words)) * 2 > sum(letter.isalnum() for letter in title)
    return typed or ("-".join(words)[:_MAX_ID].strip("-") if is_latin else _DEFAULT_ID)


def _write(directory: Path, files: dict[str, str]) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (directory / name).write_text(content, "utf-8", newline="\n")
    except OSError as error:
        raise _cannot_write(directory, error) from None


def _cannot_write(directory: Path, error: OSError) -> NewCampaignRefused:
    return NewCampaignRefused(f"The folder {directory} cannot be written ({error.strerror}): name another one.")


def _advice(split: SplitText | None, languages: list[str], text_language: str) -> Iterator[str]:
    """Yield sentences about what the organiser still has to do in the files of the new campaign.

    `split` is the text from `--from-text`, cut into clauses; None if the files have sample texts. `text_language` is
    the language of that text. The declaration is still to be translated into the other `languages`.
    """
    if split is None:
        yield "They have sample texts for you to overwrite; each file says at its top what it is for."
        return
    yield from describe_split(split)
    others = [f"declaration.{lang}.yaml" for lang in languages if lang != text_language]
    if others:
        yield f"Still to translate from declaration.{text_language}.yaml: {', '.join(others)}."


def _next_commands(directory: Path) -> Iterator[str]:
    """Yield the commands with which to check and try the new campaign in `directory`.

    They can be typed in the same terminal.
    """
    folder, program = shlex.quote(str(directory)), _typed_program()
    yield ""
    yield "Next, list what is still to do, and try the bot in your browser:"
    yield ""
    yield f"    {program} check {folder}"
    yield f"    CONTENT_DIR={folder} {program} play"


def _typed_program() -> str:
    """Return the command with which this program was started, such as `.venv/bin/python -m bot`."""
    if program_name().startswith("python"):
        return f"{shlex.quote(sys.orig_argv[0])} -m bot"
    is_on_path = shutil.which(program_name()) == sys.argv[0]
    return program_name() if is_on_path else shlex.quote(sys.argv[0])
