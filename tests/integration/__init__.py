"""Tests of several parts together, with a real database or the playground."""
