// Sound as it was encoded, in a file of its own.

#include <libavutil/mem.h>

#include "clip.h"

static const char *muxer_for(enum AVCodecID id) {
  switch (id) {
    case AV_CODEC_ID_AAC:
    case AV_CODEC_ID_MP3:
    case AV_CODEC_ID_OPUS: return "mp4";
    default: return "mov";
  }
}

// A file in memory with one stream like the one in use, its header written.
static int open_output(const idv_clip *self, AVFormatContext **out) {
  const AVStream *from = self->format->streams[self->stream];
  int code =
      avformat_alloc_output_context2(out, NULL, muxer_for(from->codecpar->codec_id), NULL);
  if (code < 0) return code;
  AVFormatContext *format = *out;
  format->flags |= AVFMT_FLAG_BITEXACT;
  AVStream *stream = avformat_new_stream(format, NULL);
  if (!stream) return AVERROR(ENOMEM);
  code = avcodec_parameters_copy(stream->codecpar, from->codecpar);
  if (code < 0) return code;
  // The other container's name of the codec.
  stream->codecpar->codec_tag = 0;
  stream->time_base = from->time_base;
  code = avio_open_dyn_buf(&format->pb);
  return code < 0 ? code : avformat_write_header(format, NULL);
}

static int write_packet(idv_clip *self, AVFormatContext *format) {
  AVPacket *packet = self->packet;
  packet->stream_index = 0;
  packet->pos = -1;
  av_packet_rescale_ts(packet, self->format->streams[self->stream]->time_base,
                       format->streams[0]->time_base);
  return av_write_frame(format, packet);
}

static idv_clip_status status_of(const idv_clip *self, int code) {
  if (code >= 0) return idv_clip_ok;
  if (self->fault != idv_clip_ok) return self->fault;
  return code == AVERROR(ENOMEM) ? idv_clip_memory_exceeded : idv_clip_damaged;
}

// Copies packet after packet, the first of which has been read.
static idv_clip_status copy(idv_clip *self, AVFormatContext *format, size_t bytes_max) {
  idv_clip_status status = idv_clip_ok;
  while (status == idv_clip_ok) {
    status = status_of(self, write_packet(self, format));
    if (status == idv_clip_ok && avio_tell(format->pb) > (int64_t)bytes_max) {
      status = idv_clip_too_large;
    }
    if (status == idv_clip_ok) status = idv_clip_read_packet(self);
  }
  return status == idv_clip_end ? status_of(self, av_write_trailer(format)) : status;
}

idv_clip_status idv_clip_copy_sound(idv_clip *self, size_t bytes_max, uint8_t **out,
                                    size_t *bytes) {
  *out = NULL;
  *bytes = 0;
  idv_clip_enter(self);
  AVFormatContext *format = NULL;
  idv_clip_status status = idv_clip_read_packet(self);
  if (status == idv_clip_end) status = idv_clip_no_stream;
  if (status == idv_clip_ok) status = status_of(self, open_output(self, &format));
  if (status == idv_clip_ok) status = copy(self, format, bytes_max);
  if (format && format->pb) {
    int length = avio_close_dyn_buf(format->pb, out);
    format->pb = NULL;
    *bytes = length > 0 ? (size_t)length : 0;
    if (status == idv_clip_ok && *bytes > bytes_max) status = idv_clip_too_large;
    if (status != idv_clip_ok) av_freep(out);
  }
  avformat_free_context(format);
  idv_clip_leave(self);
  return status;
}

void idv_clip_free_copy(uint8_t *copy) { av_free(copy); }
