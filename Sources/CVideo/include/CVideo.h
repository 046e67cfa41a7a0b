// Clips and recordings through FFmpeg, behind plain functions.
//
// The only input is memory: no protocol is allowed, and a demuxer that asks for another file is refused. Containers
// and codecs are lists in this module; nothing is probed. Everything that a header may ask for is checked before
// memory is reserved. A clip is used by one thread at a time; several clips at once are fine.

#pragma once
#include <stddef.h>
#include <stdint.h>

// How a step ended.
typedef enum {
  idv_clip_ok = 0,
  // Nothing follows.
  idv_clip_end,
  // The data break the format's rules, or end too early.
  idv_clip_damaged,
  // The stream that is asked for is of a codec, or a variant of one, that is not decoded.
  idv_clip_codec,
  // No stream of the kind that is asked for.
  idv_clip_no_stream,
  // More pixels than the limit, or another size than the pictures before.
  idv_clip_too_large,
  idv_clip_size_changed,
  // More memory or processor time than the budget.
  idv_clip_memory_exceeded,
  idv_clip_time_exceeded,
  // There is more than one sound to choose from.
  idv_clip_several_sounds,
} idv_clip_status;

typedef enum {
  idv_container_mov = 0,
  idv_container_matroska,
  idv_container_avi,
  idv_container_flv,
  idv_container_wav,
  idv_container_ogg,
  idv_container_mp3,
  idv_container_amr,
  idv_container_aac,
  // Only for evaluation data: FLAC, MPEG-1 and -2 streams.
  idv_container_flac,
  idv_container_mpegps,
  idv_container_mpegvideo,
} idv_container;

// What is decoded of a clip.
typedef enum {
  // The list of packets of the pictures; nothing is decoded.
  idv_clip_packets = 0,
  idv_clip_pictures,
  idv_clip_sound,
} idv_clip_use;

typedef struct {
  // Most pixels a side, and in all, as they are coded.
  int32_t side_max;
  int64_t pixels_max;
  // Most streams in the container.
  int32_t streams_max;
  // Most bytes of decoded pictures alive at one time.
  int64_t picture_bytes_max;
  // Most processor time of the calling thread inside this module, in nanoseconds.
  int64_t cpu_nanos_max;
  // MPEG-1 and -2 too.
  int32_t evaluation;
} idv_clip_limits;

typedef struct idv_clip idv_clip;

// What is known of the stream once its first packet has been read.
typedef struct {
  // Static strings.
  const char *video_codec;
  const char *audio_codec;
  // Whether there is any sound, of whatever codec.
  int32_t has_sound;
  // How the pictures have to be turned: an EXIF orientation 1–8.
  int32_t orientation;
} idv_clip_traits;

typedef enum { idv_clip_packet = 0, idv_clip_frame, idv_clip_samples } idv_clip_kind;

// What a step brought. Times are in seconds on the container's line of time; not a number where it tells none.
typedef struct {
  idv_clip_kind kind;
  double pts, dts;
  int32_t bytes;
  // The packet starts anew; it is not to be shown.
  int32_t is_key, is_hidden;
  // Size of a frame as it is shown, before it is turned.
  int32_t width, height;
  // Sound, 16 kHz, one channel; valid until the next step.
  const float *samples;
  int32_t sample_count;
} idv_clip_step;

// Opens `bytes` at `data`, which must stay as they are until `idv_clip_close`. On failure `*out` is NULL.
idv_clip_status idv_clip_open(const uint8_t *data, size_t bytes, idv_container container,
                              idv_clip_use use, const idv_clip_limits *limits, idv_clip **out);

void idv_clip_close(idv_clip *clip);

// The next packet, frame or run of samples. Pictures that nothing else needs may be left out if they come before
// `wanted_from`, in seconds.
idv_clip_status idv_clip_next(idv_clip *clip, double wanted_from, idv_clip_step *step);

// Valid after a step that brought something.
void idv_clip_describe(const idv_clip *clip, idv_clip_traits *traits);

// Writes the frame of the last step, `width` × `height` pixels of red, green, blue without gaps, to `out`, behind
// which `IDV_CLIP_SPARE` bytes may be written too.
#define IDV_CLIP_SPARE 64
idv_clip_status idv_clip_rgb(idv_clip *clip, uint8_t *out);

// Copies the sound of a clip opened for `idv_clip_sound`, of which nothing has been read yet, as it is encoded into a
// file of its own: MP4, or MOV where that does not hold the codec. `*out` is freed with `idv_clip_free_copy`; NULL on
// failure, of which `idv_clip_too_large` says that it would have more than `bytes_max` bytes.
idv_clip_status idv_clip_copy_sound(idv_clip *clip, size_t bytes_max, uint8_t **out, size_t *bytes);
void idv_clip_free_copy(uint8_t *copy);

// Processor time spent in this clip so far, in nanoseconds.
int64_t idv_clip_cpu_nanos(const idv_clip *clip);

// Processor time of the calling thread, in nanoseconds.
int64_t idv_clip_thread_nanos(void);

// Version of FFmpeg's codecs, for the log.
uint32_t idv_clip_library_version(void);
