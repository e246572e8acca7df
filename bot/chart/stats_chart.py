"""Define the words and numbers of the chart of subscribers that /stats shows, in the language of an admin."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar, assert_never

from bot.chart.axis import Tick, number_tick, round_scale, written_date
from bot.chart.disclosure import ALL_TOPICS, WEEK_DAYS, Amount, Exact, Few, Figures, Most, Point, Week, Withheld
from bot.model.small_numbers import PRIVACY_THRESHOLD
from content.model import Campaign, Phrasebook

K = TypeVar("K", int, str)
_NARROWEST = 0.02  # of the width, or the bar of ten in a million could not be seen


@dataclass(frozen=True, slots=True)
class End:
    """The first or the last point of the curve, with the labels of its day and its total."""

    day: Tick
    total: Tick


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar that shows how many subscribers a topic or a language has.

    `amount` is the number as text, or a phrase in place of a hidden number. `solid` and `hatched` are the lengths of
    its two parts, from 0 to 1, where 1 stands for all subscribers. If only a range of the number may be shown, the
    true end of the bar is somewhere in the hatched part.
    """

    name: str
    amount: str
    solid: float
    hatched: float


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the chart: a heading, such as "Topics", and the bars below it."""

    heading: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class StatsChart:
    """The chart of the numbers of subscribers. `points` are pairs: the ordinal of a date, and the total on that day.

    `note` explains hidden numbers; it is "" when no number is hidden. `week` is not drawn: it has the lines of the
    caption that say how many people joined, left and blocked the bot in the last week.
    """

    rtl: bool
    title: str
    points: tuple[tuple[int, int], ...]
    ends: tuple[End, ...]  # two, or one if `points` has only today
    scale: tuple[Tick, ...]
    sections: tuple[Section, ...]
    note: str
    week: tuple["CaptionRow", ...] = ()


@dataclass(frozen=True, slots=True)
class CaptionRow:
    """A line of the caption: `name`, and a number as the text `amount`.

    `amount` is "" in a line that has no number.
    """

    name: str
    amount: str = ""


def build_chart(shown: Figures, campaign: Campaign, book: Phrasebook) -> StatsChart:
    """Return the chart of the numbers of subscribers in `shown`, with labels in the language of `book`.

    In place of a hidden number, the chart has a phrase such as "fewer than 10".
    """
    topics = {topic.number: topic.names[book.language.code] for topic in campaign.topics}
    topics[ALL_TOPICS] = book.say("stats.everything")
    languages = {str(code): book.language.name_of(language) for code, language in campaign.languages.items()}
    amounts = (*shown.topics.values(), *shown.languages.values())
    largest = max(point.total for point in shown.history)
    return StatsChart(
        rtl=book.language.rtl,
        title=book.say("stats.total", number=shown.total),
        points=tuple((point.day.toordinal(), point.total) for point in shown.history),
        ends=tuple(_end(point, book) for point in dict.fromkeys((shown.history[0], shown.history[-1]))),
        scale=tuple(number_tick(at, book.language) for at in round_scale(largest)),
        sections=(
            Section(book.say("stats.topics"), _bars(shown.topics, topics, shown.total, book)),
            Section(book.say("stats.languages"), _bars(shown.languages, languages, shown.total, book)),
        ),
        note=""
        if all(isinstance(amount, Exact) for amount in amounts)
        else book.say("stats.note", number=PRIVACY_THRESHOLD),
        week=tuple(_week(shown.week, book)) if shown.week else (),
    )


def short_caption(shown: StatsChart) -> Iterator[CaptionRow]:
    """Yield the rows of the caption below the picture: the total, and the changes of the last week."""
    yield CaptionRow(shown.title)
    yield from shown.week


def caption_rows(shown: StatsChart) -> Iterator[CaptionRow]:
    """Yield the rows of the text that an admin gets if the picture cannot be drawn.

    They contain all that the chart shows, and the changes of the last week.
    """
    yield CaptionRow(shown.title)
    yield from shown.week
    for end in shown.ends:
        yield CaptionRow(end.day.label, end.total.label)
    for section in shown.sections:
        yield CaptionRow(section.heading)
        for bar in section.bars:
            yield CaptionRow(bar.name, bar.amount)
    if shown.note:
        yield CaptionRow(shown.note)


def _week(week: Week, book: Phrasebook) -> Iterator[CaptionRow]:
    yield CaptionRow(book.say("stats.week", number=WEEK_DAYS))
    amounts = {"joined": week.joined, "left": week.left, "blocked": week.blocked}
    few = book.say("stats.few", number=PRIVACY_THRESHOLD)
    if all(isinstance(amount, Few) for amount in amounts.values()):
        yield CaptionRow(book.say("stats.came_or_went"), few)
        return
    for key, amount in amounts.items():
        about = book.say("stats.about", number=amount.number) if isinstance(amount, Exact) else few
        yield CaptionRow(book.say(f"stats.{key}"), about)


def _end(point: Point, book: Phrasebook) -> End:
    day = Tick(point.day.toordinal(), written_date(point.day, book.language))
    return End(day, Tick(point.total, book.language.amount(point.total)))


def _bars(amounts: Mapping[K, Amount], names: Mapping[K, str], total: int, book: Phrasebook) -> tuple[Bar, ...]:
    """Return a bar for each of `amounts`, in the same order, with the label that `names` has for its key.

    `total` is the number of all subscribers, which a bar of full length stands for. The bars are not sorted by size,
    because this would reveal something about the hidden numbers.
    """
    return tuple(_bar(names.get(key, str(key)), amount, total, book) for key, amount in amounts.items())


def _bar(name: str, amount: Amount, total: int, book: Phrasebook) -> Bar:
    label, narrow = amount_text(amount, book), min(1, max(_NARROWEST, PRIVACY_THRESHOLD / max(total, 1)))
    match amount:
        case Exact(number):
            return Bar(name, label, max(_NARROWEST, number / total) if number else 0, 0)
        case Few():
            return Bar(name, label, 0, narrow)
        case Most():
            return Bar(name, label, 1 - narrow, narrow)
        case Withheld():
            return Bar(name, label, 0, 0)
    assert_never(amount)


def amount_text(amount: Amount, book: Phrasebook) -> str:
    """Return an amount as text for admins: the number, or a phrase such as "fewer than 10" for a hidden number."""
    match amount:
        case Exact(number):
            return book.language.amount(number)
        case Few():
            return book.say("stats.few", number=PRIVACY_THRESHOLD)
        case Most(than):
            return book.say("stats.most", number=than)
        case Withheld():
            return book.say("stats.withheld")
    assert_never(amount)
