"""Define what a check reports: a verdict, the subject, and a sentence that says what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The severity of a finding. The exit code of the command is 1 if any check finds an ERROR, otherwise 0."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `sentence` contains no token, no password and no id of a person."""

    verdict: Verdict
    subject: str
    sentence: str

    @property
    def line(self) -> str:
        return f"{self.verdict:<8} {self.subject}: {self.sentence.rstrip('.')}."


def ok(subject: str, sentence: str) -> Finding:
    return Finding(Verdict.OK, subject, sentence)


def warning(subject: str, sentence: str) -> Finding:
    return Finding(Verdict.WARNING, subject, sentence)


def error(subject: str, sentence: str) -> Finding:
    return Finding(Verdict.ERROR, subject, sentence)
