// WebP through libwebp. Its decoder takes memory in proportion to the pixels, which are checked
// before.

#include <string.h>

#include <webp/decode.h>

#include "CImageCodecs.h"

static idv_image_status translate(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OK:
      return idv_image_ok;
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return idv_image_unsupported;
    case VP8_STATUS_OUT_OF_MEMORY:
      return idv_image_memory_exceeded;
    default:
      return idv_image_damaged;
  }
}

idv_image_status idv_webp_size(const uint8_t *data, size_t bytes, int32_t *width, int32_t *height,
                               int32_t *has_alpha, int32_t *is_animated) {
  WebPBitstreamFeatures features;
  idv_image_status status = translate(WebPGetFeatures(data, bytes, &features));
  if (status != idv_image_ok) return status;
  *width = features.width;
  *height = features.height;
  *has_alpha = features.has_alpha;
  *is_animated = features.has_animation;
  return idv_image_ok;
}

idv_image_status idv_webp_decode(const uint8_t *data, size_t bytes, int32_t width, int32_t height,
                                 int32_t channels, uint8_t *out) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) return idv_image_unsupported;
  config.output.colorspace = channels == 4 ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = out;
  config.output.u.RGBA.stride = width * channels;
  config.output.u.RGBA.size = (size_t)width * (size_t)height * (size_t)channels;
  idv_image_status status = translate(WebPDecode(data, bytes, &config));
  if (status == idv_image_ok && (config.output.width != width || config.output.height != height)) {
    status = idv_image_damaged;
  }
  WebPFreeDecBuffer(&config.output);
  return status;
}
