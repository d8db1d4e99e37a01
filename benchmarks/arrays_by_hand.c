/* Gradients of the programs of arrays, written by hand: the time that is left to reach.

   Compiled with -O3 -march=native -ffast-math, so that loops over sin, exp, tanh, … call
   glibc's libmvec, as the code of diffops does. Large products are left to BLAS, the same
   that diffops calls. Each function reads the point x and the data, writes the gradient
   y, and has some work space. */

#define NPY_NO_DEPRECATED_API NPY_1_7_API_VERSION
#include <Python.h>
#include <math.h>
#include <numpy/arrayobject.h>
#include <string.h>

#define MOST_DATA 6

typedef struct program {
  void (*run)(const struct program *, const double *, double *);
  const double *data[MOST_DATA];
  npy_intp rows, columns, size; /* of the first of the data, and of the point */
  double *work;
} program;

typedef void (*gemm_type)(const char *, const char *, const int *, const int *,
                          const int *, const double *, const double *, const int *,
                          const double *, const int *, const double *, double *,
                          const int *);
typedef void (*gemv_type)(const char *, const int *, const int *, const double *,
                          const double *, const int *, const double *, const int *,
                          const double *, double *, const int *);
static gemm_type dgemm;
static gemv_type dgemv;

/* C = op(A) op(B) + beta C, row by row; C has m rows and n columns. */
static void multiply(char ta, char tb, int m, int n, int k, const double *a,
                     const double *b, double beta, double *c) {
  const double one = 1.0;
  const int lda = ta == 'N' ? k : m, ldb = tb == 'N' ? n : k;
  dgemm(&tb, &ta, &n, &m, &k, &one, b, &ldb, a, &lda, &beta, c, &n);
}

/* Sine and cosine in loops of their own: side by side gcc computes them as one number,
   for which libmvec has nothing. */
static void elementwise(const program *p, const double *restrict x,
                        double *restrict y) {
  for (npy_intp start = 0, end; start < p->size; start = end) {
    end = start + 512 < p->size ? start + 512 : p->size;
    for (npy_intp i = start; i < end; i++) y[i] = sin(x[i]);
    for (npy_intp i = start; i < end; i++) {
      const double v = x[i], t = tanh(v), e = exp(-v * v);
      y[i] += cos(v) * v + e * (1.0 - t * t - 2.0 * v * t);
    }
  }
}

static void helmholtz(const program *p, const double *x, double *y) {
  const npy_intp n = p->size;
  const double *volume = p->data[0], *attraction = p->data[1];
  double filled = 0.0, total = 0.0, pull = 0.0;
  for (npy_intp i = 0; i < n; i++) filled += volume[i] * x[i], total += x[i];
  memset(y, 0, n * sizeof *y);
  for (npy_intp i = 0; i < n; i++) { /* (A + A') x, by reading A once */
    const double *row = attraction + i * n, scale = x[i];
    double sum = 0.0;
    for (npy_intp j = 0; j < n; j++) sum += row[j] * x[j], y[j] += scale * row[j];
    y[i] += sum;
    pull += scale * sum;
  }
  const double up = 1.0 + sqrt(2.0), down = 1.0 - sqrt(2.0);
  const double a = 1.0 + up * filled, b = 1.0 + down * filled, root = sqrt(8.0);
  const double factor = log(a / b) / (root * filled), free = 1.0 - filled;
  const double slope = pull * (up / a - down / b) / (root * filled);
  const double along = total / free - slope + pull * factor / filled;
  for (npy_intp i = 0; i < n; i++)
    y[i] = log(x[i] / free) + 1.0 + along * volume[i] - factor * y[i];
}

/* y = A x + beta y, or with the transpose of A. */
static void apply(char transposed, int rows, int columns, double scale, const double *a,
                  const double *x, double beta, double *y) {
  const int step = 1;
  dgemv(transposed == 'N' ? "T" : "N", &columns, &rows, &scale, a, &columns, x, &step,
        &beta, y, &step);
}

static void logistic(const program *p, const double *x, double *y) {
  const int rows = p->rows, columns = p->columns;
  const double *signs = p->data[1];
  double *z = p->work;
  apply('N', rows, columns, 1.0, p->data[0], x, 0.0, z);
  for (int i = 0; i < rows; i++) z[i] = -signs[i] / (1.0 + exp(signs[i] * z[i]));
  memcpy(y, x, columns * sizeof *y);
  apply('T', rows, columns, 1.0, p->data[0], z, 1.0, y);
}

static void logsumexp(const program *p, const double *x, double *y) {
  const int rows = p->rows, columns = p->columns;
  double *z = p->work, top = -INFINITY, sum = 0.0;
  apply('N', rows, columns, 1.0, p->data[0], x, 0.0, z);
  for (int i = 0; i < rows; i++) top = z[i] > top ? z[i] : top;
  for (int i = 0; i < rows; i++) z[i] = exp(z[i] - top), sum += z[i];
  apply('T', rows, columns, 1.0 / sum, p->data[0], z, 0.0, y);
}

enum { IN = 32, HIDDEN = 64 };

static void perceptron(const program *p, const double *w, double *y) {
  const int n = p->rows;
  const double *inputs = p->data[0], *targets = p->data[1];
  const double *a = w, *b = a + IN * HIDDEN, *c = b + HIDDEN, *d = c + HIDDEN * HIDDEN;
  const double *e = d + HIDDEN, *f = e + HIDDEN;
  double *ya = y, *yb = ya + IN * HIDDEN, *yc = yb + HIDDEN, *yd = yc + HIDDEN * HIDDEN;
  double *ye = yd + HIDDEN, *yf = ye + HIDDEN;
  double *g = p->work, *h = g + n * HIDDEN, *back = h + n * HIDDEN;
  multiply('N', 'N', n, HIDDEN, IN, inputs, a, 0.0, g);
  for (int i = 0; i < n; i++)
    for (int j = 0; j < HIDDEN; j++) g[i * HIDDEN + j] = tanh(g[i * HIDDEN + j] + b[j]);
  multiply('N', 'N', n, HIDDEN, HIDDEN, g, c, 0.0, h);
  memset(yb, 0, HIDDEN * sizeof *y), memset(yd, 0, HIDDEN * sizeof *y);
  memset(ye, 0, (HIDDEN + 1) * sizeof *y);
  for (int i = 0; i < n; i++) {
    double *row = h + i * HIDDEN, missed = f[0] - targets[i];
    for (int j = 0; j < HIDDEN; j++) row[j] = tanh(row[j] + d[j]);
    for (int j = 0; j < HIDDEN; j++) missed += row[j] * e[j];
    missed *= 2.0 / n;
    yf[0] += missed;
    for (int j = 0; j < HIDDEN; j++) {
      ye[j] += missed * row[j];
      row[j] = missed * e[j] * (1.0 - row[j] * row[j]);
      yd[j] += row[j];
    }
  }
  multiply('T', 'N', HIDDEN, HIDDEN, n, g, h, 0.0, yc);
  multiply('N', 'T', n, HIDDEN, HIDDEN, h, c, 0.0, back);
  for (int i = 0; i < n; i++)
    for (int j = 0; j < HIDDEN; j++) {
      const int k = i * HIDDEN + j;
      back[k] *= 1.0 - g[k] * g[k];
      yb[j] += back[k];
    }
  multiply('T', 'N', IN, HIDDEN, n, inputs, back, 0.0, ya);
}

/* So many points at once; dimensions and components are known when it is compiled. */
enum { POINTS = 40, D = 10, K = 25, BELOW = D * (D - 1) / 2 };

static void mixture_model(const program *p, const double *w, double *y) {
  const npy_intp n = p->rows;
  const double *x = p->data[0], *means = w + K, *logs = means + K * D;
  const double *lower = logs + K * D;
  double *y_means = y + K, *y_logs = y_means + K * D, *y_lower = y_logs + K * D;
  static double roots[K][D][D], pulls[K][D][D], shares[K][POINTS];
  static double moved[K][D][POINTS], turned[D][POINTS];
  double totals[K], across[D][POINTS];
  memset(y, 0, p->size * sizeof *y), memset(pulls, 0, sizeof pulls);
  for (int c = 0; c < K; c++) {
    totals[c] = w[c];
    for (int i = 0, at = 0; i < D; i++) {
      totals[c] += logs[c * D + i];
      roots[c][i][i] = exp(logs[c * D + i]);
      for (int j = 0; j < i; j++) roots[c][i][j] = lower[c * BELOW + at++];
    }
  }
  for (npy_intp start = 0; start < n; start += POINTS) {
    for (int i = 0; i < D; i++)
      for (int q = 0; q < POINTS; q++) turned[i][q] = x[(start + q) * D + i];
    double top[POINTS], whole[POINTS];
    for (int c = 0; c < K; c++) {
      double squares[POINTS] = {0.0};
      for (int j = 0; j < D; j++)
        for (int q = 0; q < POINTS; q++) across[j][q] = turned[j][q] - means[c * D + j];
      for (int i = 0; i < D; i++) {
        double v[POINTS] = {0.0};
        for (int j = 0; j <= i; j++)
          for (int q = 0; q < POINTS; q++) v[q] += roots[c][i][j] * across[j][q];
        for (int q = 0; q < POINTS; q++) moved[c][i][q] = v[q], squares[q] += v[q] * v[q];
      }
      for (int q = 0; q < POINTS; q++) shares[c][q] = totals[c] - 0.5 * squares[q];
    }
    for (int q = 0; q < POINTS; q++) top[q] = shares[0][q], whole[q] = 0.0;
    for (int c = 1; c < K; c++)
      for (int q = 0; q < POINTS; q++)
        top[q] = shares[c][q] > top[q] ? shares[c][q] : top[q];
    for (int c = 0; c < K; c++)
      for (int q = 0; q < POINTS; q++)
        shares[c][q] = exp(shares[c][q] - top[q]), whole[q] += shares[c][q];
    for (int c = 0; c < K; c++) {
      double share = 0.0, slopes[D][POINTS] = {{0.0}};
      for (int q = 0; q < POINTS; q++) share += shares[c][q] /= whole[q];
      y[c] += share;
      for (int j = 0; j < D; j++)
        for (int q = 0; q < POINTS; q++) across[j][q] = turned[j][q] - means[c * D + j];
      for (int i = 0; i < D; i++) {
        double v[POINTS];
        for (int q = 0; q < POINTS; q++) v[q] = shares[c][q] * moved[c][i][q];
        for (int j = 0; j <= i; j++) {
          double pull = 0.0;
          for (int q = 0; q < POINTS; q++) {
            pull += v[q] * across[j][q];
            slopes[j][q] += v[q] * roots[c][i][j];
          }
          pulls[c][i][j] -= pull;
        }
      }
      for (int j = 0; j < D; j++)
        for (int q = 0; q < POINTS; q++) y_means[c * D + j] += slopes[j][q];
    }
  }
  double peak = w[0], whole = 0.0;
  for (int c = 1; c < K; c++) peak = w[c] > peak ? w[c] : peak;
  for (int c = 0; c < K; c++) whole += exp(w[c] - peak);
  for (int c = 0; c < K; c++) {
    for (int i = 0, at = 0; i < D; i++) {
      const double e = roots[c][i][i];
      y_logs[c * D + i] = y[c] + (pulls[c][i][i] + e) * e;
      for (int j = 0; j < i; j++, at++)
        y_lower[c * BELOW + at] = pulls[c][i][j] + roots[c][i][j];
    }
    y[c] -= n * exp(w[c] - peak) / whole;
  }
}

enum { BATCH = 16, WIDTH = 8, UNITS = 32, GATES = 4 * UNITS };

/* What one step keeps: its gates, its cell, tanh of that, and what it says. */
typedef struct {
  double gates[BATCH][GATES], cell[BATCH][UNITS], bent[BATCH][UNITS];
  double hidden[BATCH][UNITS];
} step_type;

static void recurrent(const program *p, const double *w, double *y) {
  const npy_intp steps = p->rows;
  const double *into = w, *back = into + WIDTH * GATES, *bias = back + UNITS * GATES;
  double *y_into = y, *y_back = y_into + WIDTH * GATES, *y_bias = y_back + UNITS * GATES;
  step_type *step = (step_type *)p->work;
  static double slopes[BATCH][GATES], hidden[BATCH][UNITS], cell[BATCH][UNITS];
  memset(&step[0], 0, sizeof *step);
  for (npy_intp t = 0; t < steps; t++) {
    step_type *old = step + t, *new = old + 1;
    const double *x = p->data[0] + t * BATCH * WIDTH;
    multiply('N', 'N', BATCH, GATES, WIDTH, x, into, 0.0, new->gates[0]);
    multiply('N', 'N', BATCH, GATES, UNITS, old->hidden[0], back, 1.0, new->gates[0]);
    for (int i = 0; i < BATCH; i++) {
      double *z = new->gates[i];
      for (int j = 0; j < 3 * UNITS; j++) z[j] = 0.5 + 0.5 * tanh(0.5 * (z[j] + bias[j]));
      for (int j = 3 * UNITS; j < GATES; j++) z[j] = tanh(z[j] + bias[j]);
      for (int j = 0; j < UNITS; j++) {
        new->cell[i][j] = z[j] * old->cell[i][j] + z[UNITS + j] * z[3 * UNITS + j];
        new->bent[i][j] = tanh(new->cell[i][j]);
        new->hidden[i][j] = z[2 * UNITS + j] * new->bent[i][j];
      }
    }
  }
  memset(y, 0, p->size * sizeof *y), memset(cell, 0, sizeof cell);
  for (int i = 0; i < BATCH; i++)
    for (int j = 0; j < UNITS; j++)
      hidden[i][j] = 2.0 / (BATCH * UNITS) * step[steps].hidden[i][j];
  for (npy_intp t = steps; t > 0; t--) {
    step_type *new = step + t, *old = new - 1;
    for (int i = 0; i < BATCH; i++) {
      const double *z = new->gates[i];
      double *s = slopes[i];
      for (int j = 0; j < UNITS; j++) {
        const double keep = z[j], write = z[UNITS + j], show = z[2 * UNITS + j];
        const double fresh = z[3 * UNITS + j], bent = new->bent[i][j], h = hidden[i][j];
        const double c = cell[i][j] + h * show * (1.0 - bent * bent);
        s[j] = c * old->cell[i][j] * keep * (1.0 - keep);
        s[UNITS + j] = c * fresh * write * (1.0 - write);
        s[2 * UNITS + j] = h * bent * show * (1.0 - show);
        s[3 * UNITS + j] = c * write * (1.0 - fresh * fresh);
        cell[i][j] = c * keep;
      }
      for (int j = 0; j < GATES; j++) y_bias[j] += s[j];
    }
    const double *x = p->data[0] + (t - 1) * BATCH * WIDTH;
    multiply('T', 'N', WIDTH, GATES, BATCH, x, slopes[0], 1.0, y_into);
    multiply('T', 'N', UNITS, GATES, BATCH, old->hidden[0], slopes[0], 1.0, y_back);
    multiply('N', 'T', BATCH, UNITS, GATES, slopes[0], back, 0.0, hidden[0]);
  }
}

static void rosenbrock(const program *p, const double *x, double *y) {
  const npy_intp last = p->size - 1;
  const double *v = p->data[0];
  y[0] = (1200.0 * x[0] * x[0] - 400.0 * x[1] + 2.0) * v[0] - 400.0 * x[0] * v[1];
  for (npy_intp i = 1; i < last; i++)
    y[i] = (1200.0 * x[i] * x[i] - 400.0 * x[i + 1] + 202.0) * v[i] -
           400.0 * (x[i] * v[i + 1] + x[i - 1] * v[i - 1]);
  y[last] = 200.0 * v[last] - 400.0 * x[last - 1] * v[last - 1];
}

enum { EXAMPLES = 50, WEIGHTS = 10 };

static void weighted(const double *a, const double *z, double *y) {
  memset(y, 0, WEIGHTS * sizeof *y);
  for (int i = 0; i < EXAMPLES; i++)
    for (int j = 0; j < WEIGHTS; j++) y[j] += z[i] * a[i * WEIGHTS + j];
}

static void scores(const double *a, const double *w, double *z) {
  for (int i = 0; i < EXAMPLES; i++) {
    z[i] = 0.0;
    for (int j = 0; j < WEIGHTS; j++) z[i] += a[i * WEIGHTS + j] * w[j];
  }
}

static void trained(const program *p, const double *x, double *y) {
  const npy_intp steps = (npy_intp)p->data[4];
  const double *a = p->data[0], *signs = p->data[1], *b = p->data[2];
  const double *others = p->data[3], rate = 0.02;
  double *w = p->work, *bends = w + (steps + 1) * WEIGHTS;
  double strengths[WEIGHTS], z[EXAMPLES], g[WEIGHTS], u[WEIGHTS];
  for (int j = 0; j < WEIGHTS; j++) strengths[j] = exp(x[j]), w[j] = y[j] = 0.0;
  for (npy_intp t = 0; t < steps; t++, w += WEIGHTS, bends += EXAMPLES) {
    scores(a, w, z);
    for (int i = 0; i < EXAMPLES; i++) {
      const double share = 1.0 / (1.0 + exp(signs[i] * z[i]));
      z[i] = -signs[i] * share;
      bends[i] = share * (1.0 - share);
    }
    weighted(a, z, g);
    for (int j = 0; j < WEIGHTS; j++)
      w[WEIGHTS + j] = w[j] - rate * (g[j] + strengths[j] * w[j]);
  }
  scores(b, w, z);
  for (int i = 0; i < EXAMPLES; i++) z[i] = -others[i] / (1.0 + exp(others[i] * z[i]));
  weighted(b, z, u);
  for (npy_intp t = 0; t < steps; t++) {
    w -= WEIGHTS, bends -= EXAMPLES;
    scores(a, u, z);
    for (int i = 0; i < EXAMPLES; i++) z[i] *= bends[i];
    weighted(a, z, g);
    for (int j = 0; j < WEIGHTS; j++) {
      y[j] -= rate * u[j] * w[j];
      u[j] -= rate * (g[j] + strengths[j] * u[j]);
    }
  }
  for (int j = 0; j < WEIGHTS; j++) y[j] *= strengths[j];
}

/* As a module: load(dgemm, dgemv), then build(name, data, rows, columns, size, work). */

static const struct {
  const char *name;
  void (*run)(const program *, const double *, double *);
} programs[] = {
    {"elementwise", elementwise}, {"helmholtz", helmholtz},
    {"logistic", logistic},       {"logsumexp", logsumexp},
    {"network", perceptron},      {"mixture_model", mixture_model},
    {"recurrent", recurrent},     {"along", rosenbrock},
    {"trained", trained},
};

static PyObject *call(PyObject *self, PyObject *x) {
  const program *p = PyCapsule_GetPointer(self, NULL);
  npy_intp size = p->size;
  PyObject *y = PyArray_SimpleNew(1, &size, NPY_DOUBLE);
  if (y != NULL)
    p->run(p, PyArray_DATA((PyArrayObject *)x), PyArray_DATA((PyArrayObject *)y));
  return y;
}

static PyMethodDef call_method = {"gradient", call, METH_O, NULL};

static PyObject *load(PyObject *self, PyObject *args) {
  unsigned long long gemm, gemv;
  if (!PyArg_ParseTuple(args, "KK", &gemm, &gemv)) return NULL;
  dgemm = (gemm_type)gemm, dgemv = (gemv_type)gemv;
  Py_RETURN_NONE;
}

static PyObject *build(PyObject *self, PyObject *args) {
  const char *name;
  PyObject *data;
  Py_ssize_t rows, columns, size, work;
  if (!PyArg_ParseTuple(args, "sO!nnnn", &name, &PyTuple_Type, &data, &rows, &columns,
                        &size, &work))
    return NULL;
  program *p = calloc(1, sizeof *p); /* lives as long as the process */
  for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
    if (!strcmp(programs[i].name, name)) p->run = programs[i].run;
  for (Py_ssize_t i = 0; i < PyTuple_Size(data); i++)
    p->data[i] = (const double *)PyLong_AsVoidPtr(PyTuple_GetItem(data, i));
  p->rows = rows, p->columns = columns, p->size = size;
  p->work = aligned_alloc(64, (work * sizeof(double) + 64) / 64 * 64);
  return PyCFunction_New(&call_method, PyCapsule_New(p, NULL, NULL));
}

static PyMethodDef methods[] = {{"load", load, METH_VARARGS, NULL},
                                {"build", build, METH_VARARGS, NULL},
                                {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "arrays_by_hand_in_c", NULL,
                                    -1, methods};

PyMODINIT_FUNC PyInit_arrays_by_hand_in_c(void) {
  import_array();
  return PyModule_Create(&module);
}
