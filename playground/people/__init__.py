"""What people do in their apps, and which bots receive it."""
