// What the files of this module share.

#pragma once
#include <stdbool.h>
#include <stdint.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

#include "CVideo.h"

struct idv_clip {
  idv_clip_limits limits;
  idv_clip_use use;

  // The input, and how far it is read.
  const uint8_t *data;
  int64_t bytes;
  int64_t position;
  AVFormatContext *format;
  AVPacket *packet;

  // The stream in use, or -1.
  int stream;
  const char *video_codec;
  const char *audio_codec;
  AVCodecContext *codec;
  AVFrame *frame;
  bool is_draining;

  // Set where only a code of FFmpeg's travels.
  idv_clip_status fault;
  // Decoded pictures that are alive.
  int64_t picture_bytes;
  // Size of the first picture.
  int32_t width, height;

  // Conversion of pictures, for the layout it was made for.
  struct SwsContext *scaler;
  int scaler_format, scaler_matrix, scaler_full;
  uint8_t *rows;
  int rows_stride;

  // Conversion of sound, for the layout it was made for.
  SwrContext *resampler;
  int resampler_format, resampler_rate;
  AVChannelLayout resampler_layout;
  float *samples;
  int samples_capacity;

  // Processor time: spent by earlier calls, and when this one began.
  int64_t spent_nanos;
  int64_t began_nanos;
};

// Whether the time is used up; then the fault says so.
bool idv_clip_is_late(idv_clip *self);

// Around every call from outside: counts its processor time.
void idv_clip_enter(idv_clip *self);
void idv_clip_leave(idv_clip *self);

// The next packet of the stream in use.
idv_clip_status idv_clip_read_packet(idv_clip *self);

// Opens the decoder of the stream in use.
idv_clip_status idv_clip_open_decoder(idv_clip *self);

// Sends the packet, or with NULL the end, to the decoder.
idv_clip_status idv_clip_send(idv_clip *self, const AVPacket *packet);

// The next picture of the decoder, or `idv_clip_end` when it needs more, or has no more.
idv_clip_status idv_clip_receive(idv_clip *self);

// Turns the sound of `frame`, or with NULL what is left, into samples of the step.
idv_clip_status idv_clip_resample(idv_clip *self, const AVFrame *frame, idv_clip_step *step);
