"""Test recordings: files that keep the rules are found, others are left out, and `check` says why."""

import pickle
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from content.loading.campaign_warnings import find_all_problems
from content.loading.load import load_matcher
from content.loading.problems import Problem, Severity
from content.loading.recordings.ogg_opus import NotOpus, read_opus
from content.loading.recordings.recording_files import recording_problems, with_recordings
from content.loading.subprocess_loader import load_in_subprocess
from content.model import WHOLE, Lang
from tests.support.opus_files import opus_file
from tests.support.shipped_campaign import CAMPAIGN, MATCHER

EN = Lang("en")
GOOD = opus_file(3.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A campaign of one clause in English, without a recording."""
    clauses = [{"id": "1", "title": "Water", "text": "We ask for clean water."}]
    declaration = {"language": "en", "title": "Lake", "clauses": clauses}
    (tmp_path / "campaign.yaml").write_text(yaml.safe_dump({"id": "lake", "languages": ["en"]}))
    (tmp_path / "declaration.en.yaml").write_text(yaml.safe_dump(declaration))
    return tmp_path


def record(folder: Path, content: bytes, name: str = "en/1.ogg") -> Path:
    path = folder / "audio" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def problems(folder: Path) -> list[Problem]:
    """Return the problems of recordings of the shipped campaign that lie in `folder`."""
    return list(recording_problems(folder, CAMPAIGN))


def test_recordings_of_a_clause_and_of_the_whole_are_found_with_their_lengths(folder: Path) -> None:
    clause, whole = record(folder, GOOD), record(folder, opus_file(1500.0), "en/whole.ogg")

    campaign = load_matcher(folder).campaign

    assert [problem for problem in find_all_problems(folder) if problem.file.startswith("audio/")] == []
    assert {part: (row.path, row.seconds) for part, row in campaign.recordings[EN].items()} == {
        "1": (clause, 3),
        WHOLE: (whole, 1500),
    }


def test_check_reports_a_recording_that_breaks_a_rule(folder: Path) -> None:
    record(folder, b"")

    assert [str(problem) for problem in find_all_problems(folder) if problem.file == "audio/en/1.ogg"]
    assert load_matcher(folder).campaign.recordings == {}


def test_a_recording_added_after_the_campaign_was_cached_is_found_at_the_next_start(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setattr("content.loading.load._WORTH_CACHING", 0)
    assert load_matcher(folder).campaign.recording(EN, "1") is None
    record(folder, GOOD)

    with load_in_subprocess(folder) as wait:
        matcher = wait()

    assert matcher.campaign.recording(EN, "1") is not None
    assert GOOD[-100:] not in pickle.dumps(matcher)  # a path, not the sound


BROKEN = {
    "a song": (b"ID3" + b"\0" * 500, "it is no Ogg file"),
    "nothing": (b"", "its sound is not in the format Opus"),
    "a recording that was cut off": (GOOD[:-3], "it is cut off"),
    "a recording with a damaged page": (GOOD.replace(b"OggS", b"OgsS").replace(b"OgsS", b"OggS", 1), "it is damaged"),
    "another sound in an Ogg file": (
        GOOD.replace(b"OpusHead", b"\x01vorbis "),
        "its sound is not in the format Opus",
    ),
    "two streams": (GOOD + opus_file(stream=8), "it has more than one stream"),
    "stereo": (opus_file(channels=2), "it has 2 channels"),
    "a name in its tags": (opus_file(tags=[b"ENCODER=x", b"artist=A B"]), "its tags may reveal who made it (ARTIST)"),
    "damaged tags": (GOOD.replace(b"test\0\0\0\0", b"test\xff\0\0\0"), "its tags are damaged"),
    "too long": (opus_file(20 * 60 + 1), "it is longer than 20 minutes"),
    "too large": (opus_file() + b"\0" * 1_000_000, "it is larger than 1,000,000 bytes"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_breaks_a_rule_is_left_out_and_check_says_why(tmp_path: Path, name: str) -> None:
    content, message = BROKEN[name]
    record(tmp_path, content)

    (problem,) = problems(tmp_path)

    assert (problem.file, problem.message, problem.severity) == ("audio/en/1.ogg", message, Severity.REPLACED)
    assert problem.remedy
    assert with_recordings(MATCHER, tmp_path) is MATCHER


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("en/99.ogg", "there is no clause 99"),
        ("de/1.ogg", "the campaign has no language de"),
        ("en/1.mp3", "recordings are files that end in .ogg"),
    ],
)
def test_a_misplaced_file_is_named_and_left_out(tmp_path: Path, name: str, message: str) -> None:
    record(tmp_path, GOOD, name)

    assert [(problem.file, problem.message) for problem in problems(tmp_path)] == [(f"audio/{name}", message)]
    assert with_recordings(MATCHER, tmp_path) is MATCHER


def test_hidden_files_and_folders_in_place_of_recordings_do_no_harm(tmp_path: Path) -> None:
    record(tmp_path, b"", "en/.DS_Store")
    (tmp_path / "audio" / "en" / "1.ogg").mkdir()

    assert [problem.message for problem in problems(tmp_path)] == ["this is not a regular file"]


@given(st.integers(0, len(GOOD)), st.binary(max_size=40))
def test_no_damage_makes_the_reader_fail_in_another_way(at: int, noise: bytes) -> None:
    with suppress(NotOpus):
        assert read_opus(GOOD[:at] + noise + GOOD[at + len(noise) :]).seconds >= 0
