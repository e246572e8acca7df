"""What the tests of the playground share."""
