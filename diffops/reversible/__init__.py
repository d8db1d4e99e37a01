"""Reversible loops: reverse mode through training whose every step can be undone."""
