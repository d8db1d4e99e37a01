"""Native code: LLVM IR made into machine code, kept in memory and on disk."""
