// gzip (zlib) and zstd over whole messages in memory, with bounded output.
//
// Every function may be called from any thread; none keeps a pointer after it returns.

#pragma once
#include <stddef.h>
#include <stdint.h>

typedef enum {
  idv_compression_gzip = 0,
  idv_compression_zstd = 1,
} idv_compression;

typedef enum {
  idv_compression_ok = 0,
  // Not a whole message of this encoding, or something follows it.
  idv_compression_damaged,
  // More output than allowed; nothing is handed out.
  idv_compression_too_large,
  // No memory.
  idv_compression_no_memory,
} idv_compression_status;

// Compresses `bytes` bytes; `*out` is for the caller to free() when the result is idv_compression_ok.
idv_compression_status idv_compress(
    idv_compression encoding, const uint8_t *data, size_t bytes, uint8_t **out, size_t *out_bytes);

// Decompresses one whole message into at most `bytes_max` bytes. Memory grows with what comes out, never from a size
// that the data announce. `*out` is for the caller to free() when the result is idv_compression_ok; it may be NULL for
// an empty message.
idv_compression_status idv_decompress(
    idv_compression encoding, const uint8_t *data, size_t bytes, size_t bytes_max, uint8_t **out,
    size_t *out_bytes);
