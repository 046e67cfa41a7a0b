// Connected parts of a map of probabilities.

#include <math.h>
#include <stdlib.h>

#include "CImageCodecs.h"

// Neighbouring pixels of one row that are above the threshold.
typedef struct {
  int32_t row, left, right;
  // Index of another run of the same component, at the end the first one.
  int32_t parent;
} run;

// What is known of a component: kept at its first run.
typedef struct {
  int32_t top, bottom, pixels;
  // Where its extents begin, or -1 while it has none.
  int32_t extents;
} part;

static int32_t root_of(run *runs, int32_t index) {
  while (runs[index].parent != index) {
    runs[index].parent = runs[runs[index].parent].parent;
    index = runs[index].parent;
  }
  return index;
}

// Whether the pixel or its left, upper or upper left neighbour is above the threshold.
static int is_on(const float *map, int32_t width, float threshold, int32_t x, int32_t y) {
  const float *at = map + (ptrdiff_t)y * width + x;
  return at[0] > threshold || (x > 0 && at[-1] > threshold) ||
         (y > 0 && (at[-width] > threshold || (x > 0 && at[-width - 1] > threshold)));
}

static int32_t find_runs(const float *map, int32_t width, int32_t height, float threshold,
                         run *runs) {
  int32_t count = 0, above = 0;
  for (int32_t y = 0; y < height; y++) {
    int32_t first = count, upper = above;
    for (int32_t x = 0; x < width; x++) {
      if (!is_on(map, width, threshold, x, y)) continue;
      int32_t left = x;
      while (x + 1 < width && is_on(map, width, threshold, x + 1, y)) x++;
      runs[count] = (run){y, left, x, count};
      // Runs of the row above that touch it, corners included.
      while (upper < first && runs[upper].right < left - 1) upper++;
      for (int32_t other = upper; other < first && runs[other].left <= x + 1; other++) {
        int32_t a = root_of(runs, other), b = root_of(runs, count);
        if (a < b) runs[b].parent = a;
        else runs[a].parent = b;
      }
      count++;
    }
    above = first;
  }
  return count;
}

static int larger_first(const void *a, const void *b) {
  const idv_component *x = a, *y = b;
  if (x->pixels != y->pixels) return x->pixels > y->pixels ? -1 : 1;
  // Equal ones keep their order, so that results do not depend on the sort.
  return x->first < y->first ? -1 : x->first > y->first;
}

int32_t idv_components(const float *map, int32_t width, int32_t height, float threshold,
                       int32_t pixels_min, int32_t most, idv_component *components,
                       int32_t *extents) {
  size_t capacity = (size_t)height * ((size_t)width / 2 + 1);
  run *runs = malloc(sizeof(run) * capacity);
  part *parts = runs ? malloc(sizeof(part) * capacity) : NULL;
  idv_component *all = parts ? malloc(sizeof(idv_component) * capacity) : NULL;
  if (!all) {
    free(parts);
    free(runs);
    return -1;
  }
  int32_t count = find_runs(map, width, height, threshold, runs);
  for (int32_t index = 0; index < count; index++) {
    const run *at = runs + index;
    part *of = parts + root_of(runs, index);
    // A component's first run comes before its others.
    if (of == parts + index) *of = (part){at->row, at->row, 0, -1};
    of->bottom = at->row;
    of->pixels += at->right - at->left + 1;
  }
  int32_t found = 0, used = 0;
  for (int32_t index = 0; index < count; index++) {
    part *of = parts + index;
    if (runs[index].parent != index || of->pixels < pixels_min) continue;
    int32_t rows = of->bottom - of->top + 1;
    of->extents = used;
    for (int32_t row = 0; row < rows; row++) {
      extents[2 * (used + row)] = width;
      extents[2 * (used + row) + 1] = -1;
    }
    all[found++] = (idv_component){of->top, rows, used, of->pixels};
    used += rows;
  }
  for (int32_t index = 0; index < count; index++) {
    const run *at = runs + index;
    const part *of = parts + root_of(runs, index);
    if (of->pixels < pixels_min) continue;
    int32_t *extent = extents + 2 * (of->extents + at->row - of->top);
    if (at->left < extent[0]) extent[0] = at->left;
    if (at->right > extent[1]) extent[1] = at->right;
  }
  qsort(all, (size_t)found, sizeof(idv_component), larger_first);
  if (found > most) found = most;
  for (int32_t index = 0; index < found; index++) components[index] = all[index];
  free(all);
  free(parts);
  free(runs);
  return found;
}

float idv_map_mean(const float *map, int32_t width, int32_t height, const double *corners) {
  double top = corners[1], bottom = corners[1], sum = 0;
  int64_t count = 0;
  for (int index = 1; index < 4; index++) {
    top = fmin(top, corners[2 * index + 1]);
    bottom = fmax(bottom, corners[2 * index + 1]);
  }
  // Whatever the corners are, the numbers stay in the map before they become whole.
  int32_t first = (int32_t)fmin(height, fmax(0, ceil(top)));
  int32_t last = (int32_t)fmax(-1, fmin(height - 1, floor(bottom)));
  for (int32_t y = first; y <= last; y++) {
    double left = width, right = -1;
    for (int index = 0; index < 4; index++) {
      const double *a = corners + 2 * index, *b = corners + 2 * ((index + 1) & 3);
      if (fmin(a[1], b[1]) > y || fmax(a[1], b[1]) < y) continue;
      double share = a[1] == b[1] ? 0 : (y - a[1]) / (b[1] - a[1]);
      double x = a[0] + share * (b[0] - a[0]);
      left = fmin(left, x);
      right = fmax(right, x);
      if (a[1] == b[1]) {
        left = fmin(left, b[0]);
        right = fmax(right, b[0]);
      }
    }
    int32_t from = (int32_t)fmin(width, fmax(0, ceil(left)));
    int32_t to = (int32_t)fmax(-1, fmin(width - 1, floor(right)));
    for (int32_t x = from; x <= to; x++) sum += map[(ptrdiff_t)y * width + x];
    if (to >= from) count += to - from + 1;
  }
  return count > 0 ? (float)(sum / (double)count) : 0;
}
