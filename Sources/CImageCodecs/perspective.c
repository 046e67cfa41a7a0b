// Pictures seen in perspective, laid flat: cards and lines of writing.

#include <math.h>
#include <string.h>

#include "CImageCodecs.h"

#if defined(__x86_64__)
#define IDV_VECTOR __attribute__((target_clones("avx2", "default")))
#else
#define IDV_VECTOR
#endif
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

IDV_INLINE float4 sample_at(const source *in, double x, double y, int cubic) {
  // Far outside one place is like another; written so that NaN is outside as well.
  x = x > -2 ? (x < in->width + 1 ? x : in->width + 1) : -2;
  y = y > -2 ? (y < in->height + 1 ? y : in->height + 1) : -2;
  // Shifted, so that truncation rounds down.
  int32_t left = (int32_t)(x + 2) - 2, top = (int32_t)(y + 2) - 2;
  float across = (float)(x - left), down = (float)(y - top);
  if (cubic) {
    float4 u = cubic_weights(across), v = cubic_weights(down);
    float4 sum = v.x * cubic_row(in, left, top - 1, u) + v.y * cubic_row(in, left, top, u) +
                 v.z * cubic_row(in, left, top + 1, u) + v.w * cubic_row(in, left, top + 2, u);
    return __builtin_elementwise_min(__builtin_elementwise_max(sum, (float4)(0)), (float4)(255));
  }
  float4 a = pixel_at(in, left, top), b = pixel_at(in, left + 1, top);
  float4 c = pixel_at(in, left, top + 1), d = pixel_at(in, left + 1, top + 1);
  float4 upper = a + across * (b - a), lower = c + across * (d - c);
  return upper + down * (lower - upper);
}

// The mean of the samples spread over output pixel (q, r).
IDV_INLINE float4 mean_over(const source *in, const double *m, int32_t q, int32_t r,
                            int32_t samples, int cubic) {
  float4 sum = (float4)(0);
  for (int32_t j = 0; j < samples; j++) {
    for (int32_t i = 0; i < samples; i++) {
      double u = q + (i + 0.5) / samples - 0.5, v = r + (j + 0.5) / samples - 0.5;
      double w = m[6] * u + m[7] * v + m[8];
      sum += sample_at(in, (m[0] * u + m[1] * v + m[2]) / w, (m[3] * u + m[4] * v + m[5]) / w,
                       cubic);
    }
  }
  return sum / (float)(samples * samples);
}

IDV_VECTOR void idv_pixels_perspective(const uint8_t *in, int32_t width, int32_t height,
                                       const double *m, int32_t samples, int32_t cubic,
                                       uint8_t *out, int32_t out_width, int32_t out_height) {
  source from = {in, width, height};
  for (int32_t r = 0; r < out_height; r++) {
    for (int32_t q = 0; q < out_width; q++, out += 3) {
      float4 mean = mean_over(&from, m, q, r, samples, cubic) + 0.5f;
      out[0] = (uint8_t)mean.x;
      out[1] = (uint8_t)mean.y;
      out[2] = (uint8_t)mean.z;
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
  for (int32_t r = 0; r < plane_height; r++) {
    size_t at = (size_t)r * (size_t)plane_width;
    for (int32_t q = 0; q < out_width; q++, at++) {
      float4 mean = mean_over(&from, m, q, r, samples, cubic) * scale + shift;
      red[at] = mean.x;
      green[at] = mean.y;
      blue[at] = mean.z;
    }
    for (int32_t q = out_width; q < plane_width; q++, at++) red[at] = green[at] = blue[at] = 0;
  }
}
