"""What a tracked value is to NumPy and to the user: protocols, operators, methods."""
