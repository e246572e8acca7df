"""Configure all tests: a test fails when the bot logs an error, unless it is marked `expects_errors`."""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("no deadline", deadline=None)  # the machines are noisy
settings.load_profile("no deadline")


@pytest.fixture(autouse=True)
def no_unexpected_errors(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    if request.node.get_closest_marker("expects_errors"):
        return
    errors = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR]

    assert not errors, "an error was logged that the test does not expect (mark it expects_errors if it does)"
