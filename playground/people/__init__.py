"""The actions of people in their apps, and the updates that bots receive of them."""
