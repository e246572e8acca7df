"""Name the kinds of devices for which the bot explains Telegram's settings."""

from enum import StrEnum


class Device(StrEnum):
    """A kind of device.

    The values are part of callback data in existing chats and of phrase keys: never change one.
    """

    ANDROID = "android"
    IPHONE = "iphone"
    COMPUTER = "computer"
