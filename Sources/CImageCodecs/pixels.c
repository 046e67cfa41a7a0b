// Inner loops over pixels, written so that the compiler makes vector code of them.

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "CImageCodecs.h"

void idv_pixels_flatten(uint8_t *pixels, size_t count) {
  const uint8_t *in = pixels;
  uint8_t *out = pixels;
  for (size_t index = 0; index < count; index++, in += 4, out += 3) {
    uint32_t alpha = in[3];
    uint32_t white = 255 * (255 - alpha) + 127;
    uint8_t red = (uint8_t)((in[0] * alpha + white) / 255);
    uint8_t green = (uint8_t)((in[1] * alpha + white) / 255);
    uint8_t blue = (uint8_t)((in[2] * alpha + white) / 255);
    out[0] = red;
    out[1] = green;
    out[2] = blue;
  }
}

void idv_pixels_orient(const uint8_t *in, int32_t width, int32_t height, int32_t orientation,
                       uint8_t *out) {
  int swaps = orientation >= 5;
  int32_t out_width = swaps ? height : width;
  int32_t out_height = swaps ? width : height;
  // Which way the input is walked as the output's x grows, after the axes are swapped or not.
  int flips_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  int flips_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  ptrdiff_t column = 3, row = (ptrdiff_t)width * 3;
  const uint8_t *start = in + (flips_x ? (ptrdiff_t)(width - 1) * column : 0) +
                         (flips_y ? (ptrdiff_t)(height - 1) * row : 0);
  if (flips_x) column = -column;
  if (flips_y) row = -row;
  ptrdiff_t step_x = swaps ? row : column, step_y = swaps ? column : row;
  for (int32_t y = 0; y < out_height; y++) {
    const uint8_t *from = start + y * step_y;
    for (int32_t x = 0; x < out_width; x++, from += step_x, out += 3) {
      out[0] = from[0];
      out[1] = from[1];
      out[2] = from[2];
    }
  }
}

// Where one output coordinate takes its two neighbours from, and the weight of the second.
typedef struct {
  int32_t first;
  int32_t second;
  float weight;
} tap;

static void fill_taps(tap *taps, int32_t length, int32_t out_length) {
  double scale = (double)length / out_length;
  for (int32_t index = 0; index < out_length; index++) {
    double at = (index + 0.5) * scale - 0.5;
    double floor_at = floor(at);
    int32_t first = (int32_t)floor_at;
    float weight = (float)(at - floor_at);
    if (first < 0) first = 0, weight = 0;
    if (first > length - 1) first = length - 1, weight = 0;
    taps[index].first = first;
    taps[index].second = first + 1 < length ? first + 1 : first;
    taps[index].weight = weight;
  }
}

// Resizes one row horizontally into floats.
static void row_linear(const uint8_t *in, const tap *taps, int32_t out_width, float *out) {
  for (int32_t x = 0; x < out_width; x++, out += 3) {
    const uint8_t *a = in + (ptrdiff_t)taps[x].first * 3, *b = in + (ptrdiff_t)taps[x].second * 3;
    float weight = taps[x].weight;
    for (int channel = 0; channel < 3; channel++) {
      out[channel] = a[channel] + weight * ((float)b[channel] - a[channel]);
    }
  }
}

void idv_pixels_resize_linear(const uint8_t *in, int32_t width, int32_t height, uint8_t *out,
                              int32_t out_width, int32_t out_height) {
  size_t row_count = (size_t)out_width * 3;
  tap *across = malloc(sizeof(tap) * (size_t)out_width);
  tap *down = malloc(sizeof(tap) * (size_t)out_height);
  float *rows[2] = {malloc(sizeof(float) * row_count), malloc(sizeof(float) * row_count)};
  int32_t held[2] = {-1, -1};
  fill_taps(across, width, out_width);
  fill_taps(down, height, out_height);
  for (int32_t y = 0; y < out_height; y++, out += row_count) {
    int32_t wanted[2] = {down[y].first, down[y].second};
    if (held[1] == wanted[0]) {
      float *row = rows[0];
      rows[0] = rows[1], rows[1] = row;
      held[1] = held[0], held[0] = wanted[0];
    }
    for (int side = 0; side < 2; side++) {
      if (held[side] == wanted[side]) continue;
      row_linear(in + (ptrdiff_t)wanted[side] * width * 3, across, out_width, rows[side]);
      held[side] = wanted[side];
    }
    const float *restrict a = rows[0], *restrict b = rows[1];
    float weight = down[y].weight;
    for (size_t index = 0; index < row_count; index++) {
      out[index] = (uint8_t)(a[index] + weight * (b[index] - a[index]) + 0.5f);
    }
  }
  free(across);
  free(down);
  free(rows[0]);
  free(rows[1]);
}

// Adds `weight` times the pixels of one input row, averaged horizontally, to `sums`.
static void add_row_area(const uint8_t *in, int32_t width, float weight, float *sums,
                         int32_t out_width) {
  double scale = (double)width / out_width;
  for (int32_t x = 0; x < out_width; x++, sums += 3) {
    double from = x * scale, to = from + scale;
    int32_t first = (int32_t)from, last = (int32_t)ceil(to);
    if (last > width) last = width;
    float total[3] = {0, 0, 0};
    for (int32_t at = first; at < last; at++) {
      double begin = at > from ? at : from, end = at + 1 < to ? at + 1 : to;
      float share = (float)((end - begin) / scale);
      const uint8_t *pixel = in + (ptrdiff_t)at * 3;
      total[0] += share * pixel[0];
      total[1] += share * pixel[1];
      total[2] += share * pixel[2];
    }
    for (int channel = 0; channel < 3; channel++) sums[channel] += weight * total[channel];
  }
}

void idv_pixels_resize_area(const uint8_t *in, int32_t width, int32_t height, uint8_t *out,
                            int32_t out_width, int32_t out_height) {
  size_t row_count = (size_t)out_width * 3;
  float *sums = malloc(sizeof(float) * row_count);
  double scale = (double)height / out_height;
  for (int32_t y = 0; y < out_height; y++, out += row_count) {
    double from = y * scale, to = from + scale;
    int32_t last = (int32_t)ceil(to);
    if (last > height) last = height;
    memset(sums, 0, sizeof(float) * row_count);
    for (int32_t at = (int32_t)from; at < last; at++) {
      double begin = at > from ? at : from, end = at + 1 < to ? at + 1 : to;
      add_row_area(in + (ptrdiff_t)at * width * 3, width, (float)((end - begin) / scale), sums,
                   out_width);
    }
    for (size_t index = 0; index < row_count; index++) {
      float value = sums[index] + 0.5f;
      out[index] = (uint8_t)(value > 255 ? 255 : value);
    }
  }
  free(sums);
}

static int32_t clamped(int32_t value, int32_t most) {
  return value < 0 ? 0 : value > most ? most : value;
}

// The pixel at (x, y), or what stands for it outside the picture.
static const uint8_t *pixel_at(const uint8_t *in, int32_t width, int32_t height, int32_t x,
                               int32_t y, int32_t replicate) {
  static const uint8_t black[3] = {0, 0, 0};
  if (!replicate && (x < 0 || y < 0 || x >= width || y >= height)) return black;
  return in + ((ptrdiff_t)clamped(y, height - 1) * width + clamped(x, width - 1)) * 3;
}

void idv_pixels_warp(const uint8_t *in, int32_t width, int32_t height, const double *m,
                     int32_t replicate, uint8_t *out, int32_t out_width, int32_t out_height) {
  // Beyond this, coordinates would not fit an integer; such places are outside any picture.
  const double far = 1 << 20;
  for (int32_t y = 0; y < out_height; y++) {
    for (int32_t x = 0; x < out_width; x++, out += 3) {
      double sx = m[0] * x + m[1] * y + m[2], sy = m[3] * x + m[4] * y + m[5];
      sx = sx > far ? far : sx > -far ? sx : -far;
      sy = sy > far ? far : sy > -far ? sy : -far;
      double left = floor(sx), top = floor(sy);
      float wx = (float)(sx - left), wy = (float)(sy - top);
      int32_t x0 = (int32_t)left, y0 = (int32_t)top;
      const uint8_t *a = pixel_at(in, width, height, x0, y0, replicate);
      const uint8_t *b = pixel_at(in, width, height, x0 + 1, y0, replicate);
      const uint8_t *c = pixel_at(in, width, height, x0, y0 + 1, replicate);
      const uint8_t *d = pixel_at(in, width, height, x0 + 1, y0 + 1, replicate);
      for (int channel = 0; channel < 3; channel++) {
        float upper = a[channel] + wx * ((float)b[channel] - a[channel]);
        float lower = c[channel] + wx * ((float)d[channel] - c[channel]);
        out[channel] = (uint8_t)(upper + wy * (lower - upper) + 0.5f);
      }
    }
  }
}

void idv_pixels_to_planes(const uint8_t *in, int32_t width, int32_t height, int32_t bgr,
                          int32_t left, int32_t top, float fill, float *out, int32_t plane_width,
                          int32_t plane_height) {
  size_t plane = (size_t)plane_width * (size_t)plane_height;
  if (width != plane_width || height != plane_height) {
    for (size_t index = 0; index < plane * 3; index++) out[index] = fill;
  }
  float *restrict red = out + (bgr ? 2 * plane : 0);
  float *restrict green = out + plane;
  float *restrict blue = out + (bgr ? 0 : 2 * plane);
  for (int32_t y = 0; y < height; y++) {
    size_t at = (size_t)(y + top) * (size_t)plane_width + (size_t)left;
    for (int32_t x = 0; x < width; x++, in += 3) {
      red[at + (size_t)x] = in[0];
      green[at + (size_t)x] = in[1];
      blue[at + (size_t)x] = in[2];
    }
  }
}

void idv_pixels_luma(const uint8_t *in, size_t count, float *out) {
  for (size_t index = 0; index < count; index++, in += 3) {
    out[index] = 0.299f * in[0] + 0.587f * in[1] + 0.114f * in[2];
  }
}
