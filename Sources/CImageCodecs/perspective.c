// Pictures seen in perspective, laid flat: cards and lines of writing.

#include <math.h>
#include <string.h>

#include "CImageCodecs.h"
#include "vectors.h"

#define IDV_INLINE static inline __attribute__((always_inline))

typedef float float4 __attribute__((ext_vector_type(4)));
typedef uint8_t byte4 __attribute__((ext_vector_type(4)));

// A pixel and one byte behind it, which buffers have to spare.
IDV_INLINE float4 load(const uint8_t *at) {
  byte4 bytes;
  memcpy(&bytes, at, sizeof bytes);
  return __builtin_convertvector(bytes, float4);
}

IDV_INLINE int32_t clamp(int32_t value, int32_t last) {
  return value < 0 ? 0 : value > last ? last : value;
}

// Weights of the four samples around a place `t` of the way from the second to the third, with the
// sharpness that OpenCV's cubic interpolation has; the recogniser was trained on such crops.
IDV_INLINE float4 cubic_weights(float t) {
  const float sharp = -0.75f;
  float before = t + 1, after = 1 - t;
  float4 weights;
  weights.x = ((sharp * before - 5 * sharp) * before + 8 * sharp) * before - 4 * sharp;
  weights.y = ((sharp + 2) * t - (sharp + 3)) * t * t + 1;
  weights.z = ((sharp + 2) * after - (sharp + 3)) * after * after + 1;
  weights.w = 1 - weights.x - weights.y - weights.z;
  return weights;
}

// One picture, and what lies beyond its border: its outermost pixels again.
typedef struct {
  const uint8_t *pixels;
  int32_t width, height;
} source;

IDV_INLINE float4 pixel_at(const source *in, int32_t x, int32_t y) {
  ptrdiff_t row = clamp(y, in->height - 1);
  return load(in->pixels + (row * in->width + clamp(x, in->width - 1)) * 3);
}

IDV_INLINE float4 cubic_row(const source *in, int32_t x, int32_t y, float4 weights) {
  return weights.x * pixel_at(in, x - 1, y) + weights.y * pixel_at(in, x, y) +
         weights.z * pixel_at(in, x + 1, y) + weights.w * pixel_at(in, x + 2, y);
}

// The sample among sixteen pixels of which the first is at `at`, all of them inside the picture.
IDV_INLINE float4 cubic_inside(const uint8_t *at, ptrdiff_t stride, float4 u, float4 v) {
  float4 sum = (float4)(0);
  for (int32_t row = 0; row < 4; row++, at += stride) {
    sum += v[row] * (u.x * load(at) + u.y * load(at + 3) + u.z * load(at + 6) + u.w * load(at + 9));
  }
  return sum;
}

// Where samples lie: the pixel up and left of each, and how far it is on to the next.
enum { CHUNK = 64 };
typedef struct {
  int32_t left[CHUNK], top[CHUNK];
  float across[CHUNK], down[CHUNK];
} places;

// The places of `count` samples of row `v`, the first at `u`; all together, so that they are computed side by side.
IDV_INLINE void find_places(const source *in, const double *m, double u, double v, int32_t count,
                            places *out) {
  const double right = in->width + 1, bottom = in->height + 1;
  for (int32_t i = 0; i < count; i++) {
    double at = u + i, share = 1 / (m[6] * at + m[7] * v + m[8]);
    double x = (m[0] * at + m[1] * v + m[2]) * share, y = (m[3] * at + m[4] * v + m[5]) * share;
    // Far outside one place is like another; written so that NaN is outside as well.
    x = x > -2 ? (x < right ? x : right) : -2;
    y = y > -2 ? (y < bottom ? y : bottom) : -2;
    // Shifted, so that truncation rounds down.
    out->left[i] = (int32_t)(x + 2) - 2;
    out->top[i] = (int32_t)(y + 2) - 2;
    out->across[i] = (float)(x - out->left[i]);
    out->down[i] = (float)(y - out->top[i]);
  }
}

IDV_INLINE float4 sample_at(const source *in, int32_t left, int32_t top, float across, float down,
                            int cubic) {
  if (cubic) {
    float4 u = cubic_weights(across), v = cubic_weights(down), sum;
    if (left >= 1 && left + 2 < in->width && top >= 1 && top + 2 < in->height) {
      ptrdiff_t stride = (ptrdiff_t)in->width * 3;
      sum = cubic_inside(in->pixels + (top - 1) * stride + (left - 1) * 3, stride, u, v);
    } else {
      sum = v.x * cubic_row(in, left, top - 1, u) + v.y * cubic_row(in, left, top, u) +
            v.z * cubic_row(in, left, top + 1, u) + v.w * cubic_row(in, left, top + 2, u);
    }
    return __builtin_elementwise_min(__builtin_elementwise_max(sum, (float4)(0)), (float4)(255));
  }
  float4 a, b, c, d;
  if (left >= 0 && left + 1 < in->width && top >= 0 && top + 1 < in->height) {
    const uint8_t *at = in->pixels + ((ptrdiff_t)top * in->width + left) * 3;
    const uint8_t *below = at + (ptrdiff_t)in->width * 3;
    a = load(at), b = load(at + 3), c = load(below), d = load(below + 3);
  } else {
    a = pixel_at(in, left, top), b = pixel_at(in, left + 1, top);
    c = pixel_at(in, left, top + 1), d = pixel_at(in, left + 1, top + 1);
  }
  float4 upper = a + across * (b - a), lower = c + across * (d - c);
  return upper + down * (lower - upper);
}

// The means of the samples spread over the `count` output pixels from (q, r) on.
IDV_INLINE void means_over(const source *in, const double *m, int32_t q, int32_t r, int32_t count,
                           int32_t samples, int cubic, float4 *means) {
  places at;
  for (int32_t i = 0; i < count; i++) means[i] = (float4)(0);
  for (int32_t j = 0; j < samples; j++) {
    for (int32_t k = 0; k < samples; k++) {
      find_places(in, m, q + (k + 0.5) / samples - 0.5, r + (j + 0.5) / samples - 0.5, count, &at);
      for (int32_t i = 0; i < count; i++) {
        means[i] += sample_at(in, at.left[i], at.top[i], at.across[i], at.down[i], cubic);
      }
    }
  }
  for (int32_t i = 0; i < count; i++) means[i] /= (float)(samples * samples);
}

IDV_VECTOR void idv_pixels_perspective(const uint8_t *in, int32_t width, int32_t height,
                                       const double *m, int32_t samples, int32_t cubic,
                                       uint8_t *out, int32_t out_width, int32_t out_height) {
  source from = {in, width, height};
  float4 means[CHUNK];
  for (int32_t r = 0; r < out_height; r++) {
    for (int32_t q = 0; q < out_width; q += CHUNK) {
      int32_t count = out_width - q < CHUNK ? out_width - q : CHUNK;
      means_over(&from, m, q, r, count, samples, cubic, means);
      for (int32_t i = 0; i < count; i++, out += 3) {
        float4 mean = means[i] + 0.5f;
        out[0] = (uint8_t)mean.x;
        out[1] = (uint8_t)mean.y;
        out[2] = (uint8_t)mean.z;
      }
    }
  }
}

IDV_VECTOR void idv_planes_perspective(const uint8_t *in, int32_t width, int32_t height,
                                       const double *m, int32_t samples, int32_t cubic,
                                       int32_t bgr, float scale, float shift, float *out,
                                       int32_t plane_width, int32_t plane_height,
                                       int32_t out_width) {
  source from = {in, width, height};
  size_t plane = (size_t)plane_width * (size_t)plane_height;
  float *red = out + (bgr ? 2 * plane : 0), *green = out + plane;
  float *blue = out + (bgr ? 0 : 2 * plane);
  float4 means[CHUNK];
  for (int32_t r = 0; r < plane_height; r++) {
    size_t at = (size_t)r * (size_t)plane_width;
    for (int32_t q = 0; q < out_width; q += CHUNK) {
      int32_t count = out_width - q < CHUNK ? out_width - q : CHUNK;
      means_over(&from, m, q, r, count, samples, cubic, means);
      for (int32_t i = 0; i < count; i++, at++) {
        float4 mean = means[i] * scale + shift;
        red[at] = mean.x;
        green[at] = mean.y;
        blue[at] = mean.z;
      }
    }
    for (int32_t q = out_width; q < plane_width; q++, at++) red[at] = green[at] = blue[at] = 0;
  }
}
