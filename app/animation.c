/* animation.c: a recorded run as moving pictures: the graph, and below it the timeline, at evenly spaced moments.
 *
 * Frames are written as pictures; ffmpeg or ImageMagick, where one is installed, makes a film of them.
 */
#include "app/animation.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "widgets/adapt.h"
#include "widgets/task-board.h"

#define WIDTH        960
#define HEIGHT       600
#define GRAPH_HEIGHT 410
#define FPS          12
#define SECONDS      6

typedef struct {
  CwTaskBoard   *board;
  CwDrawGraph   *graph;
  CwGraphLayout *layout;
} Film;

static void
draw_frame (Film *film, cairo_t *cr, int64_t moment) {
  const CwPalette *palette = cw_palette_get (CW_STYLE_LIGHT);
  CwViewport    view = { .width = WIDTH, .height = GRAPH_HEIGHT };
  CwGraphStates states = { .states = cw_task_board_states (film->board), .workers = cw_task_board_workers (film->board) };
  CwTimeSpan    span = { .to_ns = MAX (cw_task_board_duration (film->board), 1000), .width = WIDTH, .height = HEIGHT - GRAPH_HEIGHT,
                         .cursor_ns = moment, .selected = -1, .hovered = -1 };
  cw_set_color (cr, palette->background);
  cairo_paint (cr);
  cw_graph_fit (film->layout, &view);
  cw_graph_draw_edges (film->layout, cr, palette, &view);
  cw_graph_draw_nodes (film->layout, cr, palette, &view, &states);
  cw_graph_draw_labels (film->layout, cr, palette, &view);
  cairo_translate (cr, 0, GRAPH_HEIGHT);
  cw_timeline_draw (cw_task_board_timeline (film->board), cr, palette, &span);
}

static bool
write_frame (Film *film, const char *folder, int i, int64_t moment, GError **error) {
  g_autofree char *name = g_strdup_printf ("frame-%04d.png", i), *path = g_build_filename (folder, name, NULL);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  cw_task_board_seek (film->board, moment);
  draw_frame (film, cr, moment);
  cairo_destroy (cr);
  cairo_status_t status = cairo_surface_write_to_png (surface, path);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS)
    return cw_fail (error, CW_ERROR_OS, _("%s cannot be written: %s"), path, cairo_status_to_string (status));
  return true;
}

static bool
write_frames (CwRun *run, const char *folder, GError **error) {
  Film film = { .board = cw_task_board_new (cw_run_plan (run), cw_run_trace (run)), .graph = cw_adapt_graph (cw_run_plan (run)) };
  int  n = FPS * SECONDS;
  bool ok = true;
  film.layout = cw_graph_layout_new (film.graph, false);
  while (!cw_task_board_complete (film.board))
    cw_task_board_follow (film.board, G_MAXINT64 / 4);
  for (int i = 0; ok && i <= n; i++)
    ok = write_frame (&film, folder, i, cw_task_board_duration (film.board) / n * i, error);
  cw_graph_layout_free (film.layout);
  cw_draw_graph_free (film.graph);
  cw_task_board_unref (film.board);
  return ok;
}

static bool
find_encoder (bool gif, GError **error) {
  g_autofree char *ffmpeg = g_find_program_in_path ("ffmpeg"), *convert = g_find_program_in_path ("convert");
  if (ffmpeg || (gif && convert))
    return true;
  return cw_fail (error, CW_ERROR_RUNTIME,
                  gif ? _("a .gif needs ffmpeg or ImageMagick (Debian's packages ffmpeg and imagemagick); a name without an ending writes numbered pictures")
                      : _("a .webm needs ffmpeg (Debian's package ffmpeg); a name without an ending writes numbered pictures"));
}

static bool
encode (const char *folder, const char *filename, GError **error) {
  g_autofree char *frames = g_build_filename (folder, "frame-%04d.png", NULL), *rate = g_strdup_printf ("%d", FPS);
  g_autofree char *listed = g_strdup_printf ("%s[0-%d]", frames, FPS * SECONDS), *delay = g_strdup_printf ("%d", 100 / FPS);
  g_autofree char *ffmpeg = g_find_program_in_path ("ffmpeg"), *convert = g_find_program_in_path ("convert"), *said = NULL;
  bool gif = g_str_has_suffix (filename, ".gif");
  const char *with_ffmpeg[] = { ffmpeg, "-y", "-loglevel", "error", "-framerate", rate, "-i", frames, gif ? "-vf" : "-pix_fmt",
                                gif ? "split[a][b];[a]palettegen[p];[b][p]paletteuse" : "yuv420p", filename, NULL };
  const char *with_convert[] = { convert, "-delay", delay, "-loop", "0", listed, "-layers", "optimize", filename, NULL };
  const char **command = ffmpeg ? with_ffmpeg : with_convert;
  int status;
  if (!g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &said, &status, error))
    return false;
  if (!g_spawn_check_wait_status (status, NULL))
    return cw_fail (error, CW_ERROR_OS, _("%s cannot be written: %s"), filename, said);
  return true;
}

static void
remove_frames (const char *folder) {
  for (int i = 0; i <= FPS * SECONDS; i++) {
    g_autofree char *name = g_strdup_printf ("frame-%04d.png", i), *path = g_build_filename (folder, name, NULL);
    g_unlink (path);
  }
  g_rmdir (folder);
}

bool
cw_animation_write (CwRun *run, const char *filename, GError **error) {
  bool gif = g_str_has_suffix (filename, ".gif"), film = gif || g_str_has_suffix (filename, ".webm");
  if (!film) {
    if (g_mkdir_with_parents (filename, 0777) != 0)
      return cw_fail (error, CW_ERROR_OS, _("%s cannot be made: %s"), filename, g_strerror (errno));
    return write_frames (run, filename, error);
  }
  if (!find_encoder (gif, error))
    return false;
  g_autofree char *folder = g_dir_make_tmp ("chunkwise-XXXXXX", error);
  if (!folder)
    return false;
  bool ok = write_frames (run, folder, error) && encode (folder, filename, error);
  remove_frames (folder);
  return ok;
}
