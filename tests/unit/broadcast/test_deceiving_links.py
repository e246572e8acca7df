"""Links that show one address and open another are refused in every disguise; ordinary sentences are allowed."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.broadcast.authoring.checks import lint, tracking
from bot.broadcast.authoring.checks.addresses import parse_url
from bot.broadcast.authoring.checks.lint import ProblemKind
from bot.model.announcement import Announcement, LinkButton, LinkPreview, Media, Piece
from content.screens.screen import units

OTHER = "https://b.example/"
HOSTS = st.builds(
    lambda labels, last: ".".join([*labels, last]),
    st.lists(st.text(string.ascii_lowercase, min_size=1, max_size=8), min_size=1, max_size=2),
    st.sampled_from(["org", "com", "af", "museum", "example"]),
).filter(lambda host: not host.startswith("www."))
BEFORE = st.sampled_from(["", "see ", "☞ ", "👉", "«", "(", "نگاه کنید: ", "https: ", "\u200f", "\u200b", "* "])
AFTER = st.sampled_from(["", " ☚", "☚", " now", ".", "!", ")", "»", "،", " ", "\u200f", "\u200b", "…", "👈"])
SCHEMES = st.sampled_from(["", "http://", "https://", "HTTPS://", "https:\\\\", "https:/"])
INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u2060", "\u00ad", "\ufeff", "\u034f", "\u3164", "\ufe0f", "\U000e0061"]


def kinds(piece: Piece) -> set[ProblemKind]:
    return {problem.kind for problem in lint.content_problems(Announcement("en", {"en": piece}), ["en"])}


def linked(text: str, label: str, url: str) -> Piece:
    """Return a piece with `text`, in which a link on `label` opens `url`."""
    start = units(text[: text.index(label)])
    return Piece(text, ({"type": "text_link", "offset": start, "length": units(label), "url": url},))


def in_text_and_button(label: str, url: str) -> list[set[ProblemKind]]:
    return [kinds(linked(label, label, url)), kinds(Piece("here", buttons=((LinkButton(label, url),),)))]


@given(HOSTS, HOSTS, BEFORE, AFTER, SCHEMES, st.sampled_from(["", "/", "/page", "/?x=1", "#top", ":8443"]))
def test_a_link_that_shows_one_host_and_opens_another_is_refused(
    shown: str, real: str, before: str, after: str, scheme: str, rest: str
) -> None:
    assume(shown != real)
    for problems in in_text_and_button(f"{before}{scheme}{shown}{rest}{after}", f"https://{real}/"):
        assert ProblemKind.MASKED in problems


@given(HOSTS, BEFORE, AFTER, st.sampled_from(["", "http://", "https://", "www.", "https://www.", "HTTPS://"]))
def test_a_link_that_shows_the_host_it_opens_is_allowed(host: str, before: str, after: str, scheme: str) -> None:
    for url in (f"https://{host}", f"https://{host}/", f"https://www.{host}/page?id=7"):
        for problems in in_text_and_button(f"{before}{scheme}{host}{after}", url):
            assert problems == set()


@pytest.mark.parametrize(
    ("label", "url"),
    [
        ("https://a.org ☚", OTHER),
        ("see a.org now", OTHER),
        ("a.org or b.org", "https://b.org/"),
        ("a.o\u200brg", OTHER),
        ("ａ.org", OTHER),
        ("a。org", OTHER),
        ("192.0.2.1", OTHER),
        ("http://3221225985/", OTHER),
        ("http://0xC0000201/", OTHER),
        ("0300.0.2.1", OTHER),
        ("[2001:db8::1]", OTHER),
        ("2001:db8::1", OTHER),
        ("https://a.org", "http://192.0.2.1/"),
        ("@declaration", "https://t.me/other"),
        ("@declaration", OTHER),
        ("t.me/declaration", "tg://resolve?domain=other"),
        ("someone@a.org", "mailto:someone@b.org"),
        ("someone@a.org", OTHER),
        ("+43 1 2345678", "tel:+4319999999"),
        ("https://a.org", "https://b.org\\@a.org/"),
        ("https://a.org", "https://b.org\\\\@a.org/"),
        ("https://a.org", "https://a.org@b.org/"),
        ("https://a.org", "https://%61.org/"),
        ("https://a.org", "https:\\/b.org/"),
        ("paypal.com", "https://pаypal.com/"),
        ("paypal.com", "https://xn--pypal-4ve.com/"),
        ("نمونه.com", OTHER),
        ("example.рф", OTHER),
        ("a.org/one", "https://a.org/two"),
        ("a.org", "https://a.org:8443/"),
        ("click", "javascript:alert(1)"),
        ("click", "file:///etc/passwd"),
        ("click", "https://a.org∕b.org/"),
        ("click", "https://someone@a.org/"),
        ("click", "https://a.o\u200brg/"),
    ],
)
def test_every_disguise_of_an_address_is_detected(label: str, url: str) -> None:
    for problems in in_text_and_button(label, url):
        assert ProblemKind.MASKED in problems


@pytest.mark.parametrize("sign", INVISIBLE)
def test_an_invisible_character_inside_an_address_is_refused(sign: str) -> None:
    assert ProblemKind.MASKED in kinds(Piece(f"see https://exa{sign}mple.org/page"))
    assert ProblemKind.MASKED in kinds(linked(f"exa{sign}mple.org", f"exa{sign}mple.org", "https://example.org"))


@pytest.mark.parametrize("label", ["a.or", "g/page", "ttps://a.org", "/page", "org"])
def test_a_link_over_a_part_of_an_address_opens_that_address(label: str) -> None:
    text = "see https://a.org/page now"

    assert ProblemKind.MASKED in kinds(linked(text, label, OTHER))
    assert kinds(linked(text, label, "https://a.org/page")) == set()


def test_two_links_over_the_halves_of_an_address_are_refused() -> None:
    entities = [{"type": "text_link", "offset": at, "length": 5, "url": OTHER} for at in (0, 5)]

    assert kinds(Piece("🕊.a.or" + "g/xy", tuple(entities))) == {ProblemKind.MASKED}


@pytest.mark.parametrize(
    "text",
    [
        "https://pаypal.com",
        "Look at раураӏ.com, please",
        "https://a.org@b.org/",
        "https://a.org\\@b.org/",
        "https://xn--pypal-4ve.com",
        "https://a.org∕login.b.org/",
    ],
)
def test_a_bare_address_that_looks_like_another_is_refused(text: str) -> None:
    assert ProblemKind.MASKED in kinds(Piece(text))


@pytest.mark.parametrize(
    ("label", "url"),
    [
        ("@declaration", "https://t.me/Declaration"),
        ("@declaration", "https://t.me/declaration?start=x"),
        ("t.me/Declaration", "tg://resolve?domain=declaration"),
        ("@declaration", "https://declaration.t.me"),
        ("someone@a.org", "mailto:Someone@a.org?subject=x"),
        ("call +43 1 2345678", "tel:004312345678"),
        ("نمونه.com", f"https://{'نمونه'.encode('idna').decode()}.com/"),
        ("http://3221225985/", "http://192.0.2.1/"),
        ("https://a.org:443/", "https://a.org"),
        ("https://fa.example.org/می‌خوانیم", "https://fa.example.org/%D9%85%DB%8C%E2%80%8C%D8%AE%D9%88%D8%A7%D9%86%DB%8C%D9%85"),
        ("a.org/?x=1", "https://a.org?x=1"),
        ("https://medium.com/@someone", "https://medium.com/@someone"),
        ("Read the declaration", "https://a.org/declaration.pdf"),
        ("declaration.pdf", "https://a.org/files/declaration.pdf"),
        ("e.g. here", OTHER),
        ("3.5 hours", OTHER),
        ("U.N. report", OTHER),
        ("the U.S.A today", OTHER),
        ("10:30:45", OTHER),
        ("2026-12-01 18:00", OTHER),
        ("متن اینجاست.ما می‌خوانیم", OTHER),
        ("It ends.The next one begins", OTHER),
        ("خلاص.د بل کال", OTHER),
    ],
)  # fmt: skip
def test_honest_links_are_allowed(label: str, url: str) -> None:
    for problems in in_text_and_button(label, url):
        assert problems == set()


@pytest.mark.parametrize(
    "text",
    [
        "می‌خوانیم \u200fhttps://fa.example.org/می‌خوانیم\u200f (۲۰۲۶)",
        "e.g. 3.5 of the U.N., i.e. a.m. and p.m.",
        "این متن است.ما می‌خوانیم.شما نیز بخوانید",
        "دا متن دی.موږ یې لولو",
        "👩‍👩‍👧 and 🏴󠁧󠁢󠁥󠁮󠁧󠁿 and ❤️",
        "Write to someone@example.org or @declaration",
        "https://example.org/a_(b)?page=2#section",
        "https://сайт.рф/ and https://münchen.example",
    ],
)
def test_ordinary_sentences_are_allowed(text: str) -> None:
    assert kinds(Piece(text)) == set()


WORDS = st.text(string.ascii_letters + "ابپتثجچحخدذرزسشصضطظعغفقکگلمنوهی‌", min_size=1, max_size=8)


@given(st.lists(WORDS, min_size=1, max_size=12), st.sampled_from([" ", ", ", ". ", " – ", "؛ ", "! "]))
def test_sentences_of_any_words_are_allowed_on_a_link(words: list[str], between: str) -> None:
    label = between.join(words)
    assume(label.strip("\u200c \n"))

    assert ProblemKind.MASKED not in kinds(linked(label, label, OTHER))


@pytest.mark.parametrize(
    "address",
    [
        "a.org/?utm_source=x",
        "https://a.org/#utm_source=x",
        "https://a.org/#/page?fbclid=1",
        "https://a.org/?a=1;utm_medium=x",
        "https://a.org/;gclid=7",
        "https://a.org/?%75tm_source=x",
        "https://a.org/?%2575tm_source=x",
        "https://a.org/?next=https%3A%2F%2Fb.org%2F%3Ffbclid%3D1",
        "https://a.org/?UTM_SOURCE=x",
        "https://youtu.be/x?si=abc",
    ],
)
def test_a_tracking_parameter_is_found_anywhere_in_an_address(address: str) -> None:
    assert ProblemKind.TRACKING in kinds(Piece(f"see {address} now"))
    assert ProblemKind.TRACKING in kinds(linked("here", "here", address))
    assert ProblemKind.TRACKING in kinds(Piece("here", preview=LinkPreview(address)))


@pytest.mark.parametrize("address", ["https://a.org/?page=2", "https://a.org/#si", "https://a.org/?q=R%26D"])
def test_other_parameters_are_not_tracking(address: str) -> None:
    assert kinds(Piece(f"see {address} now")) == set()


@pytest.mark.parametrize(
    "url",
    [
        "tg://user?id=5",
        "tg:user?id=5",
        " tg:user?id=5",
        "\u200btg:user?id=5",
        "\x01tg:user?id=5",
        "TG:USER?ID=5",
        "tg:///user?id=5",
        "tg://openmessage?user_id=5",
        "tg:openmessage?user_id=5",
        "tg://resolve?phone=4312345",
        "tg://contact?token=x",
        "https://t.me/+4312345678",
    ],
)
def test_a_link_to_a_person_is_refused_in_every_spelling(url: str) -> None:
    for problems in in_text_and_button("here", url):
        assert ProblemKind.USER_LINK in problems
    assert ProblemKind.USER_LINK in kinds(Piece(f"see {url.strip()} now"))


@pytest.mark.parametrize("text", [*INVISIBLE, "\u200b\u200b \n\u2060", "\u2800", "\u115f", ""])
def test_invisible_text_counts_as_empty(text: str) -> None:
    link = {"type": "text_link", "offset": 0, "length": units(text), "url": "https://a.org"}

    assert kinds(Piece(text)) == {ProblemKind.EMPTY}
    assert kinds(Piece(text, (), Media.PHOTO, "id")) == {ProblemKind.ONLY_MEDIA}
    assert kinds(Piece("here", buttons=((LinkButton(text, "https://a.org"),),))) == {ProblemKind.INVISIBLE}
    if text:
        assert ProblemKind.INVISIBLE in kinds(Piece(f"{text}here", (link,)))


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_and_address_can_be_checked(text: str, url: str) -> None:
    parse_url(url)
    lint.shows_other_address(text, url)
    tracking.tracking_parameter(url)
    kinds(Piece(text, ({"type": "text_link", "offset": 0, "length": 3, "url": url},)))


@given(st.text("a.:/@\\?#%[]0x1f\u200b😀هт ", max_size=30))
def test_any_odd_address_can_be_checked(url: str) -> None:
    for scheme in ("", "https://", "tg:", "mailto:"):
        lint.shows_other_address(f"see {scheme}{url}", f"{scheme}{url}")
