"""Name the kinds of devices for which the bot explains Telegram's settings."""

from enum import StrEnum


class Device(StrEnum):
    """A kind of device. The values are part of buttons in existing chats and of the keys of phrases."""

    ANDROID = "android"
    IPHONE = "iphone"
    COMPUTER = "computer"
