// Decoders: one thread, a budget for pictures, damage is not patched.

#include <string.h>

#include <libavutil/imgutils.h>
#include <libavutil/mem.h>
#include <libavutil/pixdesc.h>

#include "clip.h"

enum {
  // Decoders of pictures read and write beyond a plane's end in steps of vectors.
  plane_slack_bytes = 16 + 64,
  plane_alignment = 64,
  // Coded sizes are whole blocks of at most this side.
  block_side = 64,
  sample_rate_min = 4000,
  sample_rate_max = 192000,
  channels_max = 8,
  frame_samples_max = 1 << 17,
};

typedef struct {
  idv_clip *clip;
  int64_t bytes;
} picture_claim;

static void release_picture(void *opaque, uint8_t *data) {
  picture_claim *claim = opaque;
  claim->clip->picture_bytes -= claim->bytes;
  av_free(claim);
  av_free(data);
}

static bool is_too_large(const idv_clip *self, int64_t width, int64_t height) {
  return width > self->limits.side_max || height > self->limits.side_max ||
         width * height > self->limits.pixels_max;
}

// Sizes of the planes of a frame of libavcodec's, as its own allocator lays them out.
static int64_t plan_picture(AVCodecContext *codec, AVFrame *frame, size_t sizes[4]) {
  int width = frame->width, height = frame->height, alignment[AV_NUM_DATA_POINTERS];
  avcodec_align_dimensions2(codec, &width, &height, alignment);
  int unaligned;
  do {
    if (av_image_fill_linesizes(frame->linesize, frame->format, width) < 0) return -1;
    width += width & ~(width - 1);
    unaligned = 0;
    for (int plane = 0; plane < 4; plane++) unaligned |= frame->linesize[plane] % alignment[plane];
  } while (unaligned);
  ptrdiff_t strides[4];
  for (int plane = 0; plane < 4; plane++) strides[plane] = frame->linesize[plane];
  if (av_image_fill_plane_sizes(sizes, frame->format, height, strides) < 0) return -1;
  int64_t total = 0;
  for (int plane = 0; plane < 4; plane++) {
    if (sizes[plane]) {
      sizes[plane] = FFALIGN(sizes[plane] + plane_slack_bytes, plane_alignment);
    }
    total += (int64_t)sizes[plane];
  }
  return total;
}

static int give_picture(idv_clip *self, AVCodecContext *codec, AVFrame *frame) {
  if (idv_clip_is_late(self)) return AVERROR_EXIT;
  if (is_too_large(self, codec->width, codec->height) ||
      frame->width > self->limits.side_max + block_side ||
      frame->height > self->limits.side_max + block_side) {
    self->fault = idv_clip_too_large;
    return AVERROR(EINVAL);
  }
  size_t sizes[4] = {0};
  int64_t total = plan_picture(codec, frame, sizes);
  if (total <= 0) return AVERROR(EINVAL);
  if (self->picture_bytes + total > self->limits.picture_bytes_max) {
    self->fault = idv_clip_memory_exceeded;
    return AVERROR(ENOMEM);
  }
  uint8_t *data = av_malloc((size_t)total);
  picture_claim *claim = av_malloc(sizeof *claim);
  AVBufferRef *buffer = NULL;
  if (data && claim) {
    *claim = (picture_claim){self, total};
    buffer = av_buffer_create(data, (size_t)total, release_picture, claim, 0);
  }
  if (!buffer) {
    av_free(data);
    av_free(claim);
    return AVERROR(ENOMEM);
  }
  self->picture_bytes += total;
  frame->buf[0] = buffer;
  frame->extended_data = frame->data;
  for (int plane = 0; plane < 4; plane++) {
    frame->data[plane] = sizes[plane] ? data : NULL;
    data += sizes[plane];
  }
  return 0;
}

static int give_buffer(AVCodecContext *codec, AVFrame *frame, int flags) {
  idv_clip *self = codec->opaque;
  if (codec->codec_type == AVMEDIA_TYPE_VIDEO) return give_picture(self, codec, frame);
  if (idv_clip_is_late(self)) return AVERROR_EXIT;
  if (frame->nb_samples > frame_samples_max || frame->ch_layout.nb_channels > channels_max) {
    self->fault = idv_clip_codec;
    return AVERROR(EINVAL);
  }
  return avcodec_default_get_buffer2(codec, frame, flags);
}

// The first layout that lies in ordinary memory.
static enum AVPixelFormat choose_layout(AVCodecContext *codec, const enum AVPixelFormat *formats) {
  (void)codec;
  for (; *formats != AV_PIX_FMT_NONE; formats++) {
    const AVPixFmtDescriptor *description = av_pix_fmt_desc_get(*formats);
    if (description && !(description->flags & AV_PIX_FMT_FLAG_HWACCEL)) return *formats;
  }
  return AV_PIX_FMT_NONE;
}

static const AVCodec *decoder_of(const idv_clip *self) {
  enum AVCodecID id = self->format->streams[self->stream]->codecpar->codec_id;
  switch (id) {
    // The decoders that FFmpeg prefers for these are other libraries, or give whole numbers.
    case AV_CODEC_ID_AAC: return avcodec_find_decoder_by_name("aac");
    case AV_CODEC_ID_OPUS: return avcodec_find_decoder_by_name("opus");
    case AV_CODEC_ID_MP3: return avcodec_find_decoder_by_name("mp3float");
    case AV_CODEC_ID_MP2: return avcodec_find_decoder_by_name("mp2float");
    case AV_CODEC_ID_FLAC: return avcodec_find_decoder_by_name("flac");
    case AV_CODEC_ID_AMR_NB: return avcodec_find_decoder_by_name("amrnb");
    case AV_CODEC_ID_AMR_WB: return avcodec_find_decoder_by_name("amrwb");
    case AV_CODEC_ID_H264: return avcodec_find_decoder_by_name("h264");
    case AV_CODEC_ID_HEVC: return avcodec_find_decoder_by_name("hevc");
    case AV_CODEC_ID_VP8: return avcodec_find_decoder_by_name("vp8");
    case AV_CODEC_ID_VP9: return avcodec_find_decoder_by_name("vp9");
    case AV_CODEC_ID_MJPEG: return avcodec_find_decoder_by_name("mjpeg");
    case AV_CODEC_ID_MPEG4: return avcodec_find_decoder_by_name("mpeg4");
    default: return avcodec_find_decoder(id);
  }
}

static bool is_sound_allowed(const AVCodecParameters *parameters) {
  // Some containers leave both to the codec.
  int rate = parameters->sample_rate, channels = parameters->ch_layout.nb_channels;
  return (rate == 0 || (rate >= sample_rate_min && rate <= sample_rate_max)) &&
         channels >= 0 && channels <= channels_max;
}

idv_clip_status idv_clip_open_decoder(idv_clip *self) {
  const AVStream *stream = self->format->streams[self->stream];
  const AVCodec *decoder = decoder_of(self);
  if (!decoder) return idv_clip_codec;
  if (self->use == idv_clip_sound && !is_sound_allowed(stream->codecpar)) return idv_clip_codec;
  AVCodecContext *codec = self->codec = avcodec_alloc_context3(decoder);
  if (!codec) return idv_clip_memory_exceeded;
  if (avcodec_parameters_to_context(codec, stream->codecpar) < 0) return idv_clip_memory_exceeded;
  codec->opaque = self;
  codec->pkt_timebase = stream->time_base;
  codec->thread_count = 1;
  codec->thread_type = 0;
  codec->get_buffer2 = give_buffer;
  codec->get_format = choose_layout;
  codec->max_pixels = self->limits.pixels_max + (int64_t)block_side * 2 * self->limits.side_max;
  codec->max_samples = frame_samples_max;
  codec->err_recognition = AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER | AV_EF_EXPLODE;
  // Stays on although concealed pictures are refused: without it FFmpeg 5.1 keeps no account of slices, and calls every
  // picture that has two of them damaged.
  codec->error_concealment = FF_EC_GUESS_MVS | FF_EC_DEBLOCK;
  int code = avcodec_open2(codec, decoder, NULL);
  if (self->fault != idv_clip_ok) return self->fault;
  if (code < 0) return code == AVERROR(ENOMEM) ? idv_clip_memory_exceeded : idv_clip_codec;
  return idv_clip_ok;
}

static idv_clip_status status_of(const idv_clip *self, int code) {
  if (self->fault != idv_clip_ok) return self->fault;
  if (code == AVERROR(ENOMEM)) return idv_clip_memory_exceeded;
  if (code == AVERROR_PATCHWELCOME || code == AVERROR(ENOSYS)) return idv_clip_codec;
  return idv_clip_damaged;
}

idv_clip_status idv_clip_send(idv_clip *self, const AVPacket *packet) {
  int code = avcodec_send_packet(self->codec, packet);
  return code < 0 && code != AVERROR_EOF ? status_of(self, code) : idv_clip_ok;
}

idv_clip_status idv_clip_receive(idv_clip *self) {
  av_frame_unref(self->frame);
  int code = avcodec_receive_frame(self->codec, self->frame);
  if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) {
    return self->fault != idv_clip_ok ? self->fault : idv_clip_end;
  }
  return code < 0 ? status_of(self, code) : idv_clip_ok;
}
