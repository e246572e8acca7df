"""Tests of the repository's own files and of the tests' tools."""
