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
  GArray *layers; /* of CwFusedLayer, users before inputs; leaves refer to these numbers */
} CwFusion;

CwFusion *cw_fuse (int n, CwArray *const *outputs, bool fuse);
void      cw_fusion_free (CwFusion *f);
