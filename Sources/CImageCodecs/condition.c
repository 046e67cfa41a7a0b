// What the condition of a card's picture is measured from: statistics of cells, widths of edges, and
// spectra of windows. Sums and histograms only; what they mean is said in Swift.

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "CImageCodecs.h"
#include "vectors.h"

// BT.601 luma, 0–255.
static inline int32_t luma_of(const uint8_t *pixel) {
  return (77 * pixel[0] + 150 * pixel[1] + 29 * pixel[2] + 128) >> 8;
}

IDV_VECTOR static void lumas(const uint8_t *restrict in, size_t count, uint8_t *restrict out) {
  for (size_t index = 0; index < count; index++) out[index] = (uint8_t)luma_of(in + index * 3);
}

IDV_VECTOR static void lumas_as_floats(const uint8_t *restrict in, int32_t count,
                                       float *restrict out) {
  for (int32_t index = 0; index < count; index++) out[index] = (float)luma_of(in + index * 3);
}

// The luma at or below which `share` of `total` pixels of a histogram lie.
static int32_t percentile(const uint32_t *histogram, uint32_t total, float share) {
  uint32_t wanted = (uint32_t)(share * (float)total), count = 0;
  for (int32_t value = 0; value < 256; value++) {
    count += histogram[value];
    if (count > wanted) return value;
  }
  return 255;
}

int idv_condition_cells(const uint8_t *in, int32_t width, int32_t height, int32_t columns,
                        int32_t rows, idv_condition_cell *out) {
  size_t pixels = (size_t)width * (size_t)height;
  uint8_t *grey = malloc(pixels);
  if (grey == NULL) return 0;
  lumas(in, pixels, grey);
  for (int32_t r = 0; r < rows; r++) {
    int32_t y0 = (int32_t)((int64_t)r * height / rows);
    int32_t y1 = (int32_t)((int64_t)(r + 1) * height / rows);
    for (int32_t c = 0; c < columns; c++, out++) {
      int32_t x0 = (int32_t)((int64_t)c * width / columns);
      int32_t x1 = (int32_t)((int64_t)(c + 1) * width / columns);
      memset(out, 0, sizeof *out);
      uint32_t total = (uint32_t)((x1 - x0) * (y1 - y0));
      if (total == 0) continue;
      uint32_t histogram[256] = {0}, full = 0, red = 0, green = 0, blue = 0, detail = 0;
      for (int32_t y = y0; y < y1; y++) {
        const uint8_t *pixel = in + ((size_t)y * (size_t)width + (size_t)x0) * 3;
        const uint8_t *luma = grey + (size_t)y * (size_t)width;
        for (int32_t x = x0; x < x1; x++, pixel += 3) {
          histogram[luma[x]]++;
          red += pixel[0];
          green += pixel[1];
          blue += pixel[2];
          if (pixel[0] >= 250 && pixel[1] >= 250 && pixel[2] >= 250) full++;
        }
      }
      // Second difference across the diagonals: grain, but hardly any shading or straight edge.
      int32_t top = y0 > 1 ? y0 : 1, bottom = y1 < height - 1 ? y1 : height - 1;
      int32_t left = x0 > 1 ? x0 : 1, right = x1 < width - 1 ? x1 : width - 1;
      for (int32_t y = top; y < bottom; y++) {
        const uint8_t *above = grey + (size_t)(y - 1) * (size_t)width;
        const uint8_t *below = above + 2 * (size_t)width;
        for (int32_t x = left; x < right; x++) {
          detail += (uint32_t)abs(above[x - 1] - above[x + 1] - below[x - 1] + below[x + 1]);
        }
      }
      int32_t bright = percentile(histogram, total, 0.7f);
      uint32_t paper_red = 0, paper_green = 0, paper_blue = 0, papers = 0;
      for (int32_t y = y0; y < y1; y++) {
        const uint8_t *pixel = in + ((size_t)y * (size_t)width + (size_t)x0) * 3;
        const uint8_t *luma = grey + (size_t)y * (size_t)width;
        for (int32_t x = x0; x < x1; x++, pixel += 3) {
          if (luma[x] < bright) continue;
          paper_red += pixel[0];
          paper_green += pixel[1];
          paper_blue += pixel[2];
          papers++;
        }
      }
      out->red = (float)red / (float)total;
      out->green = (float)green / (float)total;
      out->blue = (float)blue / (float)total;
      out->paper_red = (float)paper_red / (float)papers;
      out->paper_green = (float)paper_green / (float)papers;
      out->paper_blue = (float)paper_blue / (float)papers;
      out->floor = (float)percentile(histogram, total, 0.05f);
      out->full = (float)full / (float)total;
      if (bottom > top && right > left) {
        out->detail = (float)detail / (float)((bottom - top) * (right - left)) / 2;
      }
    }
  }
  free(grey);
  return 1;
}

// Adds the edges along one line of `count` lumas, `step` apart, to a histogram of widths.
static void line_edges(const float *line, int32_t count, float amplitude_min, int32_t bins,
                       float bin_width, float *histogram) {
  int32_t at = 0;
  while (at + 1 < count) {
    float slope = line[at + 1] - line[at];
    if (slope == 0) {
      at++;
      continue;
    }
    int rising = slope > 0;
    int32_t from = at;
    float steepest = 0;
    while (at + 1 < count) {
      float next = line[at + 1] - line[at];
      if (rising ? next < 0 : next > 0) break;
      if (fabsf(next) > steepest) steepest = fabsf(next);
      at++;
    }
    float amplitude = fabsf(line[at] - line[from]);
    if (amplitude < amplitude_min || steepest == 0) continue;
    int32_t bin = (int32_t)(amplitude / steepest / bin_width);
    histogram[bin < bins ? bin : bins - 1] += amplitude;
  }
}

// The mean of a line of `count` lumas and those above and below it, smoothed by 1-2-1 but for its ends. `spare` is as
// long as the line.
IDV_VECTOR static void smoothed(const float *middle, int32_t count, float *restrict spare,
                                float *restrict line) {
  for (int32_t x = 0; x < count; x++) spare[x] = (middle[x - count] + middle[x] + middle[x + count]) / 3;
  line[0] = spare[0];
  line[count - 1] = spare[count - 1];
  for (int32_t x = 1; x < count - 1; x++) line[x] = (spare[x - 1] + 2 * spare[x] + spare[x + 1]) / 4;
}

// Eight times the size of Sobel's gradient at a pixel whose neighbours all lie in the picture.
static inline float gradient_at(const uint8_t *pixel, size_t stride) {
  int32_t a = luma_of(pixel - stride - 3), b = luma_of(pixel - stride), c = luma_of(pixel - stride + 3);
  int32_t d = luma_of(pixel - 3), f = luma_of(pixel + 3);
  int32_t g = luma_of(pixel + stride - 3), h = luma_of(pixel + stride), i = luma_of(pixel + stride + 3);
  float across = (float)(c + 2 * f + i - a - 2 * d - g);
  float down = (float)(g + 2 * h + i - a - 2 * b - c);
  return sqrtf(across * across + down * down);
}

void idv_condition_gradients(const uint8_t *in, int32_t width, int32_t height,
                             const int32_t inner[4], const int32_t outer[4], int32_t pixels_max,
                             float *inside, float *outside, float *share) {
  int64_t pixels = (int64_t)width * height;
  int32_t step = (int32_t)((pixels + pixels_max - 1) / pixels_max);
  double sums[2] = {0, 0};
  int64_t counts[2] = {0, 0};
  size_t stride = (size_t)width * 3;
  for (int32_t y = 1; y < height - 1; y += step) {
    const uint8_t *row = in + (size_t)y * stride;
    int inner_row = y >= inner[1] && y < inner[3], outer_row = y >= outer[1] && y < outer[3];
    float line[2] = {0, 0};
    for (int32_t x = 1; x < width - 1; x++) {
      int place;
      if (inner_row && x >= inner[0] && x < inner[2]) {
        place = 0;
      } else if (!outer_row || x < outer[0] || x >= outer[2]) {
        place = 1;
      } else {
        continue;
      }
      line[place] += gradient_at(row + (size_t)x * 3, stride);
      counts[place]++;
    }
    sums[0] += line[0];
    sums[1] += line[1];
  }
  *inside = counts[0] > 0 ? (float)(sums[0] / (8.0 * (double)counts[0])) : 0;
  *outside = counts[1] > 0 ? (float)(sums[1] / (8.0 * (double)counts[1])) : 0;
  *share = (float)counts[1] * (float)step / (float)pixels;
}

int idv_condition_edges(const uint8_t *in, int32_t width, int32_t height, int32_t left, int32_t top,
                        int32_t right, int32_t bottom, float amplitude_min, int32_t bins,
                        float bin_width, float *across, float *down) {
  int32_t w = right - left, h = bottom - top;
  if (w < 3 || h < 3 || left < 0 || top < 0 || right > width || bottom > height) return 1;
  size_t count = (size_t)w * (size_t)h;
  size_t longest = (size_t)(w > h ? w : h);
  float *plane = malloc(sizeof(float) * (2 * count + 2 * longest));
  if (plane == NULL) return 0;
  float *turned = plane + count, *line = turned + count, *spare = line + longest;
  for (int32_t y = 0; y < h; y++) {
    const uint8_t *row = in + ((size_t)(y + top) * (size_t)width + (size_t)left) * 3;
    lumas_as_floats(row, w, plane + (size_t)y * (size_t)w);
  }
  // Every other line, averaged over three, then smoothed along the line by 1-2-1, against grain.
  for (int32_t y = 1; y + 1 < h; y += 2) {
    smoothed(plane + (size_t)y * (size_t)w, w, spare, line);
    line_edges(line, w, amplitude_min, bins, bin_width, across);
  }
  // Columns are laid out as rows first, in blocks that stay in the cache.
  enum { block = 32 };
  for (int32_t y0 = 0; y0 < h; y0 += block) {
    for (int32_t x0 = 0; x0 < w; x0 += block) {
      for (int32_t x = x0; x < x0 + block && x < w; x++) {
        for (int32_t y = y0; y < y0 + block && y < h; y++) {
          turned[(size_t)x * (size_t)h + (size_t)y] = plane[(size_t)y * (size_t)w + (size_t)x];
        }
      }
    }
  }
  for (int32_t x = 1; x + 1 < w; x += 2) {
    smoothed(turned + (size_t)x * (size_t)h, h, spare, line);
    line_edges(line, h, amplitude_min, bins, bin_width, down);
  }
  free(plane);
  return 1;
}

enum { spectrum_side = IDV_CONDITION_WINDOW, spectrum_log2 = 7 };
_Static_assert(1 << spectrum_log2 == spectrum_side, "the transform's length is a power of two");

// Transforms are computed this many at a time, side by side.
enum { spectrum_block = 16 };
typedef float spectrum_columns[spectrum_side][spectrum_block];

// Radix-2 transforms of columns of `spectrum_side` complex numbers, in place.
IDV_VECTOR static void transform(spectrum_columns re, spectrum_columns im, const float *cosines,
                                 const float *sines) {
  for (int32_t i = 1, j = 0; i < spectrum_side; i++) {
    int32_t bit = spectrum_side >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    for (int32_t x = 0; x < spectrum_block; x++) {
      float t = re[i][x];
      re[i][x] = re[j][x];
      re[j][x] = t;
      t = im[i][x];
      im[i][x] = im[j][x];
      im[j][x] = t;
    }
  }
  for (int32_t length = 2; length <= spectrum_side; length <<= 1) {
    int32_t half = length >> 1, step = spectrum_side / length;
    for (int32_t start = 0; start < spectrum_side; start += length) {
      for (int32_t k = 0; k < half; k++) {
        float c = cosines[k * step], s = sines[k * step];
        float *restrict ra = re[start + k], *restrict ia = im[start + k];
        float *restrict rb = re[start + k + half], *restrict ib = im[start + k + half];
        for (int32_t x = 0; x < spectrum_block; x++) {
          float u = rb[x] * c - ib[x] * s, v = rb[x] * s + ib[x] * c;
          rb[x] = ra[x] - u;
          ib[x] = ia[x] - v;
          ra[x] += u;
          ia[x] += v;
        }
      }
    }
  }
}

void idv_condition_spectrum(const uint8_t *in, int32_t width, int32_t left, int32_t top,
                            float *prominence) {
  enum { n = spectrum_side, block = spectrum_block };
  _Static_assert(n % block == 0, "blocks fill the window");
  float cosines[n / 2], sines[n / 2], window[n];
  for (int32_t k = 0; k < n / 2; k++) {
    cosines[k] = cosf(6.2831853f * (float)k / n);
    sines[k] = -sinf(6.2831853f * (float)k / n);
  }
  for (int32_t k = 0; k < n; k++) window[k] = 0.5f - 0.5f * cosf(6.2831853f * ((float)k + 0.5f) / n);
  static _Thread_local float re[n][n], im[n][n];
  spectrum_columns block_re, block_im;
  float mean = 0;
  for (int32_t y = 0; y < n; y++) {
    const uint8_t *row = in + ((size_t)(top + y) * (size_t)width + (size_t)left) * 3;
    for (int32_t x = 0; x < n; x++) {
      re[y][x] = (float)luma_of(row + x * 3);
      mean += re[y][x];
    }
  }
  mean /= n * n;
  for (int32_t y0 = 0; y0 < n; y0 += block) {
    for (int32_t y = 0; y < block; y++) {
      for (int32_t x = 0; x < n; x++) {
        block_re[x][y] = (re[y0 + y][x] - mean) * window[x] * window[y0 + y];
      }
    }
    memset(block_im, 0, sizeof block_im);
    transform(block_re, block_im, cosines, sines);
    for (int32_t y = 0; y < block; y++) {
      for (int32_t x = 0; x < n; x++) {
        re[y0 + y][x] = block_re[x][y];
        im[y0 + y][x] = block_im[x][y];
      }
    }
  }
  // Columns 0 … n/2 suffice: the rest is the mirror image.
  for (int32_t x0 = 0; x0 <= n / 2; x0 += block) {
    for (int32_t y = 0; y < n; y++) {
      memcpy(block_re[y], &re[y][x0], sizeof block_re[y]);
      memcpy(block_im[y], &im[y][x0], sizeof block_im[y]);
    }
    transform(block_re, block_im, cosines, sines);
    for (int32_t y = 0; y < n; y++) {
      // Row y of the output is the frequency y − n/2. A grain of one luma step keeps the logarithm finite.
      float *row = &re[(y + n / 2) % n][x0];
      for (int32_t x = 0; x < block && x0 + x <= n / 2; x++) {
        float a = block_re[y][x], b = block_im[y][x];
        row[x] = logf(a * a + b * b + n * n * 0.01f);
      }
    }
  }
  // How far each bin stands out of its neighbourhood of 15 × 15, itself and those beside it left out.
  enum { reach = 7, inner = 2, columns = n / 2 + 1 };
  float counts[columns];
  for (int32_t x = 0; x < columns; x++) {
    int32_t far_left = x < reach ? x : reach;
    int32_t far_right = columns - 1 - x < reach ? columns - 1 - x : reach;
    int32_t near_left = x < inner ? x : inner;
    int32_t near_right = columns - 1 - x < inner ? columns - 1 - x : inner;
    counts[x] = (float)((far_left + far_right + 1) * (2 * reach + 1) -
                        (near_left + near_right + 1) * (2 * inner + 1));
  }
  // Sums over columns of 15 and of 5 bins, kept up to date from row to row; frequencies wrap around.
  float far_sums[columns], near_sums[columns];
  memset(far_sums, 0, sizeof far_sums);
  memset(near_sums, 0, sizeof near_sums);
  for (int32_t d = -reach; d <= reach; d++) {
    for (int32_t x = 0; x < columns; x++) far_sums[x] += re[(d + n) % n][x];
  }
  for (int32_t d = -inner; d <= inner; d++) {
    for (int32_t x = 0; x < columns; x++) near_sums[x] += re[(d + n) % n][x];
  }
  for (int32_t y = 0; y < n; y++) {
    float before_far[columns + 1], before_near[columns + 1];
    before_far[0] = before_near[0] = 0;
    for (int32_t x = 0; x < columns; x++) {
      before_far[x + 1] = before_far[x] + far_sums[x];
      before_near[x + 1] = before_near[x] + near_sums[x];
    }
    for (int32_t x = 0; x < columns; x++) {
      int32_t far_left = x < reach ? 0 : x - reach;
      int32_t far_right = x + reach < columns ? x + reach + 1 : columns;
      int32_t near_left = x < inner ? 0 : x - inner;
      int32_t near_right = x + inner < columns ? x + inner + 1 : columns;
      float sum = before_far[far_right] - before_far[far_left] -
                  (before_near[near_right] - before_near[near_left]);
      prominence[y * columns + x] = re[y][x] - sum / counts[x];
    }
    for (int32_t x = 0; x < columns; x++) {
      far_sums[x] += re[(y + reach + 1) % n][x] - re[(y - reach + n) % n][x];
      near_sums[x] += re[(y + inner + 1) % n][x] - re[(y - inner + n) % n][x];
    }
  }
}

// The most of five neighbours along and across, from `in` to `out`; the border has fewer.
static void widen(const float *in, float *between, float *out) {
  enum { n = spectrum_side, columns = n / 2 + 1, reach = 2 };
  for (int32_t y = 0; y < n; y++) {
    for (int32_t x = 0; x < columns; x++) {
      float most = in[y * columns + x];
      for (int32_t d = -reach; d <= reach; d++) {
        if (x + d < 0 || x + d >= columns) continue;
        float value = in[y * columns + x + d];
        if (value > most) most = value;
      }
      between[y * columns + x] = most;
    }
  }
  for (int32_t y = 0; y < n; y++) {
    for (int32_t x = 0; x < columns; x++) {
      float most = between[y * columns + x];
      for (int32_t d = -reach; d <= reach; d++) {
        if (y + d < 0 || y + d >= n) continue;
        float value = between[(y + d) * columns + x];
        if (value > most) most = value;
      }
      out[y * columns + x] = most;
    }
  }
}

// Whether a frequency is within `gap` of a multiple of an eighth of a cycle a pixel.
static int near_block_harmonic(float frequency, float gap) {
  return fabsf(frequency * 8 - roundf(frequency * 8)) < gap * 8;
}

int idv_condition_coherence(const float *prominences, int32_t count, float frequency_min,
                            float axis_gap, float block_gap, float *mean, float *median) {
  enum { n = spectrum_side, columns = n / 2 + 1, bins = n * columns };
  *mean = *median = 0;
  if (count < 1 || count > IDV_CONDITION_WINDOWS_MAX) return 1;
  float *wide = malloc(sizeof(float) * (size_t)bins * (size_t)(count + 2));
  if (wide == NULL) return 0;
  float *between = wide + (size_t)bins * (size_t)count, *masked = between + bins;
  for (int32_t k = 0; k < count; k++) {
    const float *in = prominences + (size_t)k * bins;
    if (block_gap > 0) {
      // Before peaks are widened, so that those of blocks do not reach beyond the gap.
      for (int32_t y = 0; y < n; y++) {
        int on_row = near_block_harmonic((float)(y - n / 2) / n, block_gap);
        for (int32_t x = 0; x < columns; x++) {
          int32_t at = y * columns + x;
          masked[at] = on_row && near_block_harmonic((float)x / n, block_gap) ? 0 : in[at];
        }
      }
      in = masked;
    }
    widen(in, between, wide + (size_t)k * bins);
  }
  for (int32_t y = 0; y < n; y++) {
    float down = (float)(y - n / 2) / n;
    if (fabsf(down) < axis_gap) continue;
    int on_block_row = near_block_harmonic(down, block_gap);
    for (int32_t x = 0; x < columns; x++) {
      float along = (float)x / n;
      if (along < axis_gap || along * along + down * down < frequency_min * frequency_min) continue;
      if (on_block_row && near_block_harmonic(along, block_gap)) continue;
      size_t at = (size_t)y * columns + (size_t)x;
      float sum = 0, sorted[IDV_CONDITION_WINDOWS_MAX];
      for (int32_t k = 0; k < count; k++) {
        sum += prominences[(size_t)k * bins + at];
        float value = wide[(size_t)k * bins + at];
        int32_t place = k;
        for (; place > 0 && sorted[place - 1] > value; place--) sorted[place] = sorted[place - 1];
        sorted[place] = value;
      }
      sum /= (float)count;
      if (sum > *mean) *mean = sum;
      // The lower middle of an even number.
      float middle = sorted[(count - 1) / 2];
      if (middle > *median) *median = middle;
    }
  }
  free(wide);
  return 1;
}
