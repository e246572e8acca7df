"""The discreet push (P6): what a phone on the table shows of it is as ordinary as a sentence can be."""

import pytest

from content.loading.phrase_rules import SHOWN
from content.model import Lang
from tests.support.bot_and_playground import CAMPAIGN
from tests.support.subscriptions import BOOKS, EN, FA, LANGUAGES, PS

# Parts of words, so that other forms of them are found too.
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
TELLING = {lang: words.split() for lang, words in _WORDS.items()}


@pytest.mark.parametrize(("said", "label"), [("push.discreet", "push.show"), ("broadcast.notice", "button.notice")])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_discreet_push_shows_no_word_of_the_campaign(lang: Lang, said: str, label: str) -> None:
    """In no language: a phone may be read by somebody who knows another one."""
    shown = f"{BOOKS[lang].say(said)}\n{BOOKS[lang].say(label)}"[:SHOWN].lower()

    assert [word for words in TELLING.values() for word in words if word in shown] == []
    assert len(BOOKS[lang].say(said)) <= SHOWN


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_of_telling_words_finds_what_it_is_there_for(lang: Lang) -> None:
    telling = [BOOKS[lang].say("panel.title"), CAMPAIGN.editions[lang].title, BOOKS[lang].say("button.subscribe")]
    telling += [topic.names[lang] for topic in CAMPAIGN.topics]

    assert [text for text in telling if not any(word in text.lower() for word in TELLING[lang])] == []
