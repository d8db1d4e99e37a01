"""Plans of arrays as CUDA: kernels, and the order in which they are launched."""
