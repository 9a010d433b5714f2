/* families.h: the tables of the register, one a family. Each ends with a row without a name. */
#pragma once

#include "engine/language/register.h"

G_BEGIN_DECLS

extern const CwEntry cw_entries_builtins[];
extern const CwEntry cw_entries_text[];
extern const CwEntry cw_entries_containers[];
extern const CwEntry cw_entries_modules[];
extern const CwEntry cw_entries_creation[];
extern const CwEntry cw_entries_random[];
extern const CwEntry cw_entries_choices[];
extern const CwEntry cw_entries_elementwise[];
extern const CwEntry cw_entries_reductions[];
extern const CwEntry cw_entries_shape[];
extern const CwEntry cw_entries_joining[];
extern const CwEntry cw_entries_indexing[];
extern const CwEntry cw_entries_products[];
extern const CwEntry cw_entries_statistics[];
extern const CwEntry cw_entries_sets[];
extern const CwEntry cw_entries_linalg[];
extern const CwEntry cw_entries_fft[];
extern const CwEntry cw_entries_attributes[];
extern const CwEntry cw_entries_compute[];
extern const CwEntry cw_entries_client[];
extern const CwEntry cw_entries_blocks[];
extern const CwEntry cw_entries_map[];
extern const CwEntry cw_entries_values[];
extern const CwEntry cw_entries_settings[];
extern const CwEntry cw_entries_graph[];
extern const CwEntry cw_entries_files[];

/* Entries made from the kernels' tables. */
void cw_elementwise_register (void (*add) (const CwEntry *entry));
void cw_reductions_register (void (*add) (const CwEntry *entry));
/* Entries whose functions are written in the notebook language. */
void cw_written_register (void (*add) (const CwEntry *entry));
/* Entries made from the table of distributions. */
void cw_random_register (void (*add) (const CwEntry *entry));
/* Every block of @a with its neighbours' edges, and the edges cut off again; depth= and boundary= as Dask's. @rechunk: chunks
 * shorter than the depth are merged instead of refused. */
CwArray *cw_blocks_overlapped (CwArray *a, CwValue *depth, CwValue *boundary, bool rechunk, GError **error);
CwArray *cw_blocks_trimmed (CwArray *a, CwValue *depth, CwValue *boundary, GError **error);
/* The stream that a call draws from, with call->lazy set to whether its arrays are lazy, and its arguments after `self`. */
CwValue *const *cw_random_begin (CwCall *call, CwRandomState **stream);

G_END_DECLS
