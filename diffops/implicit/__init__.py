"""Implicit derivatives: of roots, fixed points, minima and linear systems."""
