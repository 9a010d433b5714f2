/* fuse.h: the grouping of arrays into layers; private to engine/plan. */
#pragma once

#include "engine/plan/plan-private.h"

typedef struct {
  CwArray *array;      /* borrowed */
  bool     is_program; /* else the operation computes the block from whole input blocks */
  GArray  *nodes;      /* of CwNode, parents first; without a program node 0 alone */
} CwFusedLayer;

typedef struct {
  bool    fuse;
  bool    lean; /* what follows from positions alone is made again for every reader, however many there are */
  GArray *layers; /* of CwFusedLayer, users before inputs; leaves refer to these numbers */
} CwFusion;

/* All arrays that @arrays are made from, inputs before users; borrowed. */
GPtrArray *cw_topological_order (int n, CwArray *const *arrays);
/* @out[n]: new references to arrays of the same values that are cheaper to compute (rewrite.c). */
void cw_rewrite (int n, CwArray *const *arrays, CwArray **out);
CwFusion *cw_fuse (int n, CwArray *const *outputs, bool fuse, bool lean);
void      cw_fusion_free (CwFusion *f);
