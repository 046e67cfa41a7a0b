// The inference runtime's C interface, loaded at run time: our own declarations of the few
// functions of OpenVINO's C API that are used, a table of pointers to them, and a SHA-256 over a
// file. Nothing of OpenVINO is needed to build. Names, types and numbers follow its published C
// headers, 2026.4.

#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct ov_core ov_core_t;
typedef struct ov_model ov_model_t;
typedef struct ov_compiled_model ov_compiled_model_t;
typedef struct ov_infer_request ov_infer_request_t;
typedef struct ov_tensor ov_tensor_t;

// A tensor's extent: `rank` numbers at `dims`, owned by whoever filled it.
typedef struct {
  int64_t rank;
  int64_t *dims;
} idv_ov_shape;

// One bound of an extent: smallest and largest, equal when static.
typedef struct {
  int64_t min;
  int64_t max;
} idv_ov_dimension;

// An extent whose rank and dimensions may be open. Freed with `ov_partial_shape_free`.
typedef struct {
  idv_ov_dimension rank;
  idv_ov_dimension *dims;
} idv_ov_partial_shape;

// A setting by name; both strings are borrowed for the call.
typedef struct {
  const char *key;
  const void *value;
} idv_ov_property;

// Element type "32-bit float" in OpenVINO's numbering.
enum { idv_ov_f32 = 4 };

// result, name, parameters. A status is 0 for success and negative for failure.
#define IDV_OV_FUNCTIONS(X) \
  X(int, ov_core_create, (ov_core_t **)) \
  X(void, ov_core_free, (ov_core_t *)) \
  X(int, ov_core_set_properties, \
    (const ov_core_t *, const char *, size_t, const idv_ov_property *)) \
  X(int, ov_core_read_model, (const ov_core_t *, const char *, const char *, ov_model_t **)) \
  X(int, ov_core_compile_model_props, \
    (const ov_core_t *, const ov_model_t *, const char *, size_t, const idv_ov_property *, \
     ov_compiled_model_t **)) \
  X(void, ov_model_free, (ov_model_t *)) \
  X(int, ov_model_reshape_single_input, (const ov_model_t *, idv_ov_partial_shape)) \
  X(int, ov_partial_shape_create, (int64_t, const idv_ov_dimension *, idv_ov_partial_shape *)) \
  X(void, ov_partial_shape_free, (idv_ov_partial_shape *)) \
  X(int, ov_compiled_model_create_infer_request, \
    (const ov_compiled_model_t *, ov_infer_request_t **)) \
  X(void, ov_compiled_model_free, (ov_compiled_model_t *)) \
  X(int, ov_infer_request_get_tensor, (const ov_infer_request_t *, const char *, ov_tensor_t **)) \
  X(int, ov_infer_request_infer, (ov_infer_request_t *)) \
  X(void, ov_infer_request_free, (ov_infer_request_t *)) \
  X(int, ov_tensor_get_shape, (const ov_tensor_t *, idv_ov_shape *)) \
  X(int, ov_tensor_set_shape, (ov_tensor_t *, idv_ov_shape)) \
  X(int, ov_tensor_get_element_type, (const ov_tensor_t *, int *)) \
  X(int, ov_tensor_data, (const ov_tensor_t *, void **)) \
  X(void, ov_tensor_free, (ov_tensor_t *)) \
  X(int, ov_shape_free, (idv_ov_shape *)) \
  X(const char *, ov_get_error_info, (int)) \
  X(const char *, ov_get_last_err_msg, (void)) \
  X(void, ov_free, (const char *))

// The loaded functions. Valid as long as the process lives: the library is never unloaded, because
// its worker threads cannot be stopped safely.
typedef struct {
#define X(result, name, parameters) result(*name) parameters;
  IDV_OV_FUNCTIONS(X)
#undef X
} idv_ov_table;

// Loads the library at `path` and fills `table`. Returns 0, or -1 with the reason, NUL-terminated,
// in `reason` (at most `reason_bytes` with the NUL).
int idv_ov_load(const char *path, idv_ov_table *table, char *reason, size_t reason_bytes);

// SHA-256 of `bytes` bytes at `data` into `digest` (32 bytes). Returns 0, or EIO if hashing failed.
int idv_sha256(const void *data, size_t bytes, uint8_t *digest);

// A SHA-256 of what comes piece by piece. `new` gives NULL if there is no memory or no SHA-256; `add` and `end`
// return 0, or EIO if hashing failed; `end` writes 32 bytes into `digest`, and nothing may be added after it. The
// caller frees it. Not for two threads at once.
typedef struct idv_running_sha256 idv_running_sha256;
idv_running_sha256 *idv_running_sha256_new(void);
int idv_running_sha256_add(idv_running_sha256 *running, const void *data, size_t bytes);
int idv_running_sha256_end(idv_running_sha256 *running, uint8_t *digest);
void idv_running_sha256_free(idv_running_sha256 *running);

// SHA-256 of the regular file at `path` into `digest` (32 bytes) and its length into `length`.
// Returns 0, or an errno value; EINVAL if it is not a regular file, EIO if hashing failed.
int idv_sha256_file(const char *path, uint8_t *digest, uint64_t *length);

// Whether this processor computes with 16-bit floats (bfloat16) by itself. Where it does not, the runtime can only
// imitate it, at a loss.
int idv_has_bfloat16(void);

// Gives memory that the allocator keeps for reuse back to the system: after loading, tens of
// megabytes.
void idv_release_unused_memory(void);

// Names the calling thread for debuggers and process listings; longer names than 15 bytes are
// ignored.
void idv_name_thread(const char *name);

// Lets the calling thread, and those it starts, go behind others: its nice value is raised by `steps`, to 19 at most.
// Returns 0, or an errno value.
int idv_lower_priority(int steps);
