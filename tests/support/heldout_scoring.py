"""Score the search in campaigns that have texts only: `python -m tests.support.heldout_scoring DIR`.

`DIR/LANG` has a campaign, and `queries.jsonl` with {"q", "kind", "expect"}: the question, its kind, and the clauses
that answer it, or an empty list. Only totals are printed, so that campaigns stay unseen by those who tune the search.
"""

import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from content.loading.load import load_matcher
from content.search.matcher import Matcher
from content.search.search_result import ResultKind
from tests.support.search_scoring import read_queries

QUERIES = "queries.jsonl"
ADDRESSEES = "addressees.yaml"


def load_campaign(directory: Path) -> Matcher:
    """Load the campaign in `directory`, whose name is its language. Without `campaign.yaml`, make one in a copy."""
    if (directory / "campaign.yaml").exists():
        return load_matcher(directory)
    with tempfile.TemporaryDirectory() as copy:
        for path in directory.glob("*.yaml"):
            if path.name != ADDRESSEES:
                shutil.copy(path, copy)
        (Path(copy) / "campaign.yaml").write_text(_campaign_file(directory), "utf-8")
        return load_matcher(Path(copy))


def _campaign_file(directory: Path) -> str:
    path = directory / ADDRESSEES
    addressees = path.read_text("utf-8") if path.exists() else "[]"
    return f"id: heldout\nlanguages: [{directory.name}]\naddressees:\n{addressees}"


def count_results(matcher: Matcher, queries: Path) -> Counter[str]:
    """Count the questions of each kind, and how many of them had each result.

    It is right not to answer a question that no clause answers, and to put an expected clause first.
    """
    counts: Counter[str] = Counter()
    for query in read_queries(queries):
        result, expected = matcher.find(query["q"]), [str(clause) for clause in query["expect"]]
        kind = query["kind"]
        is_answered = result.kind in (ResultKind.ANSWER, ResultKind.CLAUSE)
        counts[kind] += 1
        counts[f"{kind} right"] += (
            not is_answered if not expected else result.clauses[0] in expected if result.clauses else False
        )
        counts[f"{kind} first"] += is_answered and result.clauses[0] in expected
        counts[f"{kind} shown"] += not set(expected).isdisjoint(result.clauses)
        counts[f"{kind} answered"] += is_answered
        counts[f"{kind} suggested"] += result.kind is ResultKind.SUGGEST
    return counts


def describe(counts: Counter[str]) -> str:
    """Return the totals in one line."""
    kinds = [kind for kind in counts if " " not in kind]
    details = ("right", "first", "shown", "answered", "suggested")
    return "; ".join(
        f"{kind} {counts[kind]}: " + ", ".join(f"{counts[f'{kind} {detail}']} {detail}" for detail in details)
        for kind in kinds
    )


def main() -> None:
    """Print the totals for each campaign in the folder of the first argument, and for all of them."""
    total: Counter[str] = Counter()
    for directory in sorted(path.parent for path in Path(sys.argv[1]).glob(f"*/{QUERIES}")):
        counts = count_results(load_campaign(directory), directory / QUERIES)
        total.update(counts)
        sys.stdout.write(f"{directory.name}: {describe(counts)}\n")
    sys.stdout.write(f"all: {describe(total)}\n")


if __name__ == "__main__":
    main()
