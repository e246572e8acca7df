"""Build campaigns that have texts only, without concepts, and example questions if a test gives them."""

from content.loading.concept_files import ConceptFiles
from content.loading.learning.example_questions import QuestionFiles, QuestionsFile
from content.loading.matcher_builder import build_matcher
from content.loading.parse import ParsedFile
from content.loading.yaml_source import Document
from content.model import Campaign, Clause, ClauseId, Edition, Lang, Language, Statement, StatementId, Topic, TopicId
from content.search.matcher import Matcher


def text_matcher(
    lang: str, clauses: dict[str, tuple[str, str]], questions: dict[str, list[str]] | None = None
) -> Matcher:
    """Return the matcher of a campaign in `lang` whose clauses have the given titles and texts."""
    code = Lang(lang)
    language = Language(code, lang, "0123456789", rtl=False)
    campaign = Campaign(
        id="test",
        source={code: "A test"},
        languages={code: language},
        editions={code: Edition(code, "Test", "2026", is_official=True)},
        clauses=tuple(
            Clause(ClauseId(clause), {code: title}, {code: text}) for clause, (title, text) in clauses.items()
        ),
        statements=tuple(
            Statement(StatementId(f"statement-{clause}"), ClauseId(clause), (), (TopicId("topic"),), {code: text})
            for clause, (_, text) in clauses.items()
        ),
        addressees=(),
        topics=(Topic(1, TopicId("topic"), {code: "qqq"}),),
        phrasebooks={},
    )
    file = ParsedFile(Document("questions.yaml", {}, {(): 1}), QuestionsFile(rows=questions or {}))
    return build_matcher(campaign, ConceptFiles(questions=QuestionFiles(files=[file] if questions else [])))
