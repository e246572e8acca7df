"""Test discreet delivery (P6): a locked phone shows an ordinary sentence and nothing of the campaign."""

import pytest

from content.loading.phrases.phrase_rules import LOCK_SCREEN_LIMIT
from content.model import Lang
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.subscriptions import BOOKS, EN, FA, LANGUAGES, PS

# Parts of words, so that their other forms are found, too.
_WORDS = {
    EN: """
        declar campaign conference vienna austria taliban afghan kabul resist wom girl school educat right
        justice freedom oppos democ politic protest announc update subscri clause demand sanction recogni doha
        terror nation support unity secret discreet hidden private secur safe delete encrypt
    """,
    FA: """
        اعلام اعلان کمپاین کارزار کنفرانس ویانا وین اتریش طالب افغان کابل مقاومت زن دختر مکتب مکاتب دانشگاه
        آموزش تحصیل حق حقوق عدالت آزاد مخالف دموکرا سیاس اعتراض مشترک اشتراک ماده خواست تحریم رسمیت دوحه ترور
        ملل پشتیبان همبستگی مخفی پوشیده محرم خصوصی امن پاک رمز
    """,
    PS: """
        اعلام خبرتیا کمپاین کنفرانس ویانا اتریش طالب افغان کابل مقاومت ښځ نجون انجون ښوونځ زده پوهنتون حق
        عدالت ازاد مخالف ډموکرا سیاس لاریون ګډون ماده غوښت بندیز رسمیت دوحه ترهګر ملت ملاتړ یووال پټ پوښل محرم
        شخصي خوندي پاک کوډ
    """,
}
REVEALING = {lang: words.split() for lang, words in _WORDS.items()}


@pytest.mark.parametrize(
    ("text_key", "label_key"), [("push.discreet", "push.show"), ("broadcast.notice", "button.notice")]
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_discreet_push_shows_no_word_of_the_campaign(lang: Lang, text_key: str, label_key: str) -> None:
    """The words of all languages are tested, because somebody who knows another language may see the phone."""
    text = BOOKS[lang].say(text_key)
    shown = f"{text}\n{BOOKS[lang].say(label_key)}"[:LOCK_SCREEN_LIMIT].lower()

    assert [word for words in REVEALING.values() for word in words if word in shown] == []
    assert len(text) <= LOCK_SCREEN_LIMIT


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_of_revealing_words_recognises_texts_of_the_campaign(lang: Lang) -> None:
    texts = [BOOKS[lang].say("panel.title"), CAMPAIGN.editions[lang].title, BOOKS[lang].say("button.subscribe")]
    texts += [topic.names[lang] for topic in CAMPAIGN.topics]

    assert [text for text in texts if not any(word in text.lower() for word in REVEALING[lang])] == []
