/* family-files.c: arrays in files: np.save and np.load, mapped files, stacks of .npy files, and lazy arrays stored where they belong.
 *
 * What is saved of a lazy array goes into the file block by block, as it is computed. */
#include <string.h>

#include "engine/files/files.h"
#include "engine/language/families.h"
#include "engine/language/session-private.h"

/* ---- storing ------------------------------------------------------------------------------------------------------------- */

typedef struct {
  CwSession *session;
  CwArray   *array;
} Source;

/* Computes @source->array into @target. What reads the target's own memory is computed first. */
static bool store_into (CwBuffer *target, void *data, GError **error) {
  const Source *source = data;
  CwBuffer *result = NULL;
  g_autoptr (CwArray) a = NULL;
  if (cw_array_reads (source->array, target) && !cw_array_has_unknown (source->array)) {
    if (!cw_session_compute (source->session, 1, &source->array, &result, error)) return false;
    a = cw_array_from_buffer (cw_keep_buffer (result), NULL, NULL, error);
  } else {
    a = cw_array_ref (source->array);
  }
  g_autoptr (CwArray) store = a ? cw_array_store (a, target, error) : NULL;
  if (!store || !cw_session_compute (source->session, 1, &store, &result, error)) return false;
  cw_buffer_unref (result);
  return true;
}

/* The part of a target that a region names, or all of it. */
static CwBuffer *target_of (CwValue *target, CwValue *region, GError **error) {
  if (target->kind != CW_V_EAGER) {
    cw_fail (error, CW_ERROR_TYPE, "a Dask array is stored into a NumPy array or a mapped file, not into a value of type '%s': np.lib.format.open_memmap(file, mode='w+', "
             "dtype=x.dtype, shape=x.shape) makes a mapped file", cw_type_name (target));
    return NULL;
  }
  if (region && region->kind != CW_V_NONE) {
    CwValue *part = cw_get_item (target, region, error);
    if (!part) return NULL;
    if (part->kind != CW_V_EAGER || part->buffer->storage != target->buffer->storage) {
      cw_fail (error, CW_ERROR_VALUE, "a region is a tuple of slices, one an axis of the target");
      return NULL;
    }
    target = part;
  }
  if (cw_buffer_is_writable (target->buffer)) return target->buffer;
  cw_fail (error, CW_ERROR_VALUE, "the target is read-only: map the file with mode 'r+' to write into it");
  return NULL;
}

static bool store_one (CwCall *call, CwValue *source, CwValue *target, CwValue *region, GError **error) {
  if (source->kind != CW_V_LAZY) return cw_fail (error, CW_ERROR_VALUE, "All sources must be dask array objects: da.from_array makes one of a value of type '%s'", cw_type_name (source));
  CwBuffer *b = target_of (target, region, error);
  return b && store_into (b, &(Source){ call->session, source->array }, error);
}

/* store(sources, targets, regions=): each source into its target. */
static CwValue *files_store (CwCall *call, GError **error) {
  CwValue *sources = call->args[0], *targets = call->args[1], *regions = call->args[3];
  bool compute, keeps;
  if (!cw_arg_bool (call, 4, &compute, error) || !cw_arg_bool (call, 5, &keeps, error)) return NULL;
  if (!compute || keeps) {
    cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "store() writes at once here: leave out %s", compute ? "return_stored=True" : "compute=False");
    return NULL;
  }
  if (!cw_is_sequence (sources)) return store_one (call, sources, targets, regions, error) ? cw_none () : NULL;
  int n = cw_items_n (sources);
  bool each = cw_is_sequence (regions) && cw_items_n (regions) && cw_is_sequence (cw_items_get (regions, 0));
  if (!cw_is_sequence (targets) || cw_items_n (targets) != n || (each && cw_items_n (regions) != n)) {
    cw_fail (error, CW_ERROR_VALUE, "Different number of sources [%d] and targets or regions: each source needs one of its own", n);
    return NULL;
  }
  for (int i = 0; i < n; i++) {
    if (!store_one (call, cw_items_get (sources, i), cw_items_get (targets, i), each ? cw_items_get (regions, i) : regions, error)) return NULL;
  }
  return cw_none ();
}

/* ---- .npy files ------------------------------------------------------------------------------------------------------------- */

static CwValue *files_save (CwCall *call, GError **error) {
  const char *file;
  CwValue *v = call->args[1];
  if (!cw_arg_str (call, 0, &file, error)) return NULL;
  g_autofree char *path = g_str_has_suffix (file, ".npy") ? g_strdup (file) : g_strconcat (file, ".npy", NULL);
  if (v->kind == CW_V_LAZY && !cw_array_has_unknown (v->array)) {
    Source source = { call->session, v->array };
    CwTape *tape = cw_tape_enter (NULL); /* for a program it is one call */
    bool ok = cw_npy_write (path, v->array->dtype, false, v->array->ndim, v->array->shape, store_into, &source, error);
    cw_tape_enter (tape);
    if (cw_tape_begin ("cw_npy_save_array")) {
      cw_tape_text_argument (path);
      cw_tape_array (v->array);
      cw_tape_end_file (ok, error);
    }
    return ok ? cw_none () : NULL;
  }
  CwBuffer *b = cw_value_buffer (v, error);
  return b && cw_npy_save (path, b, error) ? cw_none () : NULL;
}

/* Reads mode= of a mapped file; *@made: it is a new one. */
static bool read_mode (CwCall *call, int i, bool *writable, bool *made, GError **error) {
  const char *mode;
  if (!cw_arg_str (call, i, &mode, error)) return false;
  *made     = g_str_equal (mode, "w+") || g_str_equal (mode, "write");
  *writable = *made || g_str_equal (mode, "r+") || g_str_equal (mode, "readwrite");
  if (*writable || g_str_equal (mode, "r") || g_str_equal (mode, "readonly")) return true;
  return cw_fail (error, CW_ERROR_VALUE, "mode must be one of 'r' (read), 'r+' (read and write) and 'w+' (a new file), not '%s'", mode);
}

static CwValue *files_load (CwCall *call, GError **error) {
  const char *file;
  bool writable, made;
  if (!cw_arg_str (call, 0, &file, error)) return NULL;
  if (cw_arg_is_none (call, 1)) return cw_eager (cw_npy_load (file, error));
  if (!read_mode (call, 1, &writable, &made, error)) return NULL;
  if (made) cw_fail (error, CW_ERROR_VALUE, "np.load reads a file that is there: np.lib.format.open_memmap(file, mode='w+', dtype=..., shape=...) makes a new one");
  return made ? NULL : cw_eager (cw_npy_map (file, writable, error));
}

static CwValue *files_open_memmap (CwCall *call, GError **error) {
  const char *file;
  bool writable, made, fortran;
  CwDtype dtype;
  int ndim;
  int64_t shape[CW_MAX_NDIM];
  if (!cw_arg_str (call, 0, &file, error) || !read_mode (call, 1, &writable, &made, error)) return NULL;
  if (!made) return cw_eager (cw_npy_map (file, writable, error));
  if (cw_arg_is_none (call, 3)) cw_fail (error, CW_ERROR_VALUE, "a new file needs its shape: open_memmap(file, mode='w+', dtype='float64', shape=(1000, 1000))");
  if (cw_arg_is_none (call, 3) || !cw_arg_dtype (call, 2, &dtype, error) || !cw_arg_shape (call, 3, &ndim, shape, error) || !cw_arg_bool (call, 4, &fortran, error)) return NULL;
  return cw_eager (cw_npy_create (file, dtype == CW_DTYPE_NONE ? CW_FLOAT64 : dtype, fortran, ndim, shape, error));
}

/* memmap(filename, dtype, mode, offset, shape): bare elements. */
static CwValue *files_memmap (CwCall *call, GError **error) {
  const char *file;
  bool writable, made;
  CwDtype dtype;
  int ndim = -1;
  int64_t offset, shape[CW_MAX_NDIM];
  if (!cw_arg_str (call, 0, &file, error) || !cw_arg_dtype (call, 1, &dtype, error) || !read_mode (call, 2, &writable, &made, error) || !cw_arg_int (call, 3, &offset, error)) return NULL;
  if (!cw_arg_is_none (call, 4) && !cw_arg_shape (call, 4, &ndim, shape, error)) return NULL;
  if (!made) return cw_eager (cw_file_map (file, writable, offset, dtype, ndim, shape, error));
  if (ndim < 0) cw_fail (error, CW_ERROR_VALUE, "a new file needs its shape: np.memmap(file, dtype='float64', mode='w+', shape=(1000, 1000))");
  return ndim < 0 ? NULL : cw_eager (cw_file_create (file, offset, dtype, ndim, shape, error));
}

/* ---- stacks ---------------------------------------------------------------------------------------------------------------------- */

static CwValue *files_to_stack (CwCall *call, GError **error) {
  const char *folder;
  int axis;
  CwArray *a = cw_arg_array (call, 1, error);
  if (!a || !cw_arg_str (call, 0, &folder, error) || !cw_arg_axis (call, 2, a->ndim, &axis, error)) return NULL;
  g_autoptr (CwArray) writes = cw_npy_stack_write (folder, a, axis, error);
  CwBuffer *result = NULL;
  if (!writes || !cw_session_compute (call->session, 1, &writes, &result, error)) return NULL;
  cw_buffer_unref (result);
  return cw_none ();
}

static CwValue *files_from_stack (CwCall *call, GError **error) {
  const char *folder;
  if (!cw_arg_str (call, 0, &folder, error)) return NULL;
  return cw_lazy (cw_npy_stack_read (folder, error));
}

/* ---- pictures -------------------------------------------------------------------------------------------------------------------- */

static CwValue *files_image (CwCall *call, GError **error) {
  const char *file;
  if (!cw_arg_str (call, 0, &file, error)) return NULL;
  return call->entry->spaces & CW_IN_DA_IMAGE ? cw_lazy (cw_image_stack (file, error)) : cw_eager (cw_image_load (file, error));
}

#define STORE_REST "lock=True, regions=None, compute=True, return_stored=False"

const CwEntry cw_entries_files[] = {
  { "save", CW_IN_NP, "file, arr", files_save, "Writes an array into an .npy file; a Dask array block by block.", 0 },
  { "load", CW_IN_NP, "file, mmap_mode=None", files_load, "The array in an .npy file; mmap_mode='r' leaves it in the file until it is used.", 0 },
  { "memmap", CW_IN_NP, "filename, dtype='uint8', mode='r+', offset=0, shape=None", files_memmap, "A file of bare elements as an array.", 0 },
  { "open_memmap", CW_IN_NP_FORMAT, "filename, mode='r+', dtype=None, shape=None, fortran_order=False", files_open_memmap, "An .npy file as an array; mode='w+' makes a new one to store into.", 0 },
  { "store", CW_IN_DA, "sources, targets, " STORE_REST, files_store, "Computes Dask arrays and writes their blocks into NumPy arrays or mapped files.", 0 },
  { "store", CW_IN_LAZY, "a, target, " STORE_REST, files_store, "Computes the array and writes its blocks into a NumPy array or a mapped file.", 0 },
  { "to_npy_stack", CW_IN_DA, "dirname, x, axis=0", files_to_stack, "Writes a Dask array into a folder, an .npy file a block along an axis.", 0 },
  { "from_npy_stack", CW_IN_DA, "dirname, mmap_mode='r'", files_from_stack, "The Dask array that to_npy_stack wrote into a folder.", 0 },
  { "imread", CW_IN_DA_IMAGE, "filename", files_image, "The pictures that a pattern names as one Dask array, a block a picture: number, height, width, channels.", 0 },
  { "imread", CW_IN_IMAGEIO, "uri", files_image, "A picture as an array of bytes: height, width, channels.", 0 },
  { 0 },
};
