"""Build the matcher of a campaign: the campaign and everything for searching it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from content.loading.concept_files import ConceptFiles
from content.loading.language_packs.request_words import load_request_finder
from content.loading.learning.ngram_training import Example
from content.loading.learning.text_evidence_builder import build_text_evidence, clause_sentences
from content.loading.learning.trained_models import trained_model
from content.loading.vocabulary_builder import build_vocabulary, reference_finder
from content.model import Campaign, ClauseId, Lang, StatementId, TopicId
from content.search.matcher import Concept, Matcher, Pattern, TargetWeights
from content.search.texts.ngram_model import NgramModel
from content.search.texts.quotations import QuotationIndex
from content.search.texts.text_evidence import TextEvidence
from content.search.texts.text_features import TextFeatures, without_senses
from content.search.vocabulary import DETAIL, ELSEWHERE, Vocabulary

# Example questions from which the models learn senses as well. With fewer, they would learn from the number of
# unknown words how long requests are, and take "panda" for one.
_ENOUGH_FOR_SENSES = 500
_FILLER = "filler"  # the sense of words that are about no subject, but not frequent either


def build_matcher(campaign: Campaign, files: ConceptFiles) -> Matcher:
    """Build the matcher from a campaign and the parsed files for searching. Both must be free of errors."""
    languages = tuple(campaign.languages)
    vocabulary, references = build_vocabulary(files.concept_rows(), languages), reference_finder(languages)
    questions = list(files.questions.examples(campaign))
    concepts, texts = _concepts(files, campaign), build_text_evidence(campaign, vocabulary.forms.stemmer)
    concept_languages = frozenset(Lang(language) for row in files.concept_rows() for language in row.words)
    _neutralize_misleading_words(vocabulary, texts, concept_languages | campaign.languages.keys())
    quotations = QuotationIndex.of(campaign)
    matcher = Matcher(campaign, references, vocabulary, concepts, quotations, texts, concept_languages)
    return _trained(matcher, questions)


def _trained(matcher: Matcher, questions: Sequence[Example[ClauseId]]) -> Matcher:
    """Return `matcher` with two models: one trained on example `questions`, and one on texts that ask for a screen.

    Without `questions`, the first model is empty. The models learn the senses of words only if there are many
    `questions`.
    """
    campaign = matcher.campaign
    read_senses = matcher.read_senses if len(questions) >= _ENOUGH_FOR_SENSES else without_senses
    features = TextFeatures(matcher.vocabulary.forms.sounds)
    model: NgramModel[ClauseId] = NgramModel()
    if questions:
        model = trained_model(questions, clause_sentences(campaign), features, read_senses=read_senses)
    requests = load_request_finder(campaign, matcher.references, questions, features, read_senses=read_senses)
    features.forget_words()  # which were only needed for training both models
    return replace(matcher, texts=replace(matcher.texts, model=model), requests=requests)


def _neutralize_misleading_words(vocabulary: Vocabulary, texts: TextEvidence, languages: frozenset[Lang]) -> None:
    """Give common words that would mislead the search of this campaign the sense "filler", so that they hardly count.

    These are words with the sense "elsewhere" (another subject) or "detail" (such as an amount or an age), if the
    campaign's own `texts` contain them. The same is done with common words that exist in none of `languages`.
    """
    common = [word for word, sense in vocabulary.senses.items() if sense in (ELSEWHERE, DETAIL, "stop")]
    for word in common:
        is_own = vocabulary.senses[word] != "stop" and texts.clauses.has_form_of(word)
        if is_own or languages.isdisjoint(vocabulary.languages.get(word, languages)):
            vocabulary.senses[word] = _FILLER


def _concepts(files: ConceptFiles, campaign: Campaign) -> dict[str, Concept]:
    """Return the concepts by id. Each pattern is stored in one of its concepts, the first by alphabet."""
    clause_of = {statement.id: statement.clause for statement in campaign.statements}
    patterns: dict[str, list[Pattern]] = {}
    for row in files.pattern_rows():
        for concepts in row.alternatives():
            patterns.setdefault(min(concepts), []).append((concepts, _weights(row.points, clause_of)))
    return {
        row.id: Concept(
            _weights(row.points, clause_of),
            row.cost,
            TopicId(row.topic) if row.topic else None,
            is_greeting=row.greeting,
            patterns=tuple(patterns.get(row.id, ())),
        )
        for row in files.concept_rows()
    }


def _weights(points: Mapping[str, float], clause_of: Mapping[StatementId, ClauseId]) -> TargetWeights:
    """Separate `points` into the weights of clauses, the weights of statements, and the weight of ELSEWHERE.

    `points` maps ids of clauses and statements to weights, and also ELSEWHERE, which stands for subjects that the
    campaign does not have. `clause_of` maps each statement to its clause. A clause gets its own weight, or the weight
    of one of its statements if that is greater.
    """
    clauses: dict[ClauseId, float] = {}
    statements: dict[StatementId, float] = {}
    for target, weight in points.items():
        if target == ELSEWHERE:
            continue
        clause = clause_of.get(StatementId(target), ClauseId(target))
        clauses[clause] = max(weight, clauses.get(clause, 0.0))
        if StatementId(target) in clause_of:
            statements[StatementId(target)] = weight
    return TargetWeights(clauses, statements, points.get(ELSEWHERE, 0.0))
