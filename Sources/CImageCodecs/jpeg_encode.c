// JPEG encoding through libjpeg-turbo: crops that a caller asked for.

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "CImageCodecs.h"

// One encoding. Everything that must survive the error jump is in here.
typedef struct {
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  jmp_buf jump;
  unsigned char *out;
  unsigned long bytes;
  int done;
} encoding;

static void error_exit(j_common_ptr jpeg) {
  encoding *self = jpeg->client_data;
  longjmp(self->jump, 1);
}

static void output_message(j_common_ptr jpeg) { (void)jpeg; }

uint8_t *idv_jpeg_encode(const uint8_t *pixels, int32_t width, int32_t height, int32_t quality,
                         size_t *bytes) {
  encoding self;
  memset(&self, 0, sizeof self);
  self.jpeg.err = jpeg_std_error(&self.errors);
  self.errors.error_exit = error_exit;
  self.errors.output_message = output_message;
  self.jpeg.client_data = &self;
  if (setjmp(self.jump) == 0) {
    jpeg_create_compress(&self.jpeg);
    self.jpeg.client_data = &self;
    jpeg_mem_dest(&self.jpeg, &self.out, &self.bytes);
    self.jpeg.image_width = (JDIMENSION)width;
    self.jpeg.image_height = (JDIMENSION)height;
    self.jpeg.input_components = 3;
    self.jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&self.jpeg);
    jpeg_set_quality(&self.jpeg, quality, TRUE);
    jpeg_start_compress(&self.jpeg, TRUE);
    while (self.jpeg.next_scanline < self.jpeg.image_height) {
      const uint8_t *row = pixels + (size_t)self.jpeg.next_scanline * (size_t)width * 3;
      // The library only reads what it is given here.
      JSAMPROW rows[1] = {(JSAMPROW)row};
      jpeg_write_scanlines(&self.jpeg, rows, 1);
    }
    jpeg_finish_compress(&self.jpeg);
    self.done = 1;
  }
  jpeg_destroy_compress(&self.jpeg);
  if (!self.done) {
    free(self.out);
    return NULL;
  }
  *bytes = self.bytes;
  return self.out;
}
