// Edges of a picture: places, straight runs of them, and how much of a line is one. Kernels of the card finder.

#pragma once

#include <stddef.h>
#include <stdint.h>

// A place where the picture changes fastest along its normal. The normal (nx, ny) has length 1 and points to
// where the strongest colour channel grows; `strength` is the growth a pixel.
typedef struct {
  float x, y, nx, ny, strength;
} idv_edgel;

// Sums over edgels: how many, of their places, products of places, and normals.
typedef struct {
  double count, x, y, xx, xy, yy, nx, ny;
} idv_edge_sums;

// A straight run of edgels: its sums, and where it begins and ends.
typedef struct {
  idv_edge_sums sums;
  double begin_x, begin_y, end_x, end_y;
} idv_edge_run;

// Finds the edgels of three planes of floats of `width` × `height` (both at least 5): local maxima of the
// gradient of a smoothed picture, over all channels. Weaker ones than `factor` times the median gradient are
// left out, this threshold being kept within `least` … `most`. `edgels` has room for width · height, `index`
// becomes for each pixel the number of its edgel or −1. Returns how many there are, or −1 without memory.
int32_t idv_edges_find(const float *planes, int32_t width, int32_t height, float factor,
                       float least, float most, idv_edgel *edgels, int32_t *index);

// Joins edgels to straight runs of at least `shortest` pixels and edgels, from the strongest on; at most `most`
// of them. Returns how many, or −1 without memory. Time is linear in the number of edgels.
int32_t idv_edges_runs(const idv_edgel *edgels, int32_t count, const int32_t *index, int32_t width,
                       int32_t height, int32_t shortest, idv_edge_run *runs, int32_t most);

// Walks along the line through (x, y) in direction (dx, dy), of length 1, from −reach to reach in steps of 1.
// `sums[k]` (2 · reach + 2 of them) becomes the number of the first k steps that have an edgel beside them with
// the line's direction, `strengths[k]` the sum of their strengths.
void idv_edges_cover(const idv_edgel *edgels, const int32_t *index, int32_t width, int32_t height,
                     double x, double y, double dx, double dy, int32_t reach, int32_t *sums,
                     float *strengths);

// Samples a picture across a line. Sample (i, k) of `along` × `across` is the colour at
// (x + i·ux + (k − (across − 1) / 2)·vx, y + i·uy + (k − (across − 1) / 2)·vy), taken as the mean of three
// bilinear samples a quarter of (ux, uy) apart at most `smooth` pixels; places beyond the border are those on it.
// Three floats a sample. One byte behind the input's last pixel must be readable.
void idv_pixels_profile(const uint8_t *in, int32_t width, int32_t height, double x, double y,
                        double ux, double uy, double vx, double vy, double smooth, int32_t along,
                        int32_t across, float *out);
