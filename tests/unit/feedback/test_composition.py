"""Texts that are being written stay in memory for half an hour, and a button sends only the text above it."""

from bot.feedback.composition import EXPIRY, Composition, Compositions

NOW = 1_796_000_000.0


def test_a_text_is_forgotten_after_half_an_hour_or_when_the_clock_is_set_back() -> None:
    for later, is_known in ((0.0, True), (EXPIRY, True), (EXPIRY + 1, False), (-1.0, False)):
        compositions = Compositions()
        compositions.put(5, Composition(NOW, "text"))

        assert (compositions.of(5, NOW + later) is not None) == is_known


def test_the_texts_of_so_many_people_are_kept_and_the_oldest_goes() -> None:
    compositions = Compositions(max_people=2)
    for user in (1, 2, 3):
        compositions.put(user, Composition(NOW, "text"))

    assert [compositions.of(user, NOW) is not None for user in (1, 2, 3)] == [False, True, True]


def test_another_text_another_number_and_a_later_answer_have_other_digests() -> None:
    variants = [
        Composition(NOW, "a"),
        Composition(NOW, "b"),
        Composition(NOW, "a", number=1),
        Composition(NOW, "a", answers=1),
    ]

    assert len({composition.digest for composition in variants}) == len(variants)
