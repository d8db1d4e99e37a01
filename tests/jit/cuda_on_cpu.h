// CUDA's words for a processor: the threads of a block are fibres, which take turns.
// A shuffle waits for its warp, __syncthreads for the block; a kernel in which some
// thread never comes there ends in an error instead of an answer.
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#define __global__
#define __device__
#define __forceinline__ inline
#define __shared__ static

struct Place { unsigned int x; };
Place threadIdx, blockIdx, blockDim, gridDim;

// Whether blocks and threads take their turns from the last to the first.
extern "C" { int backwards = 0; }
static unsigned int turn(unsigned int i, unsigned int count)
{
    return backwards ? count - 1 - i : i;
}

enum State { READY, IN_WARP, IN_BLOCK, DONE };
const unsigned int MOST = 1024, STACK = 1 << 15;
static State states[MOST];
static double shown[MOST];
static ucontext_t scheduler, fibres[MOST];
static char stacks[MOST][STACK];
static void (*body)(void **);
static void **arguments;

static void wait_for(State state)
{
    const unsigned int here = threadIdx.x;
    states[here] = state;
    swapcontext(&fibres[here], &scheduler);
}

static void fibre()
{
    body(arguments);
    states[threadIdx.x] = DONE;
}

static bool release(unsigned int first, unsigned int last, State state)
{
    for (unsigned int i = first; i < last; i++)
        if (states[i] != state) return false;
    for (unsigned int i = first; i < last; i++) states[i] = READY;
    return true;
}

static int run_block()
{
    for (unsigned int i = 0; i < blockDim.x; i++) {
        getcontext(&fibres[i]);
        fibres[i].uc_stack.ss_sp = stacks[i];
        fibres[i].uc_stack.ss_size = STACK;
        fibres[i].uc_link = &scheduler;
        makecontext(&fibres[i], fibre, 0);
        states[i] = READY;
    }
    for (;;) {
        for (unsigned int n = 0; n < blockDim.x; n++) {
            const unsigned int i = turn(n, blockDim.x);
            if (states[i] != READY) continue;
            threadIdx.x = i;
            swapcontext(&scheduler, &fibres[i]);
        }
        bool moved = release(0, blockDim.x, IN_BLOCK);
        for (unsigned int i = 0; i + 32 <= blockDim.x; i += 32)
            moved |= release(i, i + 32, IN_WARP);
        if (moved) continue;
        for (unsigned int i = 0; i < blockDim.x; i++)
            if (states[i] != DONE) return 1;
        return 0;
    }
}

static int launch(void (*kernel)(void **), unsigned int grid, unsigned int block,
                  void **given, bool waits)
{
    body = kernel;
    arguments = given;
    gridDim.x = grid;
    blockDim.x = block;
    for (unsigned int m = 0; m < grid; m++) {
        blockIdx.x = turn(m, grid);
        if (waits) {
            if (run_block()) return 1;
            continue;
        }
        for (unsigned int n = 0; n < block; n++) {
            threadIdx.x = turn(n, block);
            body(arguments);
        }
    }
    return 0;
}

static inline void __syncthreads() { wait_for(IN_BLOCK); }

template <class T> static T __shfl_down_sync(unsigned int mask, T x, int lanes)
{
    const unsigned int here = threadIdx.x;
    shown[here] = x;
    wait_for(IN_WARP);
    const bool inside = (here & 31u) + lanes < 32u;
    const T y = inside ? (T)shown[here + lanes] : x;
    wait_for(IN_WARP);
    return y;
}

template <class T> static T atomicAdd(T *place, T x)
{
    const T old = *place;
    *place = old + x;
    return old;
}

static inline double __longlong_as_double(long long bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline long long __double_as_longlong(double x)
{
    long long bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double normcdf(double x) { return 0.5 * erfc(-x * 0.7071067811865476); }
