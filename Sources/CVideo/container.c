// Containers: memory as the only input, one demuxer, one stream.
//
// `avformat_find_stream_info` is not called: it opens decoders of every stream and decodes pictures twice. What it
// would find out, the decoder says at its first frame.

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libavutil/display.h>
#include <libavutil/log.h>
#include <libavutil/mem.h>

#include "clip.h"

enum {
  input_buffer_bytes = 32 << 10,
  // The largest single piece of memory that FFmpeg gets. A packet of the longest clip fits, and so does a picture.
  allocation_bytes_max = 32 << 20,
  // The largest index of a container that has to be built by reading it all.
  index_bytes_max = 1 << 20,
  // Packets of other streams, or none, in a row.
  idle_reads_max = 1 << 20,
};

static const char *const demuxers[] = {
    [idv_container_mov] = "mov",       [idv_container_matroska] = "matroska",
    [idv_container_avi] = "avi",       [idv_container_flv] = "flv",
    [idv_container_wav] = "wav",       [idv_container_ogg] = "ogg",
    [idv_container_mp3] = "mp3",       [idv_container_amr] = "amr",
    [idv_container_aac] = "aac",       [idv_container_mpegps] = "mpeg",
    [idv_container_mpegvideo] = "mpegvideo", [idv_container_flac] = "flac",
};

static void be_quiet(void *object, int level, const char *format, va_list arguments) {
  (void)object, (void)level, (void)format, (void)arguments;
}

__attribute__((constructor)) static void prepare(void) {
  av_log_set_callback(be_quiet);
  av_max_alloc(allocation_bytes_max);
}

uint32_t idv_clip_library_version(void) { return avcodec_version(); }

int64_t idv_clip_thread_nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void idv_clip_enter(idv_clip *self) { self->began_nanos = idv_clip_thread_nanos(); }

void idv_clip_leave(idv_clip *self) {
  self->spent_nanos += idv_clip_thread_nanos() - self->began_nanos;
}

int64_t idv_clip_cpu_nanos(const idv_clip *self) { return self->spent_nanos; }

bool idv_clip_is_late(idv_clip *self) {
  if (self->spent_nanos + idv_clip_thread_nanos() - self->began_nanos <=
      self->limits.cpu_nanos_max) {
    return false;
  }
  self->fault = idv_clip_time_exceeded;
  return true;
}

static int interrupt(void *opaque) { return idv_clip_is_late(opaque); }

static int read_bytes(void *opaque, uint8_t *out, int count) {
  idv_clip *self = opaque;
  if (idv_clip_is_late(self)) return AVERROR_EXIT;
  int64_t left = self->bytes - self->position;
  if (left <= 0) return AVERROR_EOF;
  if (count > left) count = (int)left;
  memcpy(out, self->data + self->position, (size_t)count);
  self->position += count;
  return count;
}

static int64_t seek_bytes(void *opaque, int64_t offset, int whence) {
  idv_clip *self = opaque;
  if (idv_clip_is_late(self)) return AVERROR_EXIT;
  whence &= ~AVSEEK_FORCE;
  if (whence == AVSEEK_SIZE) return self->bytes;
  int64_t origin = 0;
  if (whence == SEEK_CUR) origin = self->position;
  if (whence == SEEK_END) origin = self->bytes;
  // Both lie within the input's length of zero, or the offset is refused as it stands.
  if (offset < -self->bytes || offset > self->bytes) return AVERROR(EINVAL);
  int64_t wanted = origin + offset;
  if (wanted < 0 || wanted > self->bytes) return AVERROR(EINVAL);
  self->position = wanted;
  return wanted;
}

// A demuxer wants to open something else.
static int refuse_open(AVFormatContext *format, AVIOContext **out, const char *url, int flags,
                       AVDictionary **options) {
  (void)format, (void)url, (void)flags, (void)options;
  *out = NULL;
  return AVERROR(EACCES);
}

static idv_clip_status status_of(idv_clip *self, int code) {
  if (self->fault != idv_clip_ok) return self->fault;
  return code == AVERROR(ENOMEM) ? idv_clip_memory_exceeded : idv_clip_damaged;
}

// Opens the input with the container's demuxer and nothing else.
static idv_clip_status open_input(idv_clip *self, idv_container container) {
  const AVInputFormat *demuxer = av_find_input_format(demuxers[container]);
  if (!demuxer) return idv_clip_codec;
  self->format = avformat_alloc_context();
  uint8_t *buffer = av_malloc(input_buffer_bytes);
  AVIOContext *input =
      buffer ? avio_alloc_context(buffer, input_buffer_bytes, 0, self, read_bytes, NULL, seek_bytes)
             : NULL;
  if (!self->format || !input) {
    av_free(buffer);
    return idv_clip_memory_exceeded;
  }
  AVFormatContext *format = self->format;
  format->pb = input;
  format->flags |= AVFMT_FLAG_CUSTOM_IO;
  format->io_open = refuse_open;
  format->interrupt_callback = (AVIOInterruptCB){interrupt, self};
  format->max_streams = self->limits.streams_max;
  format->max_index_size = index_bytes_max;
  format->protocol_whitelist = av_strdup("none");
  format->format_whitelist = av_strdup(demuxer->name);
  format->codec_whitelist = av_strdup("none");
  AVDictionary *options = NULL;
  av_dict_set(&options, "enable_drefs", "0", 0);
  av_dict_set(&options, "use_absolute_path", "0", 0);
  av_dict_set(&options, "ignore_chapters", "1", 0);
  // Frees the context if it fails, but not an input of ours.
  int code = avformat_open_input(&self->format, NULL, demuxer, &options);
  av_dict_free(&options);
  if (code < 0) {
    av_freep(&input->buffer);
    avio_context_free(&input);
    return status_of(self, code);
  }
  return idv_clip_ok;
}

idv_clip_status idv_clip_open(const uint8_t *data, size_t bytes, idv_container container,
                              idv_clip_use use, const idv_clip_limits *limits, idv_clip **out) {
  *out = NULL;
  idv_clip *self = av_mallocz(sizeof *self);
  if (!self) return idv_clip_memory_exceeded;
  self->limits = *limits;
  self->use = use;
  self->data = data;
  self->bytes = (int64_t)bytes;
  self->stream = -1;
  idv_clip_enter(self);
  self->packet = av_packet_alloc();
  self->frame = av_frame_alloc();
  idv_clip_status status = idv_clip_memory_exceeded;
  if (self->packet && self->frame) status = open_input(self, container);
  idv_clip_leave(self);
  if (status == idv_clip_ok) {
    *out = self;
  } else {
    idv_clip_close(self);
  }
  return status;
}

void idv_clip_close(idv_clip *self) {
  if (!self) return;
  av_packet_free(&self->packet);
  av_frame_free(&self->frame);
  avcodec_free_context(&self->codec);
  if (self->format) {
    AVIOContext *input = self->format->pb;
    avformat_close_input(&self->format);
    if (input) av_freep(&input->buffer);
    avio_context_free(&input);
  }
  sws_freeContext(self->scaler);
  av_freep(&self->rows);
  swr_free(&self->resampler);
  av_channel_layout_uninit(&self->resampler_layout);
  av_freep(&self->samples);
  av_free(self);
}

static const char *video_codec(const idv_clip *self, enum AVCodecID id) {
  switch (id) {
    case AV_CODEC_ID_H264: return "h264";
    case AV_CODEC_ID_HEVC: return "hevc";
    case AV_CODEC_ID_VP8: return "vp8";
    case AV_CODEC_ID_VP9: return "vp9";
    case AV_CODEC_ID_MJPEG: return "mjpeg";
    case AV_CODEC_ID_MPEG4: return "mpeg4";
    case AV_CODEC_ID_MPEG1VIDEO: return self->limits.evaluation ? "mpeg1video" : NULL;
    case AV_CODEC_ID_MPEG2VIDEO: return self->limits.evaluation ? "mpeg2video" : NULL;
    default: return NULL;
  }
}

static const char *audio_codec(const idv_clip *self, enum AVCodecID id) {
  switch (id) {
    case AV_CODEC_ID_AAC: return "aac";
    case AV_CODEC_ID_OPUS: return "opus";
    case AV_CODEC_ID_MP3: return "mp3";
    case AV_CODEC_ID_AMR_NB:
    case AV_CODEC_ID_AMR_WB: return "amr";
    case AV_CODEC_ID_PCM_U8:
    case AV_CODEC_ID_PCM_S16LE:
    case AV_CODEC_ID_PCM_S16BE:
    case AV_CODEC_ID_PCM_S24LE:
    case AV_CODEC_ID_PCM_S24BE:
    case AV_CODEC_ID_PCM_S32LE:
    case AV_CODEC_ID_PCM_S32BE:
    case AV_CODEC_ID_PCM_F32LE:
    case AV_CODEC_ID_PCM_F32BE:
    case AV_CODEC_ID_PCM_ALAW:
    case AV_CODEC_ID_PCM_MULAW: return "pcm";
    case AV_CODEC_ID_MP2: return self->limits.evaluation ? "mp2" : NULL;
    case AV_CODEC_ID_FLAC: return self->limits.evaluation ? "flac" : NULL;
    default: return NULL;
  }
}

// The first stream of the kind in use. Pictures that are attached to a sound do not count. Containers that tell of
// their streams as they come may still have none. Of several sounds nobody knows which one people hear.
static idv_clip_status choose(idv_clip *self) {
  unsigned sounds = 0;
  enum AVMediaType wanted =
      self->use == idv_clip_sound ? AVMEDIA_TYPE_AUDIO : AVMEDIA_TYPE_VIDEO;
  for (unsigned index = 0; index < self->format->nb_streams; index++) {
    const AVStream *stream = self->format->streams[index];
    const AVCodecParameters *parameters = stream->codecpar;
    if (parameters->codec_type == AVMEDIA_TYPE_AUDIO) sounds += 1;
    if (parameters->codec_type == AVMEDIA_TYPE_AUDIO && !self->audio_codec) {
      self->audio_codec = audio_codec(self, parameters->codec_id);
    }
    if (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) continue;
    if (parameters->codec_type != wanted || self->stream >= 0) continue;
    // Told apart only by its first packets.
    if (parameters->codec_id == AV_CODEC_ID_PROBE || parameters->codec_id == AV_CODEC_ID_NONE) {
      continue;
    }
    self->stream = (int)index;
  }
  if (self->use == idv_clip_sound && sounds > 1) return idv_clip_several_sounds;
  if (self->stream < 0) return idv_clip_ok;
  const AVCodecParameters *parameters = self->format->streams[self->stream]->codecpar;
  if (self->use == idv_clip_sound) {
    return audio_codec(self, parameters->codec_id) ? idv_clip_ok : idv_clip_codec;
  }
  self->video_codec = video_codec(self, parameters->codec_id);
  if (!self->video_codec) return idv_clip_codec;
  if (parameters->width > self->limits.side_max || parameters->height > self->limits.side_max ||
      (int64_t)parameters->width * parameters->height > self->limits.pixels_max) {
    return idv_clip_too_large;
  }
  return idv_clip_ok;
}

// The EXIF orientation of a display matrix: which way the axes point, if they point along the picture's sides.
static int32_t orientation(const idv_clip *self) {
  size_t bytes = 0;
  const uint8_t *data = av_stream_get_side_data(self->format->streams[self->stream],
                                                AV_PKT_DATA_DISPLAYMATRIX, &bytes);
  if (!data || bytes < 9 * sizeof(int32_t)) return 1;
  int32_t matrix[9];
  memcpy(matrix, data, sizeof matrix);
  // Columns to the right go (matrix[0], matrix[1]), rows down (matrix[3], matrix[4]).
  int64_t a = matrix[0], b = matrix[1], c = matrix[3], d = matrix[4];
  int64_t straight = llabs(a) + llabs(d), turned = llabs(b) + llabs(c);
  // Within about three degrees of a quarter turn.
  if (straight > 20 * turned) {
    if (a > 0) return d > 0 ? 1 : 4;
    return d > 0 ? 2 : 3;
  }
  if (turned > 20 * straight) {
    if (b > 0) return c > 0 ? 5 : 6;
    return c > 0 ? 8 : 7;
  }
  return 1;
}

void idv_clip_describe(const idv_clip *self, idv_clip_traits *traits) {
  memset(traits, 0, sizeof *traits);
  traits->video_codec = self->video_codec;
  traits->audio_codec = self->audio_codec;
  for (unsigned index = 0; index < self->format->nb_streams; index++) {
    if (self->format->streams[index]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) {
      traits->has_sound = 1;
    }
  }
  traits->orientation = self->stream >= 0 && self->use != idv_clip_sound ? orientation(self) : 1;
}

static double seconds(const idv_clip *self, int64_t value) {
  if (value == AV_NOPTS_VALUE) return (double)NAN;
  return (double)value * av_q2d(self->format->streams[self->stream]->time_base);
}

idv_clip_status idv_clip_read_packet(idv_clip *self) {
  for (int reads = 0; reads < idle_reads_max; reads++) {
    if (idv_clip_is_late(self)) return self->fault;
    av_packet_unref(self->packet);
    int code = av_read_frame(self->format, self->packet);
    if (code == AVERROR_EOF) {
      if (self->fault != idv_clip_ok) return self->fault;
      return self->stream < 0 ? idv_clip_no_stream : idv_clip_end;
    }
    if (code == AVERROR(EAGAIN)) continue;
    if (code < 0) return status_of(self, code);
    idv_clip_status status = choose(self);
    if (status != idv_clip_ok) return status;
    if (self->packet->stream_index != self->stream || self->packet->size == 0) continue;
    // A recorder that streams does not know how much sound will come, and leaves the last piece short.
    bool is_sound = self->use == idv_clip_sound;
    if ((self->packet->flags & AV_PKT_FLAG_CORRUPT) && !is_sound) return idv_clip_damaged;
    return idv_clip_ok;
  }
  return idv_clip_damaged;
}

static void describe_packet(const idv_clip *self, idv_clip_step *step) {
  const AVPacket *packet = self->packet;
  step->kind = idv_clip_packet;
  step->pts = seconds(self, packet->pts);
  step->dts = seconds(self, packet->dts);
  step->bytes = packet->size;
  step->is_key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
  step->is_hidden = (packet->flags & AV_PKT_FLAG_DISCARD) != 0;
}

static idv_clip_status describe_frame(idv_clip *self, idv_clip_step *step) {
  const AVFrame *frame = self->frame;
  if (frame->decode_error_flags || (frame->flags & AV_FRAME_FLAG_CORRUPT)) return idv_clip_damaged;
  step->pts = seconds(self, frame->best_effort_timestamp);
  step->dts = seconds(self, frame->pkt_dts);
  if (self->use == idv_clip_sound) return idv_clip_resample(self, frame, step);
  if (self->width == 0) {
    self->width = frame->width;
    self->height = frame->height;
  }
  if (frame->width != self->width || frame->height != self->height) return idv_clip_size_changed;
  step->kind = idv_clip_frame;
  step->width = frame->width;
  step->height = frame->height;
  step->bytes = frame->pkt_size;
  step->is_key = frame->key_frame;
  return idv_clip_ok;
}

static idv_clip_status feed(idv_clip *self, double wanted_from) {
  idv_clip_status status = idv_clip_read_packet(self);
  if (status == idv_clip_end) {
    self->is_draining = true;
    return self->codec ? idv_clip_send(self, NULL) : idv_clip_end;
  }
  if (status != idv_clip_ok) return status;
  if (!self->codec) status = idv_clip_open_decoder(self);
  if (status != idv_clip_ok) return status;
  double shown = seconds(self, self->packet->pts);
  // Nothing is predicted from such a picture, so that nobody misses it.
  self->codec->skip_frame = shown < wanted_from ? AVDISCARD_NONREF : AVDISCARD_DEFAULT;
  return idv_clip_send(self, self->packet);
}

static idv_clip_status next(idv_clip *self, double wanted_from, idv_clip_step *step) {
  if (self->use == idv_clip_packets) {
    idv_clip_status status = idv_clip_read_packet(self);
    if (status == idv_clip_ok) describe_packet(self, step);
    return status;
  }
  for (;;) {
    if (idv_clip_is_late(self)) return self->fault;
    idv_clip_status status = self->codec ? idv_clip_receive(self) : idv_clip_end;
    if (status == idv_clip_ok) return describe_frame(self, step);
    if (status != idv_clip_end) return status;
    if (self->is_draining) {
      step->pts = step->dts = (double)NAN;
      return self->use == idv_clip_sound ? idv_clip_resample(self, NULL, step) : idv_clip_end;
    }
    status = feed(self, wanted_from);
    if (status != idv_clip_ok) return status;
  }
}

idv_clip_status idv_clip_next(idv_clip *self, double wanted_from, idv_clip_step *step) {
  memset(step, 0, sizeof *step);
  idv_clip_enter(self);
  idv_clip_status status = next(self, wanted_from, step);
  idv_clip_leave(self);
  return status;
}
