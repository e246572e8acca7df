"""Hours and time zones as people read them."""

from content.screens.reader import Reader


def shown_time(reader: Reader, hour: int) -> str:
    """Eight o'clock as 08:00, in the language's digits."""
    return reader.book.language.number(f"{hour:02}:00")


def zone_name(reader: Reader, zone: str) -> str:
    """`Asia/Kabul` as the phrasebook calls it."""
    return reader.say("zone." + zone.lower().replace("/", "-").replace("_", "-"))
