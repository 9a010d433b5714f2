/* files.h: arrays in files.
 *
 * An .npy file is a short text about an array, then its elements; so a file can be mapped and used as a buffer as it stands,
 * and a lazy array can be written into one block by block. Files that are written come into being under another name
 * and take their own when they are complete: a computation that fails leaves the old file, and may read from it.
 *
 * Format: NumPy Enhancement Proposal 1 (versions 1.0, 2.0) and numpy.lib.format (3.0).
 */
#pragma once

#include "engine/array/array.h"

G_BEGIN_DECLS

/* @path itself, or where a path like "samples/island.png" is not there, the file of the samples that come with the program. g_free. */
char *cw_file_find (const char *path);

/* ---- .npy ---------------------------------------------------------------------------------- */

/* What an .npy file says about its elements. */
typedef struct {
  CwDtype dtype;
  bool    swapped; /* elements are big-endian */
  bool    fortran; /* the first axis runs fastest */
  int     ndim;
  int64_t shape[CW_MAX_NDIM];
  int64_t offset; /* of the first element in the file, bytes */
  int64_t bytes;  /* of all elements */
} CwNpyHeader;

/* Reads the header of @path. OSError where there is no such file; ValueError where it is no .npy file, is cut off, or holds
 * what is no array of numbers or text. */
bool cw_npy_read_header (const char *path, CwNpyHeader *header, GError **error);
/* The array in memory, in this machine's byte order; errors as above, MemoryError where it does not fit within the limit. */
CwBuffer *cw_npy_load (const char *path, GError **error);
/* The array where it stands: elements are read when they are touched. ValueError for big-endian elements. */
CwBuffer *cw_npy_map (const char *path, bool writable, GError **error);
/* A new file of zeros, mapped for writing. OSError where the disk is full. */
CwBuffer *cw_npy_create (const char *path, CwDtype dtype, bool fortran, int ndim, const int64_t *shape, GError **error);

/* Writes the elements of a new file. */
typedef bool (*CwNpyFill) (CwBuffer *target, void *data, GError **error);
/* Writes a file of the given kind; it stands at @path once @fill has succeeded, and not before. */
bool cw_npy_write (const char *path, CwDtype dtype, bool fortran, int ndim, const int64_t *shape, CwNpyFill fill, void *data, GError **error);
bool cw_npy_save (const char *path, CwBuffer *b, GError **error); /* in Fortran order where @b stands so */

/* ---- files of bare elements ------------------------------------------------------------------ */

/* Elements of @path from byte @offset on, mapped; @ndim -1: all that the file holds, along one axis. ValueError where the file is too short. */
CwBuffer *cw_file_map (const char *path, bool writable, int64_t offset, CwDtype dtype, int ndim, const int64_t *shape, GError **error);
/* A new file of that length, mapped for writing. */
CwBuffer *cw_file_create (const char *path, int64_t offset, CwDtype dtype, int ndim, const int64_t *shape, GError **error);

/* ---- writing lazy arrays --------------------------------------------------------------------- */

/* An array of a true element a block of @a: computing it writes the blocks into @target, which has the shape of @a and keeps its dtype.
 * ValueError for other shapes and for unknown lengths. */
CwArray *cw_array_store (CwArray *a, CwBuffer *target, GError **error);
/* Computes @a, of known shape, with all processors, and writes a file of it block by block. */
bool cw_npy_save_array (const char *path, CwArray *a, GError **error);
/* Do blocks of @a come from the memory that @b stands in? */
bool cw_array_reads (CwArray *a, const CwBuffer *b);

/* A folder of .npy files, one a block along @axis, and a file "info" that says how they belong together, as Dask writes it. The array
 * returned has a true element a file; computing it writes them. */
CwArray *cw_npy_stack_write (const char *folder, CwArray *a, int axis, GError **error);
/* The lazy array that such a folder holds; a file is opened when its block is computed. */
CwArray *cw_npy_stack_read (const char *folder, GError **error);

/* ---- pictures ---------------------------------------------------------------------------------- */

/* A picture as uint8, height x width x channels (3, or 4 with alpha). OSError where there is no such file, ValueError where it is no picture. */
CwBuffer *cw_image_load (const char *path, GError **error);
/* The pictures that @pattern ("frames/" and then *.png) names, sorted by name, as a lazy array of n x height x width x channels, a block a picture; a file is
 * read when its block is computed. They have to be of one size: the first one's, which is looked at here. */
CwArray *cw_image_stack (const char *pattern, GError **error);

G_END_DECLS
