/* image.c: pictures as arrays of bytes, height x width x channels; many of one size as a lazy array, a block a picture.
 *
 * Whatever gdk-pixbuf reads; its channels are red, green, blue and, where the file has one, alpha.
 */
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>
#include <glob.h>
#include <string.h>

#include "engine/files/files-private.h"

static GdkPixbuf *
open_image (const char *path, GError **error)
{
  g_autofree char   *found   = cw_file_find (path);
  g_autoptr (GError) failure = NULL;
  GdkPixbuf         *image   = gdk_pixbuf_new_from_file (found, &failure);
  if (!image)
    cw_fail (error, g_file_test (found, G_FILE_TEST_EXISTS) ? CW_ERROR_VALUE : CW_ERROR_OS, _("%s cannot be read as a picture: %s"), path, failure->message);
  return image;
}

static void
shape_of (const GdkPixbuf *image, int64_t shape[3])
{
  shape[0] = gdk_pixbuf_get_height (image);
  shape[1] = gdk_pixbuf_get_width (image);
  shape[2] = gdk_pixbuf_get_n_channels (image);
}

static CwBuffer *
to_buffer (const GdkPixbuf *image, GError **error)
{
  int64_t   shape[3];
  shape_of (image, shape);
  CwBuffer *b = cw_buffer_new (CW_UINT8, 3, shape, error);
  size_t    row = (size_t) (shape[1] * shape[2]);
  const guint8 *pixels = gdk_pixbuf_read_pixels (image);
  for (int64_t y = 0; b && y < shape[0]; y++)
    memcpy (b->data + (size_t) y * row, pixels + y * gdk_pixbuf_get_rowstride (image), row);
  return b;
}

CwBuffer *
cw_image_load (const char *path, GError **error)
{
  g_autoptr (GdkPixbuf) image = open_image (path, error);
  return image ? to_buffer (image, error) : NULL;
}

/* ---- many ---- */

typedef struct {
  char  **paths;
  int64_t shape[3]; /* of every one */
} Images;

static void
images_free (void *data)
{
  Images *images = data;
  g_strfreev (images->paths);
  g_free (images);
}

/* in[0]: the number of the picture. */
static CwBuffer *
read_image (CwBuffer *const *in, int n_in, void *data, GError **error)
{
  const Images     *images = data;
  const char       *path   = images->paths[*(int64_t *) in[0]->data];
  g_autoptr (CwBuffer) b   = cw_image_load (path, error);
  int64_t           with_one[4] = { 1, images->shape[0], images->shape[1], images->shape[2] };
  if (!b)
    return NULL;
  if (memcmp (b->shape, images->shape, sizeof images->shape) == 0)
    return cw_buffer_reshape (b, 4, with_one, error);
  cw_fail (error, CW_ERROR_VALUE, _("%s has another size than the first picture: pictures of one array are alike"), path);
  return NULL;
}

/* The files that @pattern names, sorted; NULL with OSError where there are none. */
static char **
matching (const char *pattern, GError **error)
{
  glob_t           found = { 0 };
  g_autofree char *where = cw_file_find (pattern);
  GPtrArray       *paths = g_ptr_array_new ();
  if (glob (where, 0, NULL, &found) == 0)
    for (size_t i = 0; i < found.gl_pathc; i++)
      g_ptr_array_add (paths, g_strdup (found.gl_pathv[i]));
  globfree (&found);
  if (paths->len == 0) {
    g_ptr_array_free (paths, TRUE);
    cw_fail (error, CW_ERROR_OS, _("no file is named like '%s'"), pattern);
    return NULL;
  }
  g_ptr_array_add (paths, NULL);
  return (char **) g_ptr_array_free (paths, FALSE);
}

CwArray *
cw_image_stack (const char *pattern, GError **error)
{
  Images               *images = g_new0 (Images, 1);
  g_autoptr (GdkPixbuf) first  = NULL;
  g_autoptr (CwArray)   number = NULL;
  int                   follow[1][CW_MAX_NDIM] = { { 0 } };
  images->paths = matching (pattern, error);
  first         = images->paths ? open_image (images->paths[0], error) : NULL;
  int64_t n     = images->paths ? g_strv_length (images->paths) : 0;
  number        = first ? cw_array_count_a_block (n, error) : NULL;
  if (!number) {
    images_free (images);
    return NULL;
  }
  shape_of (first, images->shape);
  CwAxis  *axes[4] = { cw_axis_new_uniform (n, 1), cw_axis_new_uniform (images->shape[0], images->shape[0]), cw_axis_new_uniform (images->shape[1], images->shape[1]),
                       cw_axis_new_uniform (images->shape[2], images->shape[2]) };
  CwArray *a = cw_array_blockwise ("imread", read_image, images, images_free, 1, &number, follow, CW_UINT8, 4, axes);
  for (int k = 0; k < 4; k++)
    cw_axis_unref (axes[k]);
  return a;
}
