"""The last place of a reader is known for some minutes, in private chats only, and for a bounded number of people."""

from bot.dispatch.last_places import EXPIRY, LastPlaces
from bot.model.events import ChatId, Sender, TextMessage, UserId
from bot.model.replies import EditMessage, Leave, SendText
from content.model import ClauseId
from content.screens.navigation.places import AtClause, AtCommand, Languages, Place, Topics
from content.screens.screen import Screen, Span

CLAUSE = AtClause(ClauseId("4"))


def message(user: int = 5, *, is_private: bool = True) -> TextMessage:
    return TextMessage(ChatId(user if is_private else -7), Sender(UserId(user)), 1, "x", is_private)


def shows(place: Place) -> SendText:
    return SendText(Screen((Span("x"),), (), place))


def test_the_last_place_is_known_for_some_minutes() -> None:
    places = LastPlaces()
    places.record(message(), (shows(Topics()), EditMessage(shows(CLAUSE).screen)), 0.0)

    assert places.place_of(message(), EXPIRY) == CLAUSE
    assert places.place_of(message(), EXPIRY + 1) is None
    assert places.place_of(message(6), 0.0) is None


def test_help_and_the_choice_of_languages_are_no_places_to_return_to() -> None:
    places = LastPlaces()
    places.record(message(), (shows(CLAUSE), shows(AtCommand("help")), shows(Languages())), 0.0)

    assert places.place_of(message(), 1.0) == CLAUSE


def test_nothing_is_remembered_in_groups_or_shown_there() -> None:
    places = LastPlaces()
    places.record(message(is_private=False), (shows(CLAUSE),), 0.0)
    assert places.place_of(message(), 1.0) is None

    places.record(message(), (shows(CLAUSE),), 0.0)
    assert places.place_of(message(is_private=False), 1.0) is None


def test_whoever_leaves_is_forgotten() -> None:
    places = LastPlaces()
    places.record(message(), (shows(CLAUSE),), 0.0)
    places.record(message(), (Leave(),), 1.0)

    assert places.place_of(message(), 1.0) is None


def test_at_most_so_many_people_are_remembered_and_the_old_ones_are_dropped() -> None:
    places = LastPlaces(max_people=2)
    for user in (1, 2, 3):
        places.record(message(user), (shows(CLAUSE),), 0.0)
    assert [places.place_of(message(user), 1.0) for user in (1, 2, 3)] == [None, CLAUSE, CLAUSE]

    places.record(message(4), (shows(CLAUSE),), EXPIRY + 1)
    assert list(places._places) == [4]
