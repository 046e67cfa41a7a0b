// Decoded pictures to red, green, blue; decoded sound to 16 kHz, one channel.

#include <math.h>
#include <string.h>

#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>

#include "clip.h"

enum {
  // libswscale writes whole groups of pixels and leaves out a last group that does not fit.
  group_pixels = 16,
  pixel_bytes = 3,
  // From this height on, pictures that do not say are taken to be in the colours of high definition.
  high_definition_rows = 720,
  sample_rate = 16000,
};

// Which weights of red, green, blue the picture's luma has.
static int matrix_of(const AVFrame *frame, enum AVCodecID codec) {
  switch (frame->colorspace) {
    case AVCOL_SPC_BT709: return SWS_CS_ITU709;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL: return SWS_CS_BT2020;
    case AVCOL_SPC_SMPTE240M: return SWS_CS_SMPTE240M;
    case AVCOL_SPC_FCC: return SWS_CS_FCC;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M: return SWS_CS_ITU601;
    default: break;
  }
  if (codec == AV_CODEC_ID_MJPEG || codec == AV_CODEC_ID_VP8) return SWS_CS_ITU601;
  int rows = frame->width < frame->height ? frame->width : frame->height;
  return rows >= high_definition_rows ? SWS_CS_ITU709 : SWS_CS_ITU601;
}

// The layout without the old names for "full range", and whether the range is full.
static enum AVPixelFormat layout_of(const AVFrame *frame, int *is_full) {
  *is_full = frame->color_range == AVCOL_RANGE_JPEG;
  switch (frame->format) {
    case AV_PIX_FMT_YUVJ420P: *is_full = 1; return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P: *is_full = 1; return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P: *is_full = 1; return AV_PIX_FMT_YUV444P;
    case AV_PIX_FMT_YUVJ440P: *is_full = 1; return AV_PIX_FMT_YUV440P;
    case AV_PIX_FMT_YUVJ411P: *is_full = 1; return AV_PIX_FMT_YUV411P;
    default: return frame->format;
  }
}

static idv_clip_status prepare_scaler(idv_clip *self, const AVFrame *frame) {
  int is_full;
  enum AVPixelFormat format = layout_of(frame, &is_full);
  int matrix = matrix_of(frame, self->codec->codec_id);
  if (self->scaler && self->scaler_format == format && self->scaler_matrix == matrix &&
      self->scaler_full == is_full) {
    return idv_clip_ok;
  }
  if (!sws_isSupportedInput(format)) return idv_clip_codec;
  sws_freeContext(self->scaler);
  self->scaler = sws_getContext(frame->width, frame->height, format, frame->width, frame->height,
                                AV_PIX_FMT_RGB24, SWS_BILINEAR, NULL, NULL, NULL);
  if (!self->scaler) return idv_clip_codec;
  sws_setColorspaceDetails(self->scaler, sws_getCoefficients(matrix), is_full,
                           sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
  self->scaler_format = format;
  self->scaler_matrix = matrix;
  self->scaler_full = is_full;
  return idv_clip_ok;
}

// Rows of whole groups, for pictures whose own are not.
static uint8_t *prepare_rows(idv_clip *self, const AVFrame *frame) {
  if (!self->rows) {
    self->rows_stride = FFALIGN(frame->width, group_pixels) * pixel_bytes;
    self->rows = av_malloc((size_t)self->rows_stride * (size_t)frame->height + IDV_CLIP_SPARE);
  }
  return self->rows;
}

idv_clip_status idv_clip_rgb(idv_clip *self, uint8_t *out) {
  const AVFrame *frame = self->frame;
  if (!self->codec || !frame->data[0]) return idv_clip_damaged;
  idv_clip_status status = prepare_scaler(self, frame);
  if (status != idv_clip_ok) return status;
  size_t tight = (size_t)frame->width * pixel_bytes;
  bool is_direct = frame->width % group_pixels == 0;
  uint8_t *target = is_direct ? out : prepare_rows(self, frame);
  if (!target) return idv_clip_memory_exceeded;
  int stride = is_direct ? (int)tight : self->rows_stride;
  int rows = sws_scale(self->scaler, (const uint8_t *const *)frame->data, frame->linesize, 0,
                       frame->height, (uint8_t *[]){target, NULL, NULL, NULL},
                       (int[]){stride, 0, 0, 0});
  if (rows != frame->height) return idv_clip_damaged;
  if (!is_direct) {
    for (int row = 0; row < rows; row++) {
      memcpy(out + (size_t)row * tight, target + (size_t)row * (size_t)stride, tight);
    }
  }
  return idv_clip_ok;
}

static idv_clip_status prepare_resampler(idv_clip *self, const AVFrame *frame) {
  if (self->resampler && self->resampler_format == frame->format &&
      self->resampler_rate == frame->sample_rate &&
      av_channel_layout_compare(&self->resampler_layout, &frame->ch_layout) == 0) {
    return idv_clip_ok;
  }
  swr_free(&self->resampler);
  AVChannelLayout mono = AV_CHANNEL_LAYOUT_MONO;
  AVChannelLayout layout = {0};
  // Channels that are not named are taken as the usual ones of their number.
  if (frame->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
    av_channel_layout_default(&layout, frame->ch_layout.nb_channels);
  } else if (av_channel_layout_copy(&layout, &frame->ch_layout) < 0) {
    return idv_clip_memory_exceeded;
  }
  int code = swr_alloc_set_opts2(&self->resampler, &mono, AV_SAMPLE_FMT_FLT, sample_rate, &layout,
                                 frame->format, frame->sample_rate, 0, NULL);
  av_channel_layout_uninit(&layout);
  if (code < 0 || swr_init(self->resampler) < 0) return idv_clip_codec;
  self->resampler_format = frame->format;
  self->resampler_rate = frame->sample_rate;
  return av_channel_layout_copy(&self->resampler_layout, &frame->ch_layout) < 0
             ? idv_clip_memory_exceeded
             : idv_clip_ok;
}

idv_clip_status idv_clip_resample(idv_clip *self, const AVFrame *frame, idv_clip_step *step) {
  step->kind = idv_clip_samples;
  if (frame) {
    idv_clip_status status = prepare_resampler(self, frame);
    if (status != idv_clip_ok) return status;
  } else if (!self->resampler) {
    return idv_clip_end;
  }
  int room = swr_get_out_samples(self->resampler, frame ? frame->nb_samples : 0);
  if (room < 0) return idv_clip_damaged;
  if (room > self->samples_capacity) {
    av_freep(&self->samples);
    self->samples_capacity = 0;
    self->samples = av_malloc_array((size_t)room, sizeof(float));
    if (!self->samples) return idv_clip_memory_exceeded;
    self->samples_capacity = room;
  }
  uint8_t *out = (uint8_t *)self->samples;
  int count = swr_convert(self->resampler, &out, room,
                          frame ? (const uint8_t **)frame->extended_data : NULL,
                          frame ? frame->nb_samples : 0);
  if (count < 0) return idv_clip_damaged;
  if (!frame) {
    // What was left has been given.
    swr_free(&self->resampler);
    if (count == 0) return idv_clip_end;
  }
  step->samples = self->samples;
  step->sample_count = count;
  return idv_clip_ok;
}
