"""The actions of people in their Telegram apps, and the updates about them that bots receive."""
