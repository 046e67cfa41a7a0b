// zlib and zstd behind two functions.
#include "CCompression.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum {
  // Fast levels: messages are compressed while a caller waits.
  gzip_level = 3,
  zstd_level = 3,
  // zlib: the largest window, with a gzip header.
  gzip_window_bits = 15 + 16,
  // A zstd frame may ask for so large a window, as a power of two: 8 MiB, what RFC 8878 tells decoders to support.
  zstd_window_log_max = 23,
  first_bytes = 4096,
};

typedef struct {
  uint8_t *bytes;
  size_t count, capacity, max;
} output;

/// Makes room for more; 0 when the bound is reached, -1 without memory.
static int grow(output *out) {
  if (out->count < out->capacity) return 1;
  // One byte over the bound shows that there is more than allowed.
  if (out->capacity > out->max) return 0;
  size_t wanted = out->capacity == 0 ? first_bytes : out->capacity * 2;
  if (wanted > out->max + 1) wanted = out->max + 1;
  uint8_t *larger = realloc(out->bytes, wanted);
  if (larger == NULL) return -1;
  out->bytes = larger;
  out->capacity = wanted;
  return 1;
}

static idv_compression_status finish(
    output *out, idv_compression_status status, uint8_t **bytes, size_t *count) {
  if (status == idv_compression_ok && out->count > out->max) status = idv_compression_too_large;
  if (status != idv_compression_ok) {
    free(out->bytes);
    return status;
  }
  *bytes = out->bytes;
  *count = out->count;
  return status;
}

static idv_compression_status gunzip(const uint8_t *data, size_t bytes, output *out) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (bytes > UINT32_MAX) return idv_compression_too_large;
  if (inflateInit2(&stream, gzip_window_bits) != Z_OK) return idv_compression_no_memory;
  stream.next_in = (Bytef *)data;
  stream.avail_in = (uInt)bytes;
  idv_compression_status status = idv_compression_damaged;
  for (;;) {
    int room = grow(out);
    if (room <= 0) {
      status = room == 0 ? idv_compression_too_large : idv_compression_no_memory;
      break;
    }
    size_t free_bytes = out->capacity - out->count;
    stream.next_out = out->bytes + out->count;
    stream.avail_out = (uInt)free_bytes;
    int result = inflate(&stream, Z_NO_FLUSH);
    out->count += free_bytes - stream.avail_out;
    if (result == Z_STREAM_END) {
      if (stream.avail_in == 0) status = idv_compression_ok;
      break;
    }
    // Without room left it may only lack output; with room left the input has ended too early.
    if (result != Z_OK && !(result == Z_BUF_ERROR && stream.avail_out == 0)) break;
    if (stream.avail_in == 0 && stream.avail_out > 0) break;
  }
  inflateEnd(&stream);
  return status;
}

static idv_compression_status unzstd(const uint8_t *data, size_t bytes, output *out) {
  ZSTD_DCtx *context = ZSTD_createDCtx();
  if (context == NULL) return idv_compression_no_memory;
  ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, zstd_window_log_max);
  ZSTD_inBuffer in = {data, bytes, 0};
  idv_compression_status status = idv_compression_damaged;
  for (;;) {
    int room = grow(out);
    if (room <= 0) {
      status = room == 0 ? idv_compression_too_large : idv_compression_no_memory;
      break;
    }
    ZSTD_outBuffer piece = {out->bytes + out->count, out->capacity - out->count, 0};
    size_t result = ZSTD_decompressStream(context, &piece, &in);
    out->count += piece.pos;
    if (ZSTD_isError(result)) break;
    if (result == 0) {
      if (in.pos == in.size) status = idv_compression_ok;
      break;
    }
    // Room left and nothing more to read: the input has ended too early.
    if (in.pos == in.size && piece.pos < piece.size) break;
  }
  ZSTD_freeDCtx(context);
  return status;
}

idv_compression_status idv_decompress(
    idv_compression encoding, const uint8_t *data, size_t bytes, size_t bytes_max, uint8_t **out,
    size_t *out_bytes) {
  output result = {NULL, 0, 0, bytes_max};
  idv_compression_status status = encoding == idv_compression_gzip
                                      ? gunzip(data, bytes, &result)
                                      : unzstd(data, bytes, &result);
  return finish(&result, status, out, out_bytes);
}

static idv_compression_status gzip(const uint8_t *data, size_t bytes, output *out) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (bytes > UINT32_MAX) return idv_compression_too_large;
  if (deflateInit2(&stream, gzip_level, Z_DEFLATED, gzip_window_bits, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return idv_compression_no_memory;
  }
  stream.next_in = (Bytef *)data;
  stream.avail_in = (uInt)bytes;
  stream.next_out = out->bytes;
  stream.avail_out = (uInt)out->capacity;
  int result = deflate(&stream, Z_FINISH);
  out->count = stream.total_out;
  deflateEnd(&stream);
  return result == Z_STREAM_END ? idv_compression_ok : idv_compression_no_memory;
}

idv_compression_status idv_compress(
    idv_compression encoding, const uint8_t *data, size_t bytes, uint8_t **out, size_t *out_bytes) {
  // What deflate may add in the worst case, and the gzip header and trailer.
  size_t room = encoding == idv_compression_gzip ? bytes + (bytes >> 10) + 64 : ZSTD_compressBound(bytes);
  output result = {malloc(room), 0, room, room};
  if (result.bytes == NULL) return idv_compression_no_memory;
  idv_compression_status status;
  if (encoding == idv_compression_gzip) {
    status = gzip(data, bytes, &result);
  } else {
    result.count = ZSTD_compress(result.bytes, room, data, bytes, zstd_level);
    status = ZSTD_isError(result.count) ? idv_compression_no_memory : idv_compression_ok;
  }
  return finish(&result, status, out, out_bytes);
}
