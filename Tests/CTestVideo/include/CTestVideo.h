// Makes small clips for tests, in every container and codec that is decoded: nothing of the kind has to be committed.

#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
  // Names of FFmpeg's muxer and encoders; NULL for a clip without pictures, or without sound.
  const char *muxer;
  const char *video;
  const char *audio;
  int32_t width, height;
  // How many pictures, and when each is shown in milliseconds; NULL for 25 a second.
  int32_t frames;
  const int32_t *milliseconds;
  // From one key picture to the next; pictures in between that are predicted from both sides.
  int32_t key_distance, b_frames;
  // Parts that each picture is cut into; 0 for whatever the encoder likes.
  int32_t slices;
  // The display matrix's a, b, c, d, each -1, 0 or 1; all 0 for none.
  int32_t a, b, c, d;
  // Weights of BT.709, else BT.601; full range; neither told in the stream.
  int32_t is_709, is_full, is_untold;
  // A size that pictures from this one on have instead; 0 for never.
  int32_t change_at, change_width, change_height;
  // A sine of 440 Hz, or these samples, as many as fit.
  double sound_seconds;
  int32_t sound_rate;
  const float *samples;
  // The same sound once more, on a track of its own.
  int32_t has_second_sound;
  // A file whose pictures are taken as they are, in place of `video`; its sound is left out.
  const char *pictures_of;
} idv_test_clip;

// Makes a clip. Picture k has a red, a green, a blue quarter (top left, top right, bottom left) and a grey one of
// level 40 + 8 · (k mod 20). Returns memory to be freed with `free` and its length; NULL with FFmpeg's code in
// `*code`.
uint8_t *idv_test_clip_make(const idv_test_clip *plan, size_t *bytes, int32_t *code);

// Runs `body` on a thread of its own that can neither open, create or name a file nor use the network: what it tries
// is refused and counted, for this run alone. Returns how often it tried, or -1 where the kernel has no such filter.
int64_t idv_test_confined(void (*body)(void *), void *context);
