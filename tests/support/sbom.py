"""Write the software bill of materials of the bot (CycloneDX 1.6, JSON) from its lock: `make sbom`.

It lists what `requirements.lock` installs, with hashes and with what requires what. The same lock gives the same
bytes, so there is no date and no serial number. Python itself and the container's system packages are not in the
lock.
"""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import __version__

ROOT = Path(__file__).parents[2]
_BOT = "declaration-bot"
_PIN = re.compile(r"^([\w.-]+)==(\S+)(?: ; (.+?))? \\$", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_REQUIRED_BY = re.compile(r"^ +# (?:via |  )([\w.-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Package:
    """A package of the lock. `required_by` are the names of the packages, or of the bot, that need it."""

    name: str
    version: str
    is_conditional: bool  # not installed on every system
    hashes: tuple[str, ...]
    required_by: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Return the package URL, by which databases of vulnerabilities find the package."""
        return f"pkg:pypi/{self.name}@{self.version}"


def bill_of_materials(lock: str) -> dict[str, Any]:
    """Return the bill of materials of the packages in `lock`, the text of a lock file."""
    packages = _packages(lock)
    references = {package.name: package.purl for package in packages} | {_BOT: _BOT}
    needs: dict[str, list[str]] = {reference: [] for reference in references.values()}
    for package in packages:
        for name in package.required_by:
            needs[references[name]].append(package.purl)
    application = {"type": "application", "bom-ref": _BOT, "name": _BOT, "version": __version__}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": application | {"licenses": [{"license": {"id": "MIT"}}]}},
        "components": [_component(package) for package in packages],
        "dependencies": [{"ref": reference, "dependsOn": sorted(needs[reference])} for reference in sorted(needs)],
    }


def _packages(lock: str) -> list[_Package]:
    pins = list(_PIN.finditer(lock))
    ends = [pin.start() for pin in pins[1:]] + [len(lock)]
    return [_package(pin, lock[pin.end() : end]) for pin, end in zip(pins, ends, strict=True)]


def _package(pin: re.Match[str], block: str) -> _Package:
    required_by = tuple(dict.fromkeys(_REQUIRED_BY.findall(block)))
    return _Package(pin[1], pin[2], bool(pin[3]), tuple(_HASH.findall(block)), required_by)


def _component(package: _Package) -> dict[str, Any]:
    hashes = [{"alg": "SHA-256", "content": content} for content in package.hashes]
    return {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "scope": "optional" if package.is_conditional else "required",
        # One hash for each file of this version; the installer takes any one of them.
        "externalReferences": [{"type": "distribution", "url": package.purl, "hashes": hashes}],
    }


if __name__ == "__main__":
    bill = bill_of_materials((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    sys.stdout.write(json.dumps(bill, indent=2) + "\n")
