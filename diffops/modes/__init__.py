"""Ways of running primitives on something other than arrays, one mode each."""
