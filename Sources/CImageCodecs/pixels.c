// Inner loops over pixels, written so that the compiler makes vector code of them.

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "CImageCodecs.h"
#include "vectors.h"

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

// Where one output sample takes its input from: `count` weights, for inputs from `first` on.
typedef struct {
  int32_t first;
  int32_t count;
  const float *weights;
} taps;

// The triangle filter's weights for resampling `length` samples to `out_length`, in one block that
// the caller frees; NULL without memory. Weights of each output sum to 1.
static taps *triangle_taps(int32_t length, int32_t out_length) {
  double scale = (double)length / out_length;
  double radius = scale > 1 ? scale : 1;
  size_t most = (size_t)(2 * radius) + 2;
  taps *table = malloc((sizeof(taps) + sizeof(float) * most) * (size_t)out_length);
  if (!table) return NULL;
  float *weights = (float *)(table + out_length);
  for (int32_t index = 0; index < out_length; index++, weights += most) {
    double centre = (index + 0.5) * scale - 0.5;
    int32_t first = (int32_t)fmax(0, ceil(centre - radius));
    int32_t last = (int32_t)fmin(length - 1, floor(centre + radius));
    if (last < first) last = first;
    int32_t count = last - first + 1;
    double sum = 0;
    for (int32_t tap = 0; tap < count; tap++) {
      double weight = fmax(0, 1 - fabs(first + tap - centre) / radius);
      weights[tap] = (float)weight;
      sum += weight;
    }
    for (int32_t tap = 0; tap < count; tap++) {
      weights[tap] = sum > 0 ? (float)(weights[tap] / sum) : 1.0f / (float)count;
    }
    table[index] = (taps){first, count, weights};
  }
  return table;
}

// The weighted sum of some rows of `row_count` bytes.
IDV_VECTOR static void sum_rows(const uint8_t *in, size_t row_count, const taps *down,
                                float *restrict out) {
  const uint8_t *row = in + (size_t)down->first * row_count;
  float weight = down->weights[0];
  for (size_t index = 0; index < row_count; index++) out[index] = weight * row[index];
  for (int32_t tap = 1; tap < down->count; tap++) {
    row += row_count;
    weight = down->weights[tap];
    for (size_t index = 0; index < row_count; index++) out[index] += weight * row[index];
  }
}

int idv_pixels_resample(const uint8_t *in, int32_t width, int32_t height, int32_t out_width,
                        int32_t out_height, int32_t bgr, float *out, int32_t plane_width,
                        int32_t plane_height) {
  size_t plane = (size_t)plane_width * (size_t)plane_height;
  size_t row_count = (size_t)width * 3;
  taps *across = triangle_taps(width, out_width), *down = triangle_taps(height, out_height);
  float *row = malloc(sizeof(float) * row_count);
  int done = across && down && row;
  if (done && (out_width < plane_width || out_height < plane_height)) {
    memset(out, 0, sizeof(float) * 3 * plane);
  }
  float *red = out + (bgr ? 2 * plane : 0), *green = out + plane;
  float *blue = out + (bgr ? 0 : 2 * plane);
  for (int32_t y = 0; done && y < out_height; y++) {
    sum_rows(in, row_count, down + y, row);
    size_t at = (size_t)y * (size_t)plane_width;
    for (int32_t x = 0; x < out_width; x++, at++) {
      const float *from = row + (size_t)across[x].first * 3;
      float sums[3] = {0, 0, 0};
      for (int32_t tap = 0; tap < across[x].count; tap++, from += 3) {
        float weight = across[x].weights[tap];
        sums[0] += weight * from[0];
        sums[1] += weight * from[1];
        sums[2] += weight * from[2];
      }
      red[at] = sums[0];
      green[at] = sums[1];
      blue[at] = sums[2];
    }
  }
  free(across);
  free(down);
  free(row);
  return done;
}

void idv_pixels_halve(const uint8_t *in, int32_t width, int32_t height, uint8_t *out) {
  size_t stride = (size_t)width * 3;
  for (int32_t y = 0; y < height / 2; y++) {
    const uint8_t *upper = in + stride * (size_t)(2 * y), *lower = upper + stride;
    for (int32_t x = 0; x < width / 2; x++, upper += 6, lower += 6, out += 3) {
      for (int channel = 0; channel < 3; channel++) {
        uint32_t sum = (uint32_t)upper[channel] + upper[channel + 3] + lower[channel] +
                       lower[channel + 3];
        out[channel] = (uint8_t)((sum + 2) / 4);
      }
    }
  }
}

typedef float float4 __attribute__((ext_vector_type(4)));
typedef uint8_t byte4 __attribute__((ext_vector_type(4)));

#define IDV_INLINE static inline __attribute__((always_inline))

// A pixel and one byte behind it, which buffers have to spare.
IDV_INLINE float4 load(const uint8_t *at) {
  byte4 bytes;
  memcpy(&bytes, at, sizeof bytes);
  return __builtin_convertvector(bytes, float4);
}

// The pixel at (x, y), zero outside the picture.
IDV_INLINE float4 pixel_at(const uint8_t *in, int32_t width, int32_t height, int32_t x,
                           int32_t y) {
  if (x < 0 || y < 0 || x >= width || y >= height) return (float4)(0);
  return load(in + ((ptrdiff_t)y * width + x) * 3);
}

IDV_INLINE float4 mix(float4 a, float4 b, float4 c, float4 d, float x, float y) {
  float4 upper = a + x * (b - a), lower = c + x * (d - c);
  return upper + y * (lower - upper);
}

// Bilinear sample at (x, y), both not negative, with all four neighbours in the picture.
IDV_INLINE float4 sample_inside(const uint8_t *in, size_t stride, float x, float y) {
  int32_t left = (int32_t)x, top = (int32_t)y;
  const uint8_t *at = in + (size_t)top * stride + (size_t)left * 3;
  return mix(load(at), load(at + 3), load(at + stride), load(at + stride + 3), x - (float)left,
             y - (float)top);
}

// Bilinear sample anywhere.
static float4 sample(const uint8_t *in, int32_t width, int32_t height, double x, double y) {
  // Written so that NaN is outside as well.
  if (!(x > -1 && y > -1 && x < width && y < height)) return (float4)(0);
  // Shifted by one, so that truncation rounds down.
  int32_t left = (int32_t)(x + 1) - 1, top = (int32_t)(y + 1) - 1;
  return mix(pixel_at(in, width, height, left, top), pixel_at(in, width, height, left + 1, top),
             pixel_at(in, width, height, left, top + 1),
             pixel_at(in, width, height, left + 1, top + 1), (float)(x - left), (float)(y - top));
}

// Whether samples anywhere in output pixel (q, r) have all their neighbours in the picture, with
// room for the rounding of coordinates to floats.
static int is_inside(int32_t width, int32_t height, const double *m, int32_t q, int32_t r) {
  double x = m[0] * q + m[1] * r + m[2], y = m[3] * q + m[4] * r + m[5];
  double reach_x = 0.5 * (fabs(m[0]) + fabs(m[1])), reach_y = 0.5 * (fabs(m[3]) + fabs(m[4]));
  const double margin = 0.05;
  return x - reach_x > margin && y - reach_y > margin && x + reach_x < width - 1 - margin &&
         y + reach_y < height - 1 - margin;
}

IDV_VECTOR void idv_pixels_warp(const uint8_t *in, int32_t width, int32_t height, const double *m,
                                int32_t samples, int32_t bgr, float *out, int32_t out_width,
                                int32_t out_height) {
  size_t plane = (size_t)out_width * (size_t)out_height, stride = (size_t)width * 3;
  float *red = out + (bgr ? 2 * plane : 0), *green = out + plane;
  float *blue = out + (bgr ? 0 : 2 * plane);
  float share = 1.0f / (float)(samples * samples);
  double first = 0.5 / samples - 0.5;
  float step_x = (float)(m[0] / samples), step_y = (float)(m[3] / samples);
  for (int32_t r = 0; r < out_height; r++) {
    for (int32_t q = 0; q < out_width; q++) {
      int inside = is_inside(width, height, m, q, r);
      float4 sum = (float4)(0);
      for (int32_t j = 0; j < samples; j++) {
        double u = q + first, v = r + first + (double)j / samples;
        double x = m[0] * u + m[1] * v + m[2], y = m[3] * u + m[4] * v + m[5];
        for (int32_t i = 0; i < samples; i++) {
          if (inside) {
            float along = (float)i;
            sum += sample_inside(in, stride, (float)x + along * step_x, (float)y + along * step_y);
          } else {
            sum += sample(in, width, height, x + i * (double)step_x, y + i * (double)step_y);
          }
        }
      }
      sum *= share;
      size_t at = (size_t)r * (size_t)out_width + (size_t)q;
      red[at] = sum.x;
      green[at] = sum.y;
      blue[at] = sum.z;
    }
  }
}

// The nearest place from 0 to `last`.
IDV_INLINE float held(float place, float last) {
  // Written so that NaN is held as well.
  return place > 0 ? (place < last ? place : last) : 0;
}

IDV_VECTOR void idv_pixels_affine(const uint8_t *in, int32_t width, int32_t height,
                                  const double *m, float scale, float *out, int32_t out_width,
                                  int32_t out_height) {
  size_t stride = (size_t)width * 3;
  float step_x = (float)m[0], step_y = (float)m[3];
  // The last places that have neighbours to the right and below.
  float last_x = nextafterf((float)(width - 1), 0), last_y = nextafterf((float)(height - 1), 0);
  for (int32_t r = 0; r < out_height; r++) {
    float x = (float)(m[1] * r + m[2]), y = (float)(m[4] * r + m[5]);
    for (int32_t q = 0; q < out_width; q++, out += 3) {
      float along = (float)q;
      float4 value = scale * sample_inside(in, stride, held(x + along * step_x, last_x),
                                           held(y + along * step_y, last_y));
      memcpy(out, &value, 3 * sizeof(float));
    }
  }
}

void idv_planes_mirror(const float *in, int32_t planes, int32_t width, int32_t height,
                       float *out) {
  for (int32_t row = 0; row < planes * height; row++, in += width, out += width) {
    for (int32_t x = 0; x < width; x++) out[x] = in[width - 1 - x];
  }
}
