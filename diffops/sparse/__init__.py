"""Sparse derivatives: patterns, colorings, and the passes that they save."""
