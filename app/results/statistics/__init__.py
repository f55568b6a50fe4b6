"""Formulas, each with its source: margins, comparisons, weights. Pure."""
