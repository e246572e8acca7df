"""Test the cache of loaded campaigns: it is used, follows every change, and reads nothing that others can write."""

import pickle
import shutil
from pathlib import Path

import pytest

from content.loading import campaign_cache
from content.loading.campaign_cache import read_cached, write_cached
from content.loading.learning import trained_models
from content.loading.learning.trained_models import trained_model
from content.loading.load import load_matcher
from content.paths import SHIPPED_CAMPAIGN
from content.search.texts.text_features import TextFeatures


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory for caches."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "declaration-bot"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED_CAMPAIGN, tmp_path / "campaign"))


def test_a_campaign_is_stored_when_it_is_loaded_and_comes_from_the_cache_afterwards(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load_matcher(folder)
    assert len(list(cache.iterdir())) == 3  # its models as well
    monkeypatch.setattr("content.loading.campaign_builder.parse_campaign_files", None)  # not read again

    assert pickle.dumps(load_matcher(folder)) == pickle.dumps(pickle.loads(pickle.dumps(loaded)))


def test_a_model_is_trained_again_only_when_its_examples_change(monkeypatch: pytest.MonkeyPatch) -> None:
    examples = [([f"word{number % 9}"], f"answer{number % 3}") for number in range(trained_models._WORTH_CACHING)]
    features = TextFeatures()
    model = trained_model(examples, [], features)

    assert trained_model([*examples, (["word"], None)], [], features) != model
    monkeypatch.setattr(trained_models, "train", None)
    assert trained_model(examples, [], features) == model


@pytest.mark.parametrize("file", ["campaign.yaml", "phrases.fa.yaml", "questions.ps.yaml"])
def test_a_change_in_any_file_is_noticed(file: str, folder: Path) -> None:
    write_cached(folder, b"old")
    with (folder / file).open("a") as changed:
        changed.write("# changed\n")

    assert read_cached(folder) is None


def test_a_new_file_and_another_version_of_the_code_are_noticed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_cached(folder, b"old")
    (folder / "questions.de.yaml").touch()
    assert read_cached(folder) is None

    (folder / "questions.de.yaml").unlink()
    assert read_cached(folder) == b"old"
    monkeypatch.setattr("sys.version", "3.99")
    assert read_cached(folder) is None


@pytest.mark.parametrize(("mode", "of"), [(0o777, "directory"), (0o750, "directory"), (0o644, "file")])
def test_what_others_can_read_or_write_is_not_used(mode: int, of: str, folder: Path, cache: Path) -> None:
    write_cached(folder, b"pickled")
    (stored,) = cache.iterdir()
    (cache if of == "directory" else stored).chmod(mode)

    assert read_cached(folder) is None


def test_without_a_place_for_caches_nothing_is_stored(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no directory")

    write_cached(folder, b"pickled")

    assert read_cached(folder) is None


def test_a_file_that_is_too_large_is_not_read(folder: Path) -> None:
    with (folder / "topics.yaml").open("ab") as file:
        file.truncate(10**12)

    assert read_cached(folder) is None


def test_only_the_newest_campaigns_are_kept(folder: Path, cache: Path) -> None:
    for number in range(campaign_cache._MAX_FILES + 3):
        (folder / "campaign.yaml").write_text(f"id: c{number}\n")
        write_cached(folder, b"pickled")

    assert len(list(cache.iterdir())) == campaign_cache._MAX_FILES
    assert read_cached(folder) == b"pickled"
