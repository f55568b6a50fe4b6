"""Answers of a published round, for analysts: pseudonymous rows with a codebook and SPSS syntax."""
