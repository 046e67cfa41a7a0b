// Clips for tests, through FFmpeg's encoders.

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>

#include "CTestVideo.h"

enum { rate_default = 25, milliseconds = 1000, file_buffer_bytes = 4096 };

// A file in memory.
typedef struct {
  uint8_t *data;
  size_t bytes, room, position;
} memory;

typedef struct {
  const idv_test_clip *plan;
  memory file;
  AVFormatContext *format;
  AVPacket *packet;
  AVFrame *frame;
  AVCodecContext *video, *audio;
  AVStream *pictures, *sound, *second_sound;
  // Of `pictures_of`.
  AVFormatContext *source;
  int source_stream;
  // The header is written.
  bool is_begun;
} making;

static int write_bytes(void *opaque, uint8_t *data, int count) {
  memory *file = opaque;
  size_t end = file->position + (size_t)count;
  if (end > file->room) {
    size_t room = 2 * end;
    uint8_t *grown = realloc(file->data, room);
    if (!grown) return AVERROR(ENOMEM);
    file->data = grown;
    file->room = room;
  }
  memcpy(file->data + file->position, data, (size_t)count);
  file->position = end;
  if (end > file->bytes) file->bytes = end;
  return count;
}

static int64_t seek_bytes(void *opaque, int64_t offset, int whence) {
  memory *file = opaque;
  if (whence == AVSEEK_SIZE) return (int64_t)file->bytes;
  if (whence == SEEK_CUR) offset += (int64_t)file->position;
  if (whence == SEEK_END) offset += (int64_t)file->bytes;
  // Muxers go back only, to fill in what they know at the end.
  if (offset < 0 || offset > (int64_t)file->bytes) return AVERROR(EINVAL);
  file->position = (size_t)offset;
  return offset;
}

static int open_file(making *self) {
  uint8_t *buffer = av_malloc(file_buffer_bytes);
  self->format->pb = avio_alloc_context(buffer, file_buffer_bytes, 1, &self->file, NULL,
                                        write_bytes, seek_bytes);
  return self->format->pb ? 0 : AVERROR(ENOMEM);
}

static AVCodecContext *new_encoder(making *self, const char *name, AVStream **stream) {
  const AVCodec *encoder = avcodec_find_encoder_by_name(name);
  if (encoder && !*stream) *stream = avformat_new_stream(self->format, NULL);
  return encoder && *stream ? avcodec_alloc_context3(encoder) : NULL;
}

static int open_encoder(making *self, AVCodecContext *codec, AVStream *stream) {
  if (self->format->oformat->flags & AVFMT_GLOBALHEADER) {
    codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  }
  codec->thread_count = 1;
  codec->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
  int code = avcodec_open2(codec, codec->codec, NULL);
  // Only before anything is written.
  if (code < 0 || self->is_begun) return code;
  stream->time_base = codec->time_base;
  return avcodec_parameters_from_context(stream->codecpar, codec);
}

static bool is_full_only(const idv_test_clip *plan) { return strcmp(plan->video, "mjpeg") == 0; }

static int set_matrix(making *self) {
  const idv_test_clip *plan = self->plan;
  if (!plan->a && !plan->b && !plan->c && !plan->d) return 0;
  int32_t one = 1 << 16;
  int32_t matrix[9] = {plan->a * one, plan->b * one, 0, plan->c * one, plan->d * one, 0, 0, 0,
                       1 << 30};
  uint8_t *data =
      av_stream_new_side_data(self->pictures, AV_PKT_DATA_DISPLAYMATRIX, sizeof matrix);
  if (!data) return AVERROR(ENOMEM);
  memcpy(data, matrix, sizeof matrix);
  return 0;
}

static int open_video(making *self, int width, int height) {
  const idv_test_clip *plan = self->plan;
  AVCodecContext *codec = self->video = new_encoder(self, plan->video, &self->pictures);
  if (!codec) return AVERROR_ENCODER_NOT_FOUND;
  codec->width = width;
  codec->height = height;
  codec->pix_fmt = is_full_only(plan) ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P;
  codec->time_base =
      plan->milliseconds ? (AVRational){1, milliseconds} : (AVRational){1, rate_default};
  if (!plan->milliseconds) codec->framerate = (AVRational){rate_default, 1};
  codec->gop_size = plan->key_distance;
  codec->max_b_frames = plan->b_frames;
  codec->slices = plan->slices;
  codec->bit_rate = 400000;
  if (!plan->is_untold) {
    codec->colorspace = plan->is_709 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
    codec->color_range = plan->is_full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  }
  if (is_full_only(plan)) codec->color_range = AVCOL_RANGE_JPEG;
  // Whatever of these an encoder does not know, it does not take.
  av_opt_set(codec->priv_data, "preset", "ultrafast", 0);
  av_opt_set(codec->priv_data, "x265-params", "log-level=none:pools=none:frame-threads=1", 0);
  av_opt_set(codec->priv_data, "deadline", "realtime", 0);
  av_opt_set_int(codec->priv_data, "cpu-used", 8, 0);
  av_opt_set_int(codec->priv_data, "crf", 12, 0);
  return open_encoder(self, codec, self->pictures);
}

// A stream for another file's pictures.
static int open_copied(making *self) {
  int code = avformat_open_input(&self->source, self->plan->pictures_of, NULL, NULL);
  if (code >= 0) code = avformat_find_stream_info(self->source, NULL);
  if (code >= 0) code = av_find_best_stream(self->source, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
  if (code < 0) return code;
  self->source_stream = code;
  self->pictures = avformat_new_stream(self->format, NULL);
  if (!self->pictures) return AVERROR(ENOMEM);
  const AVStream *from = self->source->streams[self->source_stream];
  self->pictures->time_base = from->time_base;
  code = avcodec_parameters_copy(self->pictures->codecpar, from->codecpar);
  self->pictures->codecpar->codec_tag = 0;
  return code;
}

static int copy_pictures(making *self) {
  int code = 0;
  while (code >= 0) {
    code = av_read_frame(self->source, self->packet);
    if (code < 0) break;
    const AVStream *from = self->source->streams[self->packet->stream_index];
    if (self->packet->stream_index == self->source_stream) {
      av_packet_rescale_ts(self->packet, from->time_base, self->pictures->time_base);
      self->packet->stream_index = self->pictures->index;
      self->packet->pos = -1;
      code = av_interleaved_write_frame(self->format, self->packet);
    }
    av_packet_unref(self->packet);
  }
  return code == AVERROR_EOF ? 0 : code;
}

static int open_audio(making *self) {
  const idv_test_clip *plan = self->plan;
  AVCodecContext *codec = self->audio = new_encoder(self, plan->audio, &self->sound);
  if (!codec) return AVERROR_ENCODER_NOT_FOUND;
  codec->sample_fmt = codec->codec->sample_fmts[0];
  codec->sample_rate = plan->sound_rate;
  codec->time_base = (AVRational){1, plan->sound_rate};
  codec->bit_rate = 128000;
  codec->ch_layout = (AVChannelLayout)AV_CHANNEL_LAYOUT_MONO;
  int code = open_encoder(self, codec, self->sound);
  if (code < 0 || !plan->has_second_sound) return code;
  self->second_sound = avformat_new_stream(self->format, NULL);
  if (!self->second_sound) return AVERROR(ENOMEM);
  self->second_sound->time_base = self->sound->time_base;
  return avcodec_parameters_copy(self->second_sound->codecpar, self->sound->codecpar);
}

// Writes the packet to the second track of sound, too.
static int write_second(making *self) {
  AVPacket *copy = av_packet_clone(self->packet);
  if (!copy) return AVERROR(ENOMEM);
  copy->stream_index = self->second_sound->index;
  av_packet_rescale_ts(copy, self->audio->time_base, self->second_sound->time_base);
  int code = av_interleaved_write_frame(self->format, copy);
  av_packet_free(&copy);
  return code;
}

// Some containers cut off a last picture of no length.
static int64_t picture_duration(const idv_test_clip *plan) {
  return plan->milliseconds ? milliseconds / rate_default : 1;
}

// Sends a frame, or with NULL the end, and writes what comes out.
static int encode(making *self, AVCodecContext *codec, AVStream *stream, const AVFrame *frame) {
  int code = avcodec_send_frame(codec, frame);
  while (code >= 0) {
    code = avcodec_receive_packet(codec, self->packet);
    if (code < 0) break;
    if (codec == self->audio && self->second_sound) code = write_second(self);
    if (code < 0) break;
    self->packet->stream_index = stream->index;
    if (codec == self->video) self->packet->duration = picture_duration(self->plan);
    av_packet_rescale_ts(self->packet, codec->time_base, stream->time_base);
    code = av_interleaved_write_frame(self->format, self->packet);
  }
  return code == AVERROR(EAGAIN) || code == AVERROR_EOF ? 0 : code;
}

static void paint(uint8_t *out, int width, int height, int number) {
  uint8_t grey = (uint8_t)(40 + 8 * (number % 20));
  const uint8_t colours[4][3] = {{200, 40, 40}, {40, 180, 40}, {40, 40, 200}, {grey, grey, grey}};
  for (int y = 0; y < height; y++) {
    for (int x = 0; x < width; x++) {
      memcpy(out, colours[(y >= height / 2) * 2 + (x >= width / 2)], 3);
      out += 3;
    }
  }
}

static int draw(making *self, int number) {
  const idv_test_clip *plan = self->plan;
  int width = self->video->width, height = self->video->height;
  AVFrame *frame = self->frame;
  av_frame_unref(frame);
  frame->width = width;
  frame->height = height;
  frame->format = self->video->pix_fmt;
  frame->color_range = self->video->color_range;
  frame->colorspace = self->video->colorspace;
  frame->pts = plan->milliseconds ? plan->milliseconds[number] : number;
  int code = av_frame_get_buffer(frame, 0);
  uint8_t *pixels = malloc((size_t)width * (size_t)height * 3);
  struct SwsContext *scaler =
      sws_getContext(width, height, AV_PIX_FMT_RGB24, width, height, AV_PIX_FMT_YUV420P,
                     SWS_BILINEAR | SWS_ACCURATE_RND, NULL, NULL, NULL);
  if (code >= 0 && pixels && scaler) {
    paint(pixels, width, height, number);
    const int *weights = sws_getCoefficients(plan->is_709 ? SWS_CS_ITU709 : SWS_CS_ITU601);
    sws_setColorspaceDetails(scaler, sws_getCoefficients(SWS_CS_DEFAULT), 1, weights,
                             plan->is_full || is_full_only(plan), 0, 1 << 16, 1 << 16);
    sws_scale(scaler, (const uint8_t *[]){pixels}, (int[]){width * 3}, 0, height, frame->data,
              frame->linesize);
  } else {
    code = code < 0 ? code : AVERROR(ENOMEM);
  }
  sws_freeContext(scaler);
  free(pixels);
  return code;
}

// From here on with another encoder, for pictures of another size.
static int change_size(making *self) {
  int code = encode(self, self->video, self->pictures, NULL);
  avcodec_free_context(&self->video);
  return code < 0 ? code : open_video(self, self->plan->change_width, self->plan->change_height);
}

static int write_pictures(making *self) {
  const idv_test_clip *plan = self->plan;
  int code = 0;
  for (int number = 0; code >= 0 && number < plan->frames; number++) {
    if (plan->change_at && number == plan->change_at) code = change_size(self);
    if (code >= 0) code = draw(self, number);
    if (code >= 0) code = encode(self, self->video, self->pictures, self->frame);
  }
  return code < 0 ? code : encode(self, self->video, self->pictures, NULL);
}

static void put_sample(const AVFrame *frame, int index, double value) {
  uint8_t *at = frame->data[0];
  switch (frame->format) {
    case AV_SAMPLE_FMT_FLT:
    case AV_SAMPLE_FMT_FLTP: ((float *)at)[index] = (float)value; break;
    case AV_SAMPLE_FMT_S16:
    case AV_SAMPLE_FMT_S16P: ((int16_t *)at)[index] = (int16_t)(value * 32767); break;
    case AV_SAMPLE_FMT_S32:
    case AV_SAMPLE_FMT_S32P: ((int32_t *)at)[index] = (int32_t)(value * 2147483647); break;
    case AV_SAMPLE_FMT_U8: at[index] = (uint8_t)(128 + value * 127); break;
    default: break;
  }
}

static int write_sound(making *self) {
  const idv_test_clip *plan = self->plan;
  int size = self->audio->frame_size > 0 ? self->audio->frame_size : 1024;
  int64_t total = (int64_t)(plan->sound_seconds * plan->sound_rate);
  for (int64_t done = 0; done < total; done += size) {
    AVFrame *frame = self->frame;
    av_frame_unref(frame);
    frame->format = self->audio->sample_fmt;
    frame->sample_rate = plan->sound_rate;
    frame->nb_samples = size;
    frame->pts = done;
    av_channel_layout_copy(&frame->ch_layout, &self->audio->ch_layout);
    int code = av_frame_get_buffer(frame, 0);
    if (code < 0) return code;
    for (int index = 0; index < size; index++) {
      double seconds = (double)(done + index) / plan->sound_rate;
      double sine = 0.5 * sin(2 * M_PI * 440 * seconds);
      bool is_over = plan->samples && done + index >= total;
      put_sample(frame, index, is_over ? 0 : plan->samples ? plan->samples[done + index] : sine);
    }
    code = encode(self, self->audio, self->sound, frame);
    if (code < 0) return code;
  }
  return encode(self, self->audio, self->sound, NULL);
}

static int make(making *self) {
  const idv_test_clip *plan = self->plan;
  self->packet = av_packet_alloc();
  self->frame = av_frame_alloc();
  int code = avformat_alloc_output_context2(&self->format, NULL, plan->muxer, NULL);
  if (code >= 0) code = open_file(self);
  if (code >= 0 && plan->video) code = open_video(self, plan->width, plan->height);
  if (code >= 0 && plan->video) code = set_matrix(self);
  if (code >= 0 && plan->pictures_of) code = open_copied(self);
  if (code >= 0 && plan->audio) code = open_audio(self);
  // The same bytes every time.
  if (code >= 0) self->format->flags |= AVFMT_FLAG_BITEXACT;
  if (code >= 0) code = avformat_write_header(self->format, NULL);
  self->is_begun = true;
  if (code >= 0 && plan->video) code = write_pictures(self);
  if (code >= 0 && plan->pictures_of) code = copy_pictures(self);
  if (code >= 0 && plan->audio) code = write_sound(self);
  return code >= 0 ? av_write_trailer(self->format) : code;
}

uint8_t *idv_test_clip_make(const idv_test_clip *plan, size_t *bytes, int32_t *code) {
  making self = {.plan = plan};
  *code = make(&self);
  if (self.format && self.format->pb) {
    avio_flush(self.format->pb);
    av_freep(&self.format->pb->buffer);
    avio_context_free(&self.format->pb);
  }
  avformat_close_input(&self.source);
  avcodec_free_context(&self.video);
  avcodec_free_context(&self.audio);
  av_packet_free(&self.packet);
  av_frame_free(&self.frame);
  avformat_free_context(self.format);
  *bytes = self.file.bytes;
  if (*code >= 0) return self.file.data;
  free(self.file.data);
  return NULL;
}
