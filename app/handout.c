/* handout.c: a lesson on paper.
 *
 * A pen goes down an A4 page and begins a new one where the next piece does not fit; paragraphs break between lines, pictures and code boxes
 * stay whole where they can. Cells are really run, so that what stands on paper is what the program shows.
 */
#include "app/handout.h"

#include <cairo-pdf.h>
#include <glib/gi18n.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "lessons/judge.h"
#include "lessons/variants.h"
#include "widgets/adapt.h"

#define PAGE_WIDTH 595.0 /* A4 in points */
#define PAGE_HEIGHT 842.0
#define MARGIN 56.0
#define WIDTH (PAGE_WIDTH - 2 * MARGIN)
#define SEED 1
#define MOST_LINES 18 /* of a cell's printed output */

typedef struct {
  cairo_t         *cr;
  const CwPalette *palette;
  double           y;
  int              page;
  const char      *title;
  const CwLesson  *lesson;
  CwSession       *session;
  bool             answers;
} Pen;

/* ---- pages ------------------------------------------------------------------------------------------ */

static void
number_page (Pen *pen) {
  g_autofree char *number = g_strdup_printf ("%d", pen->page);
  cw_draw_text (pen->cr, pen->title, MARGIN, PAGE_HEIGHT - 30, 0, 0.5, 8, pen->palette->dim);
  cw_draw_text (pen->cr, number, PAGE_WIDTH - MARGIN, PAGE_HEIGHT - 30, 1, 0.5, 8, pen->palette->dim);
}

static void
new_page (Pen *pen) {
  number_page (pen);
  cairo_show_page (pen->cr);
  pen->page++;
  pen->y = MARGIN;
}

/* Makes sure that @height fits below the pen. */
static void
need (Pen *pen, double height) {
  if (pen->y + height > PAGE_HEIGHT - MARGIN && pen->y > MARGIN)
    new_page (pen);
}

/* ---- words ------------------------------------------------------------------------------------------- */

static PangoLayout *
layout_of (Pen *pen, const char *markup, const char *font, double size, double width) {
  PangoLayout *layout = pango_cairo_create_layout (pen->cr);
  g_autoptr (PangoFontDescription) description = pango_font_description_from_string (font);
  pango_font_description_set_absolute_size (description, size * PANGO_SCALE);
  pango_layout_set_font_description (layout, description);
  pango_layout_set_width (layout, width * PANGO_SCALE);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_line_spacing (layout, 1.25);
  pango_layout_set_markup (layout, markup, -1);
  return layout;
}

static double
height_of (PangoLayout *layout) {
  int height;
  pango_layout_get_size (layout, NULL, &height);
  return (double) height / PANGO_SCALE;
}

/* Writes line by line, so that a paragraph can go on on the next page. */
static void
write_layout (Pen *pen, PangoLayout *layout, double x, CwColor color) {
  for (int i = 0; i < pango_layout_get_line_count (layout); i++) {
    PangoLayoutLine *line = pango_layout_get_line_readonly (layout, i);
    PangoRectangle   extents;
    pango_layout_line_get_extents (line, NULL, &extents);
    double height = (double) extents.height / PANGO_SCALE * 1.25;
    need (pen, height);
    cairo_move_to (pen->cr, x, pen->y - (double) extents.y / PANGO_SCALE);
    cw_set_color (pen->cr, color);
    pango_cairo_show_layout_line (pen->cr, line);
    pen->y += height;
  }
  cairo_new_path (pen->cr);
}

/* Paper has no links. */
static char *
without_links (const char *markup) {
  GString *out = g_string_new (NULL);
  for (const char *c = markup; *c; c++) {
    if (g_str_has_prefix (c, "<a ") || g_str_has_prefix (c, "</a>"))
      c = strchr (c, '>');
    else
      g_string_append_c (out, *c);
  }
  return g_string_free (out, FALSE);
}

static void
write_markup (Pen *pen, const char *markup, const char *font, double size, double indent, double below) {
  g_autofree char *plain = without_links (markup);
  g_autoptr (PangoLayout) layout = layout_of (pen, plain, font, size, WIDTH - indent);
  write_layout (pen, layout, MARGIN + indent, pen->palette->foreground);
  pen->y += below;
}

static void
write_plain (Pen *pen, const char *text, const char *font, double size, double indent, double below) {
  g_autofree char *markup = g_markup_escape_text (text, -1);
  write_markup (pen, markup, font, size, indent, below);
}

static void
write_heading (Pen *pen, const CwLessonBlock *block) {
  static const double sizes[] = { 20, 14, 11.5, 10.5 };
  if (block->level > 1)
    pen->y += 8;
  need (pen, 60); /* not alone at the foot of a page */
  write_markup (pen, block->markup, "Sans Bold", sizes[MIN (block->level, 4) - 1], 0, 5);
}

/* ---- boxes --------------------------------------------------------------------------------------------- */

static void
write_box (Pen *pen, const char *code, CwColor fill) {
  g_autofree char *markup = g_markup_escape_text (code, -1);
  g_autoptr (PangoLayout) layout = layout_of (pen, markup, "Monospace", 8.5, WIDTH - 16);
  double height = height_of (layout) * 1.02 + 12;
  if (height > PAGE_HEIGHT - 2 * MARGIN) { /* longer than a page: without its box */
    write_layout (pen, layout, MARGIN + 8, pen->palette->foreground);
    return;
  }
  need (pen, height);
  cairo_rectangle (pen->cr, MARGIN, pen->y, WIDTH, height);
  cw_set_color (pen->cr, fill);
  cairo_fill (pen->cr);
  double top = pen->y;
  pen->y += 6;
  write_layout (pen, layout, MARGIN + 8, pen->palette->foreground);
  pen->y = MAX (pen->y, top + height) + 6;
}

static void
write_code (Pen *pen, const char *code) {
  write_box (pen, code, cw_color_mix (pen->palette->background, pen->palette->foreground, 0.05));
}

/* ---- outputs ---------------------------------------------------------------------------------------------- */

static void
write_printed (Pen *pen, const char *text) {
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  if (g_strv_length (lines) > MOST_LINES) {
    g_free (lines[MOST_LINES]);
    lines[MOST_LINES] = g_strdup ("…");
    for (int i = MOST_LINES + 1; lines[i]; i++)
      g_clear_pointer (&lines[i], g_free);
  }
  g_autofree char *shown = g_strchomp (g_strjoinv ("\n", lines));
  write_plain (pen, shown, "Monospace", 8, 16, 6);
}

static void
write_diagram (Pen *pen, CwArray *array) {
  const double width = 190, height = 150;
  g_autoptr (CwDrawChunks) chunks = cw_adapt_chunks (array);
  g_autoptr (CwDiagram) diagram = cw_diagram_new (chunks, width, height, CW_DIAGRAM_LABELS);
  g_autofree char *text = cw_adapt_array_text (array);
  need (pen, height + 18);
  cairo_save (pen->cr);
  cairo_translate (pen->cr, MARGIN + 16, pen->y);
  cw_diagram_draw (diagram, pen->cr, pen->palette, cw_palette_layer (pen->palette, cw_adapt_color (array)), NULL);
  cairo_restore (pen->cr);
  pen->y += height + 2;
  write_plain (pen, text, "Sans", 8, 16, 6);
}

static void
write_graph (Pen *pen, CwArray *array, CwPlanKind kind) {
  const double width = WIDTH - 32, height = 190;
  g_autoptr (CwPlan) plan = cw_plan_new (1, &array, kind, NULL);
  if (!plan)
    return;
  g_autoptr (CwDrawGraph) graph = cw_adapt_graph (plan);
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  CwViewport    view = { .width = width, .height = height };
  CwGraphStates states = { 0 };
  g_autofree char *tasks = cw_number_to_string (cw_plan_n_tasks (plan));
  g_autofree char *text = g_strdup_printf (_("The graph: %s tasks in %d layers"), tasks, cw_plan_n_layers (plan));
  cw_graph_fit (layout, &view);
  need (pen, height + 18);
  cairo_save (pen->cr);
  cairo_translate (pen->cr, MARGIN + 16, pen->y);
  cairo_rectangle (pen->cr, 0, 0, width, height);
  cairo_clip (pen->cr);
  cw_graph_draw_edges (layout, pen->cr, pen->palette, &view);
  cw_graph_draw_nodes (layout, pen->cr, pen->palette, &view, &states);
  cw_graph_draw_labels (layout, pen->cr, pen->palette, &view);
  cairo_restore (pen->cr);
  pen->y += height + 2;
  write_plain (pen, text, "Sans", 8, 16, 6);
}

static void
write_result (Pen *pen, const CwLessonBlock *cell, const CwCellResult *result) {
  for (guint i = 0; i < result->outputs->len; i++) {
    const CwOutput *output = result->outputs->pdata[i];
    if (output->kind == CW_OUTPUT_ARRAY && output->array)
      write_diagram (pen, output->array);
    else if (output->kind == CW_OUTPUT_GRAPH && output->array)
      write_graph (pen, output->array, output->plan_kind);
    else if (output->text && *output->text)
      write_printed (pen, output->text);
  }
  if (result->error_class) {
    g_autofree char *text = g_strdup_printf ("%s: %s", result->error_class, result->error_message);
    write_printed (pen, text);
  }
}

/* ---- questions and exercises ------------------------------------------------------------------------------- */

static void
write_option (Pen *pen, const CwOption *option, bool right) {
  need (pen, 16);
  cairo_rectangle (pen->cr, MARGIN + 16.5, pen->y + 2.5, 8, 8);
  cairo_set_line_width (pen->cr, 0.8);
  cw_set_color (pen->cr, pen->palette->foreground);
  cairo_stroke (pen->cr);
  if (right)
    cw_draw_text (pen->cr, "✓", MARGIN + 20.5, pen->y + 6, 0.5, 0.5, 10, pen->palette->foreground);
  write_markup (pen, option->markup, "Sans", 9.5, 32, 1);
}

/* An empty array to draw the cuts into. */
static void
write_empty_array (Pen *pen, const CwPredict *predict) {
  const double height = 130;
  g_autoptr (CwDrawChunks) chunks = cw_draw_chunks_new (predict->ndim);
  for (int k = 0; k < predict->ndim; k++)
    cw_draw_chunks_set (chunks, k, 1, &predict->shape[k]);
  g_autoptr (CwDiagram) diagram = cw_diagram_new (chunks, 180, height, CW_DIAGRAM_LABELS);
  need (pen, height);
  cairo_save (pen->cr);
  cairo_translate (pen->cr, MARGIN + 16, pen->y);
  cw_diagram_draw (diagram, pen->cr, pen->palette, pen->palette->background, NULL);
  cairo_restore (pen->cr);
  pen->y += height + 4;
}

static void
write_prediction (Pen *pen, const CwLessonBlock *block, const CwPredictVerdict *verdict) {
  const CwPredict *predict = block->predict;
  bool told = pen->answers && verdict;
  g_autofree char *question = cw_markdown_line (predict->question);
  pen->y += 4;
  need (pen, 40);
  write_markup (pen, question, "Sans Bold", 9.5, 16, 3);
  for (guint i = 0; i < predict->options->len; i++)
    write_option (pen, predict->options->pdata[i], told && verdict->option == (int) i);
  if (predict->kind == CW_PREDICT_NUMBER && !told)
    write_plain (pen, "__________", "Sans", 10, 16, 2);
  if (predict->kind == CW_PREDICT_CHUNKS && !told)
    write_empty_array (pen, predict);
  if (told && predict->kind != CW_PREDICT_CHOICE)
    write_plain (pen, verdict->truth, "Sans Bold", 9.5, 16, 2);
  if (told && verdict->why)
    write_plain (pen, verdict->why, "Sans Italic", 9.5, 16, 2);
  pen->y += 4;
}

/* The predictions of @cell, judged where @result is known. */
static void
write_predictions (Pen *pen, const CwLessonBlock *cell, CwSession *session, const CwCellResult *result) {
  const CwLessonBlock *block;
  for (int n = 0; (block = cw_lesson_of_cell (pen->lesson, cell->id, CW_BLOCK_PREDICT, n)); n++) {
    g_autoptr (CwPredictVerdict) verdict = result ? cw_judge_predict (session, block->predict, "", result, NULL) : NULL;
    write_prediction (pen, block, verdict);
  }
}

static void
write_exercise (Pen *pen, const CwLessonBlock *cell) {
  const CwLessonBlock *solution = cw_lesson_of_cell (pen->lesson, cell->id, CW_BLOCK_SOLUTION, 0);
  g_autoptr (CwSession) session = cw_session_new ();
  cw_session_set_seed (session, SEED);
  bool ready = pen->answers && solution && cw_lesson_rebuild (session, pen->lesson, cell, NULL);
  g_autoptr (CwCellResult) result = ready ? cw_session_run_cell (session, solution->text) : NULL;
  write_predictions (pen, cell, session, result);
  need (pen, 110); /* the title stays with its code */
  write_plain (pen, _("Your turn"), "Sans Bold", 9.5, 0, 3);
  write_code (pen, cell->text);
  if (!ready) {
    pen->y += 60; /* room to write */
    return;
  }
  write_plain (pen, _("A solution"), "Sans Bold", 9.5, 0, 3);
  write_code (pen, solution->text);
  write_result (pen, cell, result);
}

static void
write_cell (Pen *pen, const CwLessonBlock *cell) {
  if (cw_lesson_is_exercise (pen->lesson, cell)) {
    write_exercise (pen, cell);
    return;
  }
  g_autoptr (CwCellResult) result = cw_session_run_cell (pen->session, cell->text);
  write_predictions (pen, cell, pen->session, result);
  write_code (pen, cell->text);
  write_result (pen, cell, result);
}

static void
write_variants (Pen *pen, const CwVariants *v) {
  if (v->title)
    write_plain (pen, v->title, "Sans Bold", 9.5, 0, 3);
  for (guint i = 0; i < v->variants->len; i++) {
    const CwVariant *variant = v->variants->pdata[i];
    g_autofree char *line = g_strdup_printf ("%s:  %s", variant->label, variant->code ? variant->code : variant->plain_c);
    write_plain (pen, line, "Monospace", 8, 16, 2);
  }
}

static void
write_note (Pen *pen, const CwLessonBlock *block) {
  g_autofree char *text = g_strdup_printf (_("For the instructor: %s"), block->text);
  write_box (pen, text, cw_color_mix (pen->palette->background, pen->palette->accent, 0.12));
}

/* ---- the lesson ---------------------------------------------------------------------------------------------- */

static void
write_block (Pen *pen, const CwLessonBlock *block) {
  switch (block->kind) {
  case CW_BLOCK_HEADING:
    write_heading (pen, block);
    break;
  case CW_BLOCK_TEXT:
    write_markup (pen, block->markup, "Sans", 9.5, 0, 6);
    break;
  case CW_BLOCK_ITEM:
    cw_draw_text (pen->cr, block->marker, MARGIN + 14.0 * block->level, pen->y + 7, 1, 0.5, 9.5, pen->palette->foreground);
    write_markup (pen, block->markup, "Sans", 9.5, 14 * block->level + 6, 2);
    break;
  case CW_BLOCK_QUOTE:
    write_markup (pen, block->markup, "Sans Italic", 9.5, 16, 6);
    break;
  case CW_BLOCK_CODE:
    write_code (pen, block->text);
    break;
  case CW_BLOCK_SETUP:
    cw_cell_result_free (cw_session_run_cell (pen->session, block->text));
    break;
  case CW_BLOCK_CELL:
    write_cell (pen, block);
    break;
  case CW_BLOCK_COMPARE:
  case CW_BLOCK_BENCH:
    write_variants (pen, block->variants);
    break;
  case CW_BLOCK_NOTE:
    if (pen->answers)
      write_note (pen, block);
    break;
  default: /* stands with its cell */
    break;
  }
}

bool
cw_handout_write (const CwLesson *lesson, const char *filename, bool answers, GError **error) {
  cairo_surface_t *surface = cairo_pdf_surface_create (filename, PAGE_WIDTH, PAGE_HEIGHT);
  g_autoptr (CwSession) session = cw_session_new ();
  Pen pen = { cairo_create (surface), cw_palette_get (CW_STYLE_LIGHT), MARGIN, 1, lesson->title, lesson, session, answers };
  cw_session_set_seed (session, SEED);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, lesson->title);
  for (guint i = 0; i < lesson->blocks->len; i++)
    write_block (&pen, cw_lesson_block (lesson, i));
  number_page (&pen);
  cairo_show_page (pen.cr);
  cairo_destroy (pen.cr);
  cairo_surface_finish (surface);
  cairo_status_t status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS)
    return cw_fail (error, CW_ERROR_OS, _("%s cannot be written: %s"), filename, cairo_status_to_string (status));
  return true;
}
