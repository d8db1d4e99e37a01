"""Programs of numbers: a recorded program as a flat tape, and that as LLVM IR."""
