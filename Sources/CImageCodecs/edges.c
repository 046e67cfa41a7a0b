// Edges of a picture: places, straight runs of them, and how much of a line is one.

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "edges.h"
#include "vectors.h"

// Adds one row of one channel: (1 4 6 4 1) / 16 along the edge by (−1 −2 0 2 1) / 8 across it, both ways. Where
// this channel's gradient is the strongest so far, it is taken over. `smooth` and `steep` are spare rows.
IDV_VECTOR static void gradient_row(const float *restrict in, int32_t width, float *restrict smooth,
                                    float *restrict steep, float *restrict gx, float *restrict gy,
                                    float *restrict square) {
  const float *r = in + 2 * (ptrdiff_t)width;
  ptrdiff_t w = width;
  for (int32_t x = 0; x < width; x++) {
    smooth[x] = (r[x - 2 * w] + r[x + 2 * w] + 4 * (r[x - w] + r[x + w]) + 6 * r[x]) * 0.0625f;
    steep[x] = (r[x + 2 * w] - r[x - 2 * w] + 2 * (r[x + w] - r[x - w])) * 0.125f;
  }
  for (int32_t x = 2; x < width - 2; x++) {
    float u = (smooth[x + 2] - smooth[x - 2] + 2 * (smooth[x + 1] - smooth[x - 1])) * 0.125f;
    float v = (steep[x - 2] + steep[x + 2] + 4 * (steep[x - 1] + steep[x + 1]) + 6 * steep[x]) *
              0.0625f;
    float m = u * u + v * v;
    int stronger = m > square[x];
    gx[x] = stronger ? u : gx[x];
    gy[x] = stronger ? v : gy[x];
    square[x] = stronger ? m : square[x];
  }
}

IDV_VECTOR static void roots(float *values, size_t count) {
  for (size_t index = 0; index < count; index++) values[index] = sqrtf(values[index]);
}

// `factor` times the median of `values`, within bounds. Values are counted in sixteenths up to 64.
static float threshold(const float *values, size_t count, float factor, float least, float most) {
  enum { bins = 1024 };
  int32_t counts[bins] = {0};
  for (size_t index = 0; index < count; index++) {
    float bin = values[index] * 16;
    counts[bin < bins - 1 ? (int32_t)bin : bins - 1]++;
  }
  size_t seen = 0;
  int32_t bin = 0;
  while (bin < bins - 1 && seen + (size_t)counts[bin] < count / 2) seen += (size_t)counts[bin++];
  return fminf(most, fmaxf(least, factor * (float)bin / 16));
}

int32_t idv_edges_find(const float *planes, int32_t width, int32_t height, float factor,
                       float least, float most, idv_edgel *edgels, int32_t *index) {
  size_t count = (size_t)width * (size_t)height;
  float *memory = calloc(3 * count + 2 * (size_t)width, sizeof(float));
  if (memory == NULL) return -1;
  float *gx = memory, *gy = gx + count, *size = gy + count, *spare = size + count;
  for (int32_t y = 2; y < height - 2; y++) {
    size_t at = (size_t)y * (size_t)width;
    for (int32_t channel = 0; channel < 3; channel++) {
      const float *first = planes + (size_t)channel * count + at - 2 * (size_t)width;
      gradient_row(first, width, spare, spare + width, gx + at, gy + at, size + at);
    }
  }
  roots(size, count);
  float weakest = threshold(size, count, factor, least, most);
  memset(index, 0xff, count * sizeof *index);
  int32_t found = 0;
  for (int32_t y = 3; y < height - 3; y++) {
    for (int32_t x = 3; x < width - 3; x++) {
      ptrdiff_t i = (ptrdiff_t)y * width + x;
      float m = size[i];
      // Written so that what is no number is no edge.
      if (!(m >= weakest && m < 1e6f)) continue;
      float u = gx[i] / m, v = gy[i] / m, au = fabsf(u), av = fabsf(v);
      // The two neighbours along the normal, between pixels.
      ptrdiff_t column = u > 0 ? 1 : -1, row = v > 0 ? width : -width;
      ptrdiff_t straight = au >= av ? column : row;
      float slant = au >= av ? av / au : au / av;
      const float *here = size + i;
      float after = here[straight] * (1 - slant) + here[row + column] * slant;
      float before = here[-straight] * (1 - slant) + here[-row - column] * slant;
      if (m < after || m <= before) continue;
      // The top of the parabola through the three.
      float bend = after - 2 * m + before;
      float offset = bend < 0 ? 0.5f * (before - after) / bend / fmaxf(au, av) : 0;
      offset = fminf(1, fmaxf(-1, offset));
      edgels[found] = (idv_edgel){(float)x + offset * u, (float)y + offset * v, u, v, m};
      index[i] = found++;
    }
  }
  free(memory);
  return found;
}

// The line of least squares through edgels: a place and a direction.
typedef struct {
  double x, y, dx, dy;
} fitted;

static fitted fit(const idv_edge_sums *s) {
  double x = s->x / s->count, y = s->y / s->count;
  double xx = s->xx / s->count - x * x, xy = s->xy / s->count - x * y;
  double turn = 0.5 * atan2(2 * xy, xx - (s->yy / s->count - y * y));
  return (fitted){x, y, cos(turn), sin(turn)};
}

static void add(idv_edge_sums *s, const idv_edgel *e) {
  s->count += 1;
  s->x += e->x;
  s->y += e->y;
  s->xx += (double)e->x * e->x;
  s->xy += (double)e->x * e->y;
  s->yy += (double)e->y * e->y;
  s->nx += e->nx;
  s->ny += e->ny;
}

// How far an edgel may lie off the run that takes it in, in pixels, and the cosine of its normal's turn.
static const double aside_max = 1.3, likeness_min = 0.92;
// Edgels before a run's line is fitted for the first time.
static const double first_fit = 8;

// Numbers of edgels from the strongest on, in 256 steps of half a unit.
static void rank(const idv_edgel *edgels, int32_t count, int32_t *order) {
  int32_t places[257] = {0};
  for (int pass = 0; pass < 2; pass++) {
    for (int32_t i = 0; i < count; i++) {
      int32_t step = 255 - (int32_t)fminf(255, edgels[i].strength * 2);
      if (pass == 0) {
        places[step + 1]++;
      } else {
        order[places[step]++] = i;
      }
    }
    if (pass == 0) {
      for (int step = 0; step < 256; step++) places[step + 1] += places[step];
    }
  }
}

int32_t idv_edges_runs(const idv_edgel *edgels, int32_t count, const int32_t *index, int32_t width,
                       int32_t height, int32_t shortest, idv_edge_run *runs, int32_t most) {
  int32_t *order = malloc(((size_t)count + 1) * 2 * sizeof *order);
  uint8_t *used = calloc((size_t)count + 1, 1);
  if (order == NULL || used == NULL) {
    free(order);
    free(used);
    return -1;
  }
  int32_t *members = order + count + 1, found = 0;
  rank(edgels, count, order);
  for (int32_t o = 0; o < count && found < most; o++) {
    if (used[order[o]]) continue;
    idv_edge_sums sums = {0};
    fitted line = {0};
    double next = first_fit;
    int32_t done = 0, size = 0;
    members[size++] = order[o];
    used[order[o]] = 1;
    while (done < size) {
      const idv_edgel *e = &edgels[members[done++]];
      add(&sums, e);
      if (sums.count >= next) {
        line = fit(&sums);
        next = floor(sums.count * 1.3) + 1;
      }
      double length = hypot(sums.nx, sums.ny) + 1e-9;
      float nx = (float)(sums.nx / length), ny = (float)(sums.ny / length);
      int32_t cx = (int32_t)(e->x + 0.5f), cy = (int32_t)(e->y + 0.5f);
      int32_t bottom = cy + 2 < height - 1 ? cy + 2 : height - 1;
      int32_t right = cx + 2 < width - 1 ? cx + 2 : width - 1;
      for (int32_t y = cy > 2 ? cy - 2 : 0; y <= bottom; y++) {
        for (int32_t x = cx > 2 ? cx - 2 : 0; x <= right; x++) {
          int32_t other = index[(ptrdiff_t)y * width + x];
          if (other < 0 || used[other]) continue;
          const idv_edgel *f = &edgels[other];
          if (f->nx * nx + f->ny * ny < (float)likeness_min) continue;
          double aside = sums.count >= first_fit
                             ? (f->y - line.y) * line.dx - (f->x - line.x) * line.dy
                             : (double)((f->x - e->x) * nx + (f->y - e->y) * ny);
          if (fabs(aside) > aside_max) continue;
          used[other] = 1;
          members[size++] = other;
        }
      }
    }
    if (sums.count < shortest) continue;
    line = fit(&sums);
    double begin = INFINITY, end = -INFINITY;
    for (int32_t i = 0; i < size; i++) {
      const idv_edgel *e = &edgels[members[i]];
      double along = (e->x - line.x) * line.dx + (e->y - line.y) * line.dy;
      begin = fmin(begin, along);
      end = fmax(end, along);
    }
    if (end - begin < shortest) continue;
    runs[found++] = (idv_edge_run){sums, line.x + begin * line.dx, line.y + begin * line.dy,
                                   line.x + end * line.dx, line.y + end * line.dy};
  }
  free(order);
  free(used);
  return found;
}

// An edgel belongs to a line if it lies no farther aside than this, in pixels, and its normal's cosine with the
// line's is at least that.
static const double beside_max = 1.7, along_min = 0.94;

void idv_edges_cover(const idv_edgel *edgels, const int32_t *index, int32_t width, int32_t height,
                     double x, double y, double dx, double dy, int32_t reach, int32_t *sums,
                     float *strengths) {
  int32_t sum = 0;
  float strength = 0;
  sums[0] = 0;
  strengths[0] = 0;
  for (int32_t i = 0; i <= 2 * reach; i++) {
    double px = x + (i - reach) * dx, py = y + (i - reach) * dy;
    int hit = 0;
    if (px > -0.5 && py > -0.5 && px < width - 0.5 && py < height - 0.5) {
      for (int k = -2; k <= 2 && !hit; k++) {
        // Not rounded to the same pixel twice.
        int32_t ex = (int32_t)floor(px - 0.9 * k * dy + 0.5);
        int32_t ey = (int32_t)floor(py + 0.9 * k * dx + 0.5);
        if (ex < 0 || ey < 0 || ex >= width || ey >= height) continue;
        int32_t number = index[(ptrdiff_t)ey * width + ex];
        if (number < 0) continue;
        const idv_edgel *e = &edgels[number];
        hit = fabs(e->ny * dx - e->nx * dy) >= along_min &&
              fabs((e->y - py) * dx - (e->x - px) * dy) <= beside_max;
        if (hit) strength += e->strength;
      }
    }
    sum += hit;
    sums[i + 1] = sum;
    strengths[i + 1] = strength;
  }
}

// Adds a third of the bilinear sample at (x, y), which is moved into the picture first.
static void add_third(const uint8_t *in, int32_t width, int32_t height, double x, double y,
                      float *out) {
  // Written so that what is no number becomes 0.
  x = x > 0 ? fmin(x, width - 1) : 0;
  y = y > 0 ? fmin(y, height - 1) : 0;
  int32_t left = (int32_t)x, top = (int32_t)y;
  float fx = (float)(x - left), fy = (float)(y - top);
  size_t right = left + 1 < width ? 3 : 0, stride = (size_t)width * 3;
  size_t down = top + 1 < height ? stride : 0;
  const uint8_t *at = in + (size_t)top * stride + (size_t)left * 3;
  for (int channel = 0; channel < 3; channel++, at++) {
    float upper = at[0] + fx * (at[right] - at[0]);
    float lower = at[down] + fx * (at[down + right] - at[down]);
    out[channel] += (upper + fy * (lower - upper)) * (1.0f / 3);
  }
}

void idv_pixels_profile(const uint8_t *in, int32_t width, int32_t height, double x, double y,
                        double ux, double uy, double vx, double vy, double smooth, int32_t along,
                        int32_t across, float *out) {
  double step = hypot(ux, uy), reach = step > 0 ? fmin(0.25, smooth / step) : 0;
  for (int32_t i = 0; i < along; i++) {
    for (int32_t k = 0; k < across; k++, out += 3) {
      double aside = k - 0.5 * (across - 1);
      out[0] = out[1] = out[2] = 0;
      for (int j = -1; j <= 1; j++) {
        double u = i + j * reach;
        add_third(in, width, height, x + u * ux + aside * vx, y + u * uy + aside * vy, out);
      }
    }
  }
}
