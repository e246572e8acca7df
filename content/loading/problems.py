"""Define problems in the files of a campaign, and the exceptions for a campaign that cannot be loaded."""

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """The severity of a problem in a campaign. Lower values are more severe."""

    ERROR = 0  # the bot cannot use the campaign
    REPLACED = 1  # the bot uses the locale's phrase instead, or no recording; `check` fails, but the bot starts
    WARNING = 2  # the campaign works, but somebody should look at this


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A problem in a campaign's files and the remedy for it. `line` counts from 1."""

    file: str
    line: int
    message: str
    remedy: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        prefix = "warning: " if self.severity is Severity.WARNING else ""
        return f"{self.file}:{self.line}: {prefix}{self.message}: {self.remedy}"


class InvalidCampaign(Exception):
    """The campaign's files have errors. `problems` lists all of them."""

    def __init__(self, directory: str, problems: list[Problem]) -> None:
        self.problems = problems
        lines = "\n".join(f"  {problem}" for problem in problems)
        errors = "1 error" if len(problems) == 1 else f"{len(problems)} errors"
        super().__init__(f"The campaign in {directory} has {errors}:\n{lines}")


class LoadingFailed(Exception):
    """The process that loads a campaign failed or was stopped. It is unknown whether the campaign has errors."""


class NewCampaignRefused(Exception):
    """A new campaign cannot be written. The message says why, and what to do."""
