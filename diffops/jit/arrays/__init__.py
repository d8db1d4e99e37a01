"""Programs of arrays: elementwise work fused into loops, products left to BLAS."""
