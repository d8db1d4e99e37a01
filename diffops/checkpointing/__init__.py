"""Checkpointing: reverse mode in less memory, for more time."""
