"""Send one clause of the declaration a day to each subscriber who wants it."""
