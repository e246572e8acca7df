"""Check whether the bot can sign its announcements."""

from collections.abc import Iterator
from pathlib import Path

from bot.cli.doctor.finding import Finding, ok, warning
from bot.signing.signer import read_fitting_key
from storage.errors import StorageRefused
from storage.sealing import signing_key


def check_signing(directory: Path, keys: Path) -> Iterator[Finding]:
    """Check the signing key, if the campaign in `directory` has a public key.

    The signing key is a file next to `keys`, the path of the key file.
    """
    from content.loading.parse import parse_file  # imports pydantic and YAML
    from content.loading.schema import CampaignFile

    campaign = parse_file(directory / "campaign.yaml", CampaignFile, [])
    if campaign is None or not campaign.content.public_key:
        return
    try:
        read_fitting_key(campaign.content.public_key, signing_key.path_beside(keys))
        yield ok("signing", "announcements are signed with the key of public_key in campaign.yaml")
    except StorageRefused as refusal:
        yield warning("signing", f"announcements are not signed. {refusal}")
