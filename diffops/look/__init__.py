"""A look inside: what a function computes at a point, and how its derivatives come."""
