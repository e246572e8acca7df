"""Define problems in the files of a campaign, and the exceptions for a campaign that cannot be loaded."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One error in a campaign's files and the remedy for it. `line` counts from 1."""

    file: str
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}: {self.remedy}"


class InvalidCampaign(Exception):
    """The campaign's files have errors. `problems` lists all of them."""

    def __init__(self, directory: str, problems: list[Problem]) -> None:
        self.problems = problems
        lines = "\n".join(f"  {problem}" for problem in problems)
        errors = "1 error" if len(problems) == 1 else f"{len(problems)} errors"
        super().__init__(f"The campaign in {directory} has {errors}:\n{lines}")


class LoadingFailed(Exception):
    """The process that loads a campaign did not finish, so that nobody knows whether the campaign has errors."""
