/* diagram-sources.h: the arrays that an array is made of, small, with the chunks that one of its chunks reads; private to the diagram's view. */
#pragma once

#include "widgets/adapt.h"

G_BEGIN_DECLS

typedef struct _CwDiagramSources CwDiagramSources;

/* NULL where the array reads from no other one, or where it has too many chunks to look at each. */
CwDiagramSources *cw_diagram_sources_new (CwArray *array);
void              cw_diagram_sources_free (CwDiagramSources *sources);
/* Draws them in @area: quietly what the whole array reads where that is a part of them, and strongly what chunk @block reads (may
 * be NULL). */
void cw_diagram_sources_draw (CwDiagramSources *sources, cairo_t *cr, const CwPalette *palette, CwRect area, const int64_t *block);

G_END_DECLS
