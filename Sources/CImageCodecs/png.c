// PNG through libpng.
//
// A reader in front of libpng lets only critical chunks and tRNS through. Compressed texts, colour
// profiles and the like, which can inflate to gigabytes, are never looked at; gamma and profiles
// are ignored, as most viewers do. Bytes after IEND are ignored.

#include <setjmp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "CImageCodecs.h"

// The input, and how much of the current chunk may still be handed out.
typedef struct {
  const uint8_t *data;
  size_t bytes;
  size_t position;
  size_t chunk_left;
  idv_image_status status;
} source;

enum { chunk_overhead_bytes = 12, signature_bytes = 8 };

static uint32_t big_endian(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

// Moves to the next chunk that libpng may see. False at the end of the data.
static bool next_chunk(source *self) {
  while (self->bytes - self->position >= chunk_overhead_bytes) {
    const uint8_t *at = self->data + self->position;
    size_t whole = (size_t)big_endian(at) + chunk_overhead_bytes;
    if (whole > self->bytes - self->position) whole = self->bytes - self->position;
    bool is_critical = (at[4] & 0x20) == 0;
    if (is_critical || memcmp(at + 4, "tRNS", 4) == 0) {
      self->chunk_left = whole;
      return true;
    }
    self->position += whole;
  }
  return false;
}

static void read_data(png_structp png, png_bytep out, size_t bytes) {
  source *self = png_get_io_ptr(png);
  while (bytes > 0) {
    if (self->chunk_left == 0 && !next_chunk(self)) png_error(png, "the data end too early");
    size_t count = bytes < self->chunk_left ? bytes : self->chunk_left;
    memcpy(out, self->data + self->position, count);
    self->position += count;
    self->chunk_left -= count;
    out += count;
    bytes -= count;
  }
}

static void on_error(png_structp png, png_const_charp text) {
  (void)text;
  source *self = png_get_error_ptr(png);
  if (self->status == idv_image_ok) self->status = idv_image_damaged;
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) { (void)png, (void)text; }

static void *allocate(png_structp png, png_alloc_size_t bytes) {
  int64_t *left = png_get_mem_ptr(png);
  if (bytes > (uint64_t)*left) return NULL;
  // What is freed is not counted back: libpng allocates few, lasting blocks.
  *left -= (int64_t)bytes;
  return malloc(bytes);
}

static void release(png_structp png, void *block) {
  (void)png;
  free(block);
}

// Reads all rows. The caller has set the jump.
static void read_image(png_structp png, png_infop info, source *self,
                       const idv_image_budget *budget, int32_t width, int32_t height,
                       int32_t channels, uint8_t *out) {
  png_set_user_limits(png, (uint32_t)width, (uint32_t)height);
  png_read_info(png, info);
  png_set_expand(png);
  png_set_scale_16(png);
  png_set_gray_to_rgb(png);
  if (channels == 4) png_set_add_alpha(png, 0xff, PNG_FILLER_AFTER);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t stride = (size_t)width * (size_t)channels;
  if (png_get_image_width(png, info) != (uint32_t)width ||
      png_get_image_height(png, info) != (uint32_t)height || png_get_rowbytes(png, info) != stride) {
    png_error(png, "not the size that the header says");
  }
  for (int pass = 0; pass < passes; pass++) {
    for (int32_t y = 0; y < height; y++) {
      png_read_row(png, out + stride * (size_t)y, NULL);
      if ((y & 63) == 0 && idv_image_now_nanos() > budget->deadline_nanos) {
        self->status = idv_image_time_exceeded;
        png_error(png, "out of time");
      }
    }
  }
  png_read_end(png, NULL);
}

idv_image_status idv_png_decode(const uint8_t *data, size_t bytes, const idv_image_budget *budget,
                                int32_t width, int32_t height, int32_t channels, uint8_t *out) {
  if (bytes < signature_bytes) return idv_image_damaged;
  source self = {data, bytes, 0, signature_bytes, idv_image_ok};
  int64_t memory_left = budget->memory_bytes_max;
  png_structp png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &self, on_error, on_warning,
                                             &memory_left, allocate, release);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    png_destroy_read_struct(&png, NULL, NULL);
    return idv_image_memory_exceeded;
  }
  if (setjmp(png_jmpbuf(png)) == 0) {
    png_set_read_fn(png, &self, read_data);
    read_image(png, info, &self, budget, width, height, channels, out);
  }
  png_destroy_read_struct(&png, &info, NULL);
  return self.status;
}
