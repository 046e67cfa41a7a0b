// JPEG through libjpeg-turbo.
//
// Warnings: those that say pixels are missing or wrong (data end early, bad codes, lost restart
// markers) end decoding as damaged, because an identity is not decided on half a picture. Those
// about form only (odd version numbers, stray bytes between segments) are ignored. Bytes after the
// end marker are ignored.

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <jpeglib.h>

#include <jerror.h>

#include "CImageCodecs.h"

int64_t idv_image_now_nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// One decoding. Everything that must survive the error jump is in here.
typedef struct {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf jump;
  idv_image_status status;
  const idv_image_budget *budget;
} decoding;

static void stop(decoding *self, idv_image_status status) {
  self->status = status;
  longjmp(self->jump, 1);
}

static void error_exit(j_common_ptr jpeg) {
  idv_image_status status = idv_image_damaged;
  switch (jpeg->err->msg_code) {
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
      status = idv_image_unsupported;
      break;
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW:
      status = idv_image_too_large;
      break;
    case JERR_OUT_OF_MEMORY:
    case JERR_NO_BACKING_STORE:
      status = idv_image_memory_exceeded;
      break;
  }
  stop(jpeg->client_data, status);
}

static void emit_message(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  switch (jpeg->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_ICC:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
    case JWRN_TOO_MUCH_DATA:
      return;
  }
  stop(jpeg->client_data, idv_image_damaged);
}

static void output_message(j_common_ptr jpeg) { (void)jpeg; }

// Called by the library for every row of blocks it reads or writes.
static void check_budget(j_common_ptr common) {
  decoding *self = common->client_data;
  if (self->jpeg.input_scan_number > self->budget->scans_max) stop(self, idv_image_scans_exceeded);
  if (idv_image_now_nanos() > self->budget->deadline_nanos) stop(self, idv_image_time_exceeded);
}

// Reads the header. The caller has set the jump.
static void begin(decoding *self, const uint8_t *data, size_t bytes) {
  self->jpeg.err = jpeg_std_error(&self->errors);
  self->errors.error_exit = error_exit;
  self->errors.emit_message = emit_message;
  self->errors.output_message = output_message;
  self->jpeg.client_data = self;
  jpeg_create_decompress(&self->jpeg);
  self->jpeg.client_data = self;
  if (self->budget) {
    self->jpeg.mem->max_memory_to_use = (long)self->budget->memory_bytes_max;
    self->progress.progress_monitor = check_budget;
    self->jpeg.progress = &self->progress;
  }
  jpeg_mem_src(&self->jpeg, data, bytes);
  if (jpeg_read_header(&self->jpeg, TRUE) != JPEG_HEADER_OK) stop(self, idv_image_damaged);
}

idv_image_status idv_jpeg_size(const uint8_t *data, size_t bytes, int32_t *width,
                               int32_t *height) {
  decoding self;
  memset(&self, 0, sizeof self);
  if (setjmp(self.jump) == 0) {
    begin(&self, data, bytes);
    *width = (int32_t)self.jpeg.image_width;
    *height = (int32_t)self.jpeg.image_height;
  }
  jpeg_destroy_decompress(&self.jpeg);
  return self.status;
}

// Cyan, magenta, yellow, black to RGB. Adobe's programs store all four inverted, and so does nearly
// every CMYK JPEG; without their marker they are taken as they are.
static void from_cmyk(const uint8_t *in, int32_t width, bool inverted, uint8_t *out) {
  for (int32_t x = 0; x < width; x++, in += 4, out += 3) {
    uint32_t black = inverted ? in[3] : 255u - in[3];
    for (int channel = 0; channel < 3; channel++) {
      uint32_t ink = inverted ? in[channel] : 255u - in[channel];
      out[channel] = (uint8_t)((ink * black + 127) / 255);
    }
  }
}

static void read_rows(decoding *self, uint8_t *out) {
  struct jpeg_decompress_struct *jpeg = &self->jpeg;
  size_t stride = (size_t)jpeg->output_width * 3;
  bool is_cmyk = jpeg->out_color_space == JCS_CMYK;
  JSAMPARRAY inks = NULL;
  if (is_cmyk) {
    inks = jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, jpeg->output_width * 4, 1);
  }
  while (jpeg->output_scanline < jpeg->output_height) {
    uint8_t *row = out + stride * jpeg->output_scanline;
    JSAMPROW rows[1] = {is_cmyk ? inks[0] : row};
    if (jpeg_read_scanlines(jpeg, rows, 1) != 1) stop(self, idv_image_damaged);
    if (is_cmyk) from_cmyk(inks[0], (int32_t)jpeg->output_width, jpeg->saw_Adobe_marker, row);
  }
}

idv_image_status idv_jpeg_decode(const uint8_t *data, size_t bytes, int32_t denominator,
                                 const idv_image_budget *budget, int32_t width, int32_t height,
                                 uint8_t *out) {
  decoding self;
  memset(&self, 0, sizeof self);
  self.budget = budget;
  if (setjmp(self.jump) == 0) {
    begin(&self, data, bytes);
    bool is_cmyk =
        self.jpeg.jpeg_color_space == JCS_CMYK || self.jpeg.jpeg_color_space == JCS_YCCK;
    self.jpeg.out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
    self.jpeg.scale_num = 1;
    self.jpeg.scale_denom = (unsigned)denominator;
    if (!jpeg_start_decompress(&self.jpeg)) stop(&self, idv_image_damaged);
    if (self.jpeg.output_width != (JDIMENSION)width ||
        self.jpeg.output_height != (JDIMENSION)height ||
        self.jpeg.output_components != (is_cmyk ? 4 : 3)) {
      stop(&self, idv_image_damaged);
    }
    read_rows(&self, out);
    if (!jpeg_finish_decompress(&self.jpeg)) stop(&self, idv_image_damaged);
  }
  jpeg_destroy_decompress(&self.jpeg);
  return self.status;
}
