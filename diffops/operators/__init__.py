"""Where a combinator lives: one family of operators, one file."""
