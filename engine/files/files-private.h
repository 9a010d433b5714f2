/* files-private.h: what the files of this part share. */
#pragma once

#include "engine/files/files.h"

G_BEGIN_DECLS

/* Sets an OSError that names @path and what the system says about it; returns false. */
bool cw_fail_path (GError **error, const char *path);
/* The text of a header in @text[length], without the magic bytes. */
bool cw_npy_parse (const char *path, const char *text, size_t length, CwNpyHeader *header, GError **error);
/* A whole header of version 1.0, magic bytes included, padded to a multiple of 64 bytes. */
GString *cw_npy_print (CwDtype dtype, bool fortran, int ndim, const int64_t *shape);
/* The values @values[n] as a lazy array of one element a block. */
CwArray *cw_array_one_a_block (int64_t n, const int64_t *values, GError **error);
/* 0 .. n-1, one a block: tells a task which block it makes. */
CwArray *cw_array_count_a_block (int64_t n, GError **error);
/* Copies values of @from to @to in parts of a megabyte, between which pages of files can be sent away. */
void cw_copy_in_parts (CwBuffer *to, CwBuffer *from);
/* The block that a task of writing gives: one true element. */
CwBuffer *cw_block_written (int ndim, GError **error);

/* What the file "info" of a folder of blocks says. */
typedef struct {
  int      axis;
  GArray  *lengths; /* int64, of the blocks along the axis */
} CwStackInfo;

/* Reads it, or writes it for blocks of @a along @axis, whose other axes are whole. */
bool cw_stack_info_read (const char *folder, CwStackInfo *info, GError **error);
bool cw_stack_info_write (const char *folder, const CwArray *a, int axis, GError **error);

G_END_DECLS
