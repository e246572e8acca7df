"""Configure all tests: a test fails when the bot logs an error, unless it is marked `expects_errors`."""

import gc
import logging
import subprocess
import sys
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings

from content.paths import SHIPPED_CAMPAIGN

# No deadlines: the machines are noisy. `make torture` takes the number of examples that Hypothesis recommends.
settings.register_profile("quick", deadline=None, max_examples=30)
settings.register_profile("thorough", deadline=None, max_examples=100)
settings.load_profile("quick")


def pytest_configure(config: pytest.Config) -> None:
    """Load the shipped campaign before the workers start, so that they find it in the cache.

    After a change of the campaign, each worker would train its models, all at the same time, for seconds of CPU.
    """
    is_main = not hasattr(config, "workerinput")
    if is_main and getattr(config.option, "numprocesses", None):
        command = [sys.executable, "-m", "content.loading", str(SHIPPED_CAMPAIGN)]
        subprocess.run(command, cwd=config.rootpath, stdout=subprocess.DEVNULL, check=False)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Pause garbage collection, because all objects that are created here live to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(autouse=True)
def no_unexpected_errors(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    if request.node.get_closest_marker("expects_errors"):
        return
    errors = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR]

    assert not errors, "an error was logged that the test does not expect (mark it expects_errors if it does)"
