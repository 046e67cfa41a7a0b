// Picture decoders behind plain functions, and the inner loops over pixels.
//
// The decoders of libjpeg-turbo, libpng and libwebp are called with memory as their only input.
// Their error jumps stay inside these functions. Every function may be called from any thread; none
// keeps a pointer after it returns. Pixels are 8-bit red, green, blue, row after row without gaps.

#pragma once
#include <stddef.h>
#include <stdint.h>

#include "edges.h"

// How a decoder ended.
typedef enum {
  idv_image_ok = 0,
  // The data break the format's rules, or end too early.
  idv_image_damaged,
  // Sound, but a variant that is not decoded (12-bit or lossless JPEG, animation …).
  idv_image_unsupported,
  // The header names more pixels than the format's decoder takes.
  idv_image_too_large,
  // More progressive scans, memory or time than the budget.
  idv_image_scans_exceeded,
  idv_image_memory_exceeded,
  idv_image_time_exceeded,
} idv_image_status;

// What decoding may cost.
typedef struct {
  // Most scans of a progressive JPEG.
  int32_t scans_max;
  // Most memory a decoder may take for itself, beside the output.
  int64_t memory_bytes_max;
  // Instant on the monotonic clock, in nanoseconds, after which decoding stops.
  int64_t deadline_nanos;
} idv_image_budget;

// Now on the clock that `deadline_nanos` uses.
int64_t idv_image_now_nanos(void);

// Size in a JPEG's header.
idv_image_status idv_jpeg_size(const uint8_t *data, size_t bytes, int32_t *width, int32_t *height);

// Decodes a JPEG to `width` × `height` pixels at `out`, which must be the header's size divided by
// `denominator` (1, 2, 4 or 8) and rounded up.
idv_image_status idv_jpeg_decode(const uint8_t *data, size_t bytes, int32_t denominator,
                                 const idv_image_budget *budget, int32_t width, int32_t height,
                                 uint8_t *out);

// Decodes a PNG to `width` × `height` pixels of `channels` (3, or 4 with alpha last) at `out`. Only
// critical chunks and tRNS reach libpng: texts, profiles and unknown chunks are skipped unread.
idv_image_status idv_png_decode(const uint8_t *data, size_t bytes, const idv_image_budget *budget,
                                int32_t width, int32_t height, int32_t channels, uint8_t *out);

// Size in a WebP's header, and whether it has an alpha channel or is animated.
idv_image_status idv_webp_size(const uint8_t *data, size_t bytes, int32_t *width, int32_t *height,
                               int32_t *has_alpha, int32_t *is_animated);

// Decodes a WebP to `width` × `height` pixels of `channels` (3, or 4 with alpha last) at `out`.
idv_image_status idv_webp_decode(const uint8_t *data, size_t bytes, int32_t width, int32_t height,
                                 int32_t channels, uint8_t *out);

// Lays `count` RGBA pixels at `pixels` over white, in place: RGB without gaps.
void idv_pixels_flatten(uint8_t *pixels, size_t count);

// Copies `width` × `height` pixels at `in` to `out` as EXIF orientation 1–8 demands; from 5 on,
// `out` is `height` × `width`.
void idv_pixels_orient(const uint8_t *in, int32_t width, int32_t height, int32_t orientation,
                       uint8_t *out);

// Resamples to `out_width` × `out_height` with a triangle filter (area-like when shrinking, bilinear
// when enlarging) and writes three planes of floats 0–255 of `plane_width` × `plane_height`: the
// picture in the top left corner, zeros beside it. Plane 0 is red, or with `bgr` blue.
// Returns 0 if there was no memory for the filter.
int idv_pixels_resample(const uint8_t *in, int32_t width, int32_t height, int32_t out_width,
                        int32_t out_height, int32_t bgr, float *out, int32_t plane_width,
                        int32_t plane_height);

// Averages blocks of 2 × 2 pixels; an odd last row or column is dropped.
void idv_pixels_halve(const uint8_t *in, int32_t width, int32_t height, uint8_t *out);

// Fills three planes of floats 0–255 of `out_width` × `out_height`. Output pixel (q, r) is the mean of
// `samples` × `samples` bilinear samples spread over it; a place (x, y) of the output is taken from
// (m[0]·x + m[1]·y + m[2], m[3]·x + m[4]·y + m[5]) of the input. Outside the picture is zero.
// One byte behind the input's last pixel must be readable.
void idv_pixels_warp(const uint8_t *in, int32_t width, int32_t height, const double *m,
                     int32_t samples, int32_t bgr, float *out, int32_t out_width,
                     int32_t out_height);

// Fills `out_width` × `out_height` pixels of three floats (red, green, blue), each the value 0–255 times `scale`, with
// one bilinear sample a pixel, taken from where `m` says as above. Beyond the picture its outermost pixels continue.
// Both sides of the picture must be at least 2, and one byte behind its last pixel must be readable.
void idv_pixels_affine(const uint8_t *in, int32_t width, int32_t height, const double *m, float scale,
                       float *out, int32_t out_width, int32_t out_height);

// Mirrors planes left to right.
void idv_planes_mirror(const float *in, int32_t planes, int32_t width, int32_t height, float *out);

// One cell of a picture, all 0–255 but `full`.
typedef struct {
  // Mean colour.
  float red, green, blue;
  // Mean colour of the brightest three tenths: the paper between strokes.
  float paper_red, paper_green, paper_blue;
  // The luma that a twentieth of the pixels does not exceed.
  float floor;
  // Share of pixels at the top of all three channels, 0–1.
  float full;
  // Mean size of the second difference across the diagonals: grain.
  float detail;
} idv_condition_cell;

// Statistics of `columns` × `rows` cells that cover the picture, row after row. Returns 0 without memory.
int idv_condition_cells(const uint8_t *in, int32_t width, int32_t height, int32_t columns,
                        int32_t rows, idv_condition_cell *out);

// Adds the luma edges in every other line of a part of the picture to two histograms of their widths, each
// weighted by its height: `across` those met along rows, `down` along columns. An edge is a run that only rises
// or only falls by at least `amplitude_min`; its width is its height over its steepest step, in pixels, and falls
// into bin width / `bin_width`, the last bin taking all wider ones. Returns 0 without memory.
int idv_condition_edges(const uint8_t *in, int32_t width, int32_t height, int32_t left, int32_t top,
                        int32_t right, int32_t bottom, float amplitude_min, int32_t bins,
                        float bin_width, float *across, float *down);

// The mean size of the luma's gradient (Sobel's, in steps of luma a pixel) in the rectangle `inner` and outside of the
// rectangle `outer`; both are left, top, right, bottom, clipped to the picture. Of pictures of more than `pixels_max`
// pixels only every so manieth line is taken. `inside` and `outside` get the means, `share` the part of the picture's
// pixels that lies outside.
void idv_condition_gradients(const uint8_t *in, int32_t width, int32_t height,
                             const int32_t inner[4], const int32_t outer[4], int32_t pixels_max,
                             float *inside, float *outside, float *share);

// Side of the windows whose spectra are taken.
#define IDV_CONDITION_WINDOW 128

// How far each frequency of a window's luma stands out of its neighbourhood, as the logarithm of power:
// IDV_CONDITION_WINDOW rows (−1/2 … 1/2 cycles a pixel down) of IDV_CONDITION_WINDOW / 2 + 1 columns
// (0 … 1/2 across). The window, from (`left`, `top`), must lie in the picture.
void idv_condition_spectrum(const uint8_t *in, int32_t width, int32_t left, int32_t top,
                            float *prominence);

// Most windows that are compared.
#define IDV_CONDITION_WINDOWS_MAX 24

// What `count` windows' prominences have in common, over frequencies of at least `frequency_min` cycles a
// pixel and `axis_gap` off both axes, where straight edges and a JPEG's blocks lie, and not within `block_gap` of
// the harmonics of blocks of 8 × 8 pixels: `mean` is the largest mean over the windows, for a grid that is the
// same everywhere; `median` the largest median when each window's peaks may stray by two bins. Returns 0 without
// memory; both 0 if `count` is out of range.
int idv_condition_coherence(const float *prominences, int32_t count, float frequency_min,
                            float axis_gap, float block_gap, float *mean, float *median);

// Fills `out_width` × `out_height` pixels at `out` with what a projective map shows: a place (x, y) of the
// output is taken from ((m[0]·x + m[1]·y + m[2]) / w, (m[3]·x + m[4]·y + m[5]) / w) of the input, where
// w = m[6]·x + m[7]·y + m[8]. Each pixel is the mean of `samples` × `samples` samples spread over it, cubic ones
// or else bilinear ones. Beyond the picture its outermost pixels continue. One byte behind the input's last pixel
// must be readable.
void idv_pixels_perspective(const uint8_t *in, int32_t width, int32_t height, const double *m,
                            int32_t samples, int32_t cubic, uint8_t *out, int32_t out_width,
                            int32_t out_height);

// The same into three planes of floats `plane_width` × `plane_height`, each value times `scale` plus `shift`: the
// first `out_width` columns, zeros beside them. Plane 0 is red, or with `bgr` blue.
void idv_planes_perspective(const uint8_t *in, int32_t width, int32_t height, const double *m,
                            int32_t samples, int32_t cubic, int32_t bgr, float scale, float shift,
                            float *out, int32_t plane_width, int32_t plane_height,
                            int32_t out_width);

// A connected part of a map: `rows` rows from `top` on, whose leftmost and rightmost columns are
// the pairs from number `first` on of the extents; `pixels` in all.
typedef struct {
  int32_t top, rows, first, pixels;
} idv_component;

// Finds the parts of `map` where a value, or that of its left, upper or upper left neighbour, is above
// `threshold`: neighbours by side or corner belong together. Those with fewer than `pixels_min` are left out, and
// of the others the `most` largest are given, largest first. `components` has room for `most`, `extents` for
// `height` × (`width` / 2 + 1) pairs. Returns how many were given, or -1 without memory.
int32_t idv_components(const float *map, int32_t width, int32_t height, float threshold,
                       int32_t pixels_min, int32_t most, idv_component *components,
                       int32_t *extents);

// The mean of `map` over the places inside the convex quadrangle with the corners x0, y0 … x3, y3; 0 if no place
// is inside.
float idv_map_mean(const float *map, int32_t width, int32_t height, const double *corners);

// Encodes `width` × `height` pixels as a JPEG of `quality` 1–100. Returns memory to be freed with `free` and its
// length in `bytes`; NULL without memory.
uint8_t *idv_jpeg_encode(const uint8_t *pixels, int32_t width, int32_t height, int32_t quality,
                         size_t *bytes);
