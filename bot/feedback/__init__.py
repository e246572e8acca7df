"""Carry messages of people to the admins, without a name, and answers of the admins back."""
