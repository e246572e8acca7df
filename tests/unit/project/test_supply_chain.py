"""The delivered packages are listed and checked for vulnerabilities, and the wheel is built to the same bytes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import sbom, vulnerability_check
from tests.support.vulnerability_check import judge
from tests.unit.project.test_shell import pins

ROOT = Path(__file__).parents[3]
SOURCES = ("bot", "content", "playground", "storage", "pyproject.toml", "README.md", "LICENSE", ".gitignore")


def audited(name: str, *vulnerabilities: dict[str, object]) -> dict[str, object]:
    return {"name": name, "version": "1.0", "vulns": list(vulnerabilities)}


# The list of what is in it


def test_the_bill_of_materials_lists_every_package_of_the_lock_and_what_needs_it() -> None:
    bill = sbom.bill_of_materials((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    versions = {component["name"]: component["version"] for component in bill["components"]}
    needs = {entry["ref"]: entry["dependsOn"] for entry in bill["dependencies"]}

    assert versions == {name: pin.split(" ;")[0] for name, pin in pins("requirements.lock").items()}
    assert all(component["externalReferences"][0]["hashes"] for component in bill["components"])
    assert any(needed.startswith("pkg:pypi/aiohttp@") for needed in needs["declaration-bot"])
    assert {needed for all_needed in needs.values() for needed in all_needed} | {"declaration-bot"} == set(needs)


def test_the_bill_of_materials_names_no_host_and_no_date() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    bill = json.dumps(sbom.bill_of_materials(lock))

    assert "://" not in bill
    assert "timestamp" not in bill
    assert "serialNumber" not in bill
    assert json.dumps(sbom.bill_of_materials(lock)) == bill


# Vulnerabilities


def test_a_vulnerable_package_fails_the_check_with_its_remedy() -> None:
    weak: dict[str, object] = {"id": "PYSEC-1", "fix_versions": ["1.1"], "aliases": [], "description": "…"}
    verdict = judge(json.dumps({"dependencies": [audited("aiohttp", weak), audited("pyyaml")]}))

    assert verdict.is_vulnerable
    assert verdict.lines[0] == "aiohttp 1.0: PYSEC-1, fixed in 1.1"
    assert verdict.lines[-1] == "2 packages checked, known vulnerabilities: 1"


@pytest.mark.parametrize(
    "output",
    ["", "Traceback", "[]", '{"dependencies": [{"name": "aiohttp", "skip_reason": "not found"}]}', '{"fixes": []}'],
)
def test_without_data_the_check_is_skipped_with_a_sentence(output: str) -> None:
    verdict = judge(output)

    assert verdict.lines == ("skipped: no access to the data on vulnerabilities",)
    assert not verdict.is_vulnerable


def test_packages_without_data_are_named() -> None:
    skipped = {"name": "pyrage", "skip_reason": "not found"}
    verdict = judge(json.dumps({"dependencies": [audited("aiohttp"), skipped]}))

    assert not verdict.is_vulnerable
    assert "pyrage" in verdict.lines[0]


def test_without_a_network_the_real_tool_leads_to_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    assert judge(vulnerability_check.audit(["requirements.lock"])).lines[0].startswith("skipped: ")


# The wheel


def build(folder: Path, mode: int, moment: float) -> bytes:
    """Copy the sources, with these rights and times of files, and return the wheel that is built from the copy."""
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(mode)
            os.utime(path, (moment, moment))
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1790000000"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True, timeout=60)
    (wheel,) = (folder / "dist").iterdir()
    return wheel.read_bytes()


def test_two_builds_of_the_wheel_are_the_same_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / "one" / "declaration-bot", tmp_path / "two"]
    for folder in folders:
        folder.mkdir(parents=True)

    assert build(folders[0], 0o644, 1e9) == build(folders[1], 0o600, 1.7e9)
