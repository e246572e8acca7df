"""Measure time and memory. Figures that are compared come from one run, as ratios."""
