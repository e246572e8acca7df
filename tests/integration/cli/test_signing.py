"""`python -m bot signing` makes a key once, signs texts and hand-overs, and writes the page for checking."""

import io
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.signing import signature
from bot.signing.signature import SignedKind
from content import base58
from content.loading.check import find_problems
from storage.sealing import signing_key
from tests.support.signing import ENGLISH_TEXT, OTHER_KEY, SIGNING_CAMPAIGN
from tests.support.small_campaign import copy_with_few_words


@pytest.fixture
def campaign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let commands use a campaign and keys in a folder of their own; return the file `campaign.yaml`."""
    folder = copy_with_few_words(tmp_path / "campaign")
    monkeypatch.setenv("CONTENT_DIR", str(folder))
    monkeypatch.setenv("SEAL_KEY_FILE", str(key_of(folder).with_name("seal.key")))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/data/bot.db")
    return folder / "campaign.yaml"


def key_of(campaign: Path) -> Path:
    """Return the path of the signing key of the campaign in this folder."""
    return campaign.with_name("keys") / "seal.key.signing"


def begin(campaign: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Make a key, and do what the command says; return the public key."""
    assert main(["signing", "new"]) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    campaign.write_text(f"{campaign.read_text('utf-8')}{line}\n", "utf-8")
    return line.removeprefix("public_key: ")


def test_a_new_key_signs_texts_and_handovers_that_the_campaign_checks(
    campaign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["signing", "handover", "@standby_bot"]) == 1
    assert "has no public_key" in capsys.readouterr().err
    public = begin(campaign, capsys)
    key = signing_key.read(key_of(campaign.parent))
    assert base58.encode(key.public) == public
    assert find_problems(campaign.parent) == []

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(ENGLISH_TEXT.encode())))
    assert main(["signing", "sign", "--language", "en"]) == 0
    text, code = signature.split(capsys.readouterr().out)
    assert is_signed(code, text, key, SignedKind.ANNOUNCEMENT)

    assert main(["signing", "handover", "standby_bot"]) == 0
    printed = capsys.readouterr().out
    parts = [part.partition(" ---\n")[2] for part in printed.split("\n--- ")[1:]]
    assert len(parts) == 3
    assert all(is_signed(code, text, key, SignedKind.HANDOVER) for text, code in map(signature.split, parts))

    assert main(["signing", "page", str(tmp_path / "verify.html")]) == 0
    assert public in (tmp_path / "verify.html").read_text("utf-8")

    assert main(["signing", "new"]) == 1
    assert "stays as it is" in capsys.readouterr().err
    assert signing_key.read(key_of(campaign.parent)) == key


def is_signed(code: str, text: str, key: signing_key.SigningKey, kind: SignedKind) -> bool:
    parsed = signature.parse(code)
    assert parsed
    texts = (
        signature.SignedText(kind, SIGNING_CAMPAIGN.id, lang, day=parsed.day, text=text)
        for lang in ("en", "fa", "ps")
    )
    return any(signing_key.is_signed(signed.message, parsed.value, key.public) for signed in texts)


def test_a_wrong_name_language_file_or_key_is_refused_with_a_sentence(
    campaign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begin(campaign, capsys)
    other = tmp_path / "other"
    other.write_bytes(signing_key.encode(OTHER_KEY))
    other.chmod(0o600)

    for arguments, sentence in (
        (("handover", "@somebody"), "is not the username of a bot"),
        (("sign", "--language", "de"), "name one of en, fa, ps"),
        (("page", str(tmp_path / "none" / "x.html")), "cannot be written"),
        (("handover", "@standby_bot", "--key", str(other)), "is not the one of public_key"),
        (("handover", "@standby_bot", "--key", str(tmp_path / "none")), "cannot be read"),
    ):
        assert main(["signing", *arguments]) == 1
        assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("value", ["abc", "0" * 44, "z" * 44])
def test_check_finds_a_wrong_public_key(campaign: Path, value: str) -> None:
    campaign.write_text(f"{campaign.read_text('utf-8')}public_key: '{value}'\n", "utf-8")

    problems = [str(problem) for problem in find_problems(campaign.parent)]
    assert len(problems) == 1
    assert "public_key is invalid" in problems[0]
    assert "signing new" in problems[0]
