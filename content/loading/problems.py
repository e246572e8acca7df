"""What is wrong with a campaign's files: each mistake with its file, its line and the remedy."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend. `line` counts from 1."""

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}: {self.remedy}"


class InvalidCampaign(Exception):
    """A campaign with mistakes is not served; `mistakes` are all of them."""

    def __init__(self, directory: str, mistakes: list[Problem]) -> None:
        self.problems = mistakes
        lines = "\n".join(f"  {mistake}" for mistake in mistakes)
        super().__init__(f"The campaign in {directory} has {len(mistakes)} mistake(s):\n{lines}")


class LoadingFailed(Exception):
    """A campaign may be good or not: the process that loads it did not come to its end."""
