/* markup.h: cmark's inline nodes as Pango markup. */
#pragma once

#include <cmark.h>
#include <glib.h>

/* The inline content of a block (several paragraphs are set apart) as Pango markup; g_free. */
char *cw_markup_from_node (cmark_node *node);
