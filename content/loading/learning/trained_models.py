"""Train a model, or load it from the cache if it was trained on the same examples before."""

import hashlib
import inspect
import pickle
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace

from content.loading.campaign_cache import read_stored, store
from content.loading.learning import ngram_training
from content.loading.learning.ngram_training import Example, train
from content.search.texts import ngram_model, packed_numbers, text_features
from content.search.texts.ngram_model import Answer, NgramModel
from content.search.texts.text_features import ReadSenses, TextFeatures, without_senses
from content.search.words import phonetics
from content.search.words.phonetics import Sounds

_WORTH_CACHING = 3_000  # examples; fewer are learned in a fifth of a second


def trained_model(
    questions: Sequence[Example[Answer]],
    texts: Iterable[Example[Answer]],
    features: TextFeatures,
    *,
    read_senses: ReadSenses = without_senses,
) -> NgramModel[Answer]:
    """Return the model that `train` returns for these examples, from the cache if possible.

    Small models are not cached.
    """
    texts = list(texts)
    if len(questions) + len(texts) < _WORTH_CACHING:
        return train(questions, texts, features, read_senses=read_senses)
    senses = [read_senses(words) for words, _ in (*questions, *texts)]
    name = _digest((questions, texts, senses), features.sounds)
    stored = read_stored(name)
    if stored is not None:
        model: NgramModel[Answer] = pickle.loads(stored)  # noqa: S301 -- the cache reads only this user's own files
        return replace(model, features=features)
    model = train(questions, texts, features, read_senses=read_senses)
    store(name, pickle.dumps(replace(model, features=TextFeatures()), pickle.HIGHEST_PROTOCOL))
    return model


def _digest(examples: object, sounds: Sounds) -> str:
    """Return a digest of everything on which a trained model depends.

    `examples` are the example texts with their answers and senses. `sounds` are the sounds of the campaign's
    languages. The digest also depends on the code.
    """
    digest = hashlib.sha256(repr((sys.version, examples, sounds)).encode("utf-8", "surrogatepass"))
    for module in (ngram_training, ngram_model, packed_numbers, text_features, phonetics):
        digest.update(inspect.getsource(module).encode())
    return digest.hexdigest()
