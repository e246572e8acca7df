"""Helpers for the tests of the playground."""
