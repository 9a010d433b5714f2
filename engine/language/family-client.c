/* family-client.c: dask.distributed.Client, which here stands for the threads of this machine.
 *
 * A Client with an address is asked for: somebody wrote a notebook for a cluster. The address is tried for a second at
 * most; the notebook goes on with this machine's threads either way and says so where it can be seen.
 */
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/language/families.h"
#include "engine/language/session-private.h"

static const char *threads_phrase (int threads) {
  return ngettext ("%d thread", "%d threads", (gulong) threads);
}

/* Cancels a connection attempt when its second is over, also where a name is still being looked up. */
static void *cancel_later (void *data) {
  g_autoptr (GCancellable) cancellable = data;
  for (int i = 0; i < 50 && !g_cancellable_is_cancelled (cancellable); i++) g_usleep (20000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static bool answers (const char *address) {
  const char *host = strstr (address, "://") ? strstr (address, "://") + 3 : address;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_socket_client_set_timeout (client, 1);
  GThread *watch = g_thread_new ("client-timeout", cancel_later, g_object_ref (cancellable));
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (client, host, 8786, cancellable, NULL);
  g_cancellable_cancel (cancellable);
  g_thread_join (watch);
  return connection != NULL;
}

static void warn_about_cluster (CwSession *s, const char *address) {
  int threads = cw_session_threads (s);
  g_autofree char *own = g_strdup_printf (threads_phrase (threads), threads);
  if (answers (address)) {
    cw_session_warn (s, _("Something answers at %s, but this notebook computes on this machine with %s: it does not send work to a cluster."), address, own);
  } else {
    cw_session_warn (s, _("No Dask scheduler answers at %s. This notebook computes on this machine with %s instead."), address, own);
  }
}

/* memory_limit= of each worker, "256MB" or a number of bytes; together they are the program's. */
static bool limit_memory (CwCall *call, int64_t workers, GError **error) {
  CwValue *given = call->args[4];
  int64_t  bytes = 0;
  if (cw_arg_is_none (call, 4) || (given->kind == CW_V_STR && strcmp (given->s, "auto") == 0)) return true;
  bool read = given->kind == CW_V_STR ? cw_bytes_from_string (given->s, &bytes) : cw_arg_int (call, 4, &bytes, NULL);
  if (!read || bytes <= 0) return cw_fail (error, CW_ERROR_VALUE, "memory_limit is an amount of memory above 0, such as '256MB' or a number of bytes");
  cw_session_limit_memory (call->session, bytes * workers);
  return true;
}

static CwValue *client_new (CwCall *call, GError **error) {
  int64_t workers = 1, per_worker = 0;
  CwSession *s = call->session;
  if (!cw_arg_is_none (call, 0) && call->args[0]->kind != CW_V_STR) {
    cw_fail (error, CW_ERROR_TYPE, "Client() takes an address such as 'tcp://127.0.0.1:8786', or n_workers= and threads_per_worker=");
    return NULL;
  }
  bool sizes = !cw_arg_is_none (call, 1) || !cw_arg_is_none (call, 2);
  if (!cw_arg_is_none (call, 1) && !cw_arg_int (call, 1, &workers, error)) return NULL;
  if (!cw_arg_is_none (call, 2) && !cw_arg_int (call, 2, &per_worker, error)) return NULL;
  if (workers < 1 || workers > 256 || per_worker < 0 || per_worker > 256 || workers * MAX (per_worker, 1) > 256) {
    cw_fail (error, CW_ERROR_VALUE, "n_workers and threads_per_worker must make between 1 and 256 threads");
    return NULL;
  }
  if (!limit_memory (call, workers, error)) return NULL;
  if (!cw_arg_is_none (call, 0)) warn_about_cluster (s, call->args[0]->s);
  if (sizes) cw_session_set_threads (s, (int) (workers * MAX (per_worker, 1)));
  int threads = cw_session_threads (s);
  CwValue *v = cw_value_new (CW_V_CLIENT);
  v->client.workers            = sizes ? (int) workers : 1;
  v->client.threads_per_worker = threads / v->client.workers;
  return v;
}

static CwValue *client_close (CwCall *call, GError **error) {
  return cw_none ();
}

static CwValue *client_compute (CwCall *call, GError **error) {
  CwValue *compute = cw_value_attribute (call->args[1], call->entry->name, error);
  return compute ? cw_value_call (compute, 0, NULL, NULL, error) : NULL;
}

static CwValue *client_ncores (CwCall *call, GError **error) {
  CwValue *dict = cw_dict ();
  for (int i = 0; i < call->args[0]->client.workers; i++) {
    cw_dict_set (dict, cw_str_take (g_strdup_printf ("worker-%d", i)), cw_int (call->args[0]->client.threads_per_worker), NULL);
  }
  return dict;
}

static CwValue *client_dashboard (CwCall *call, GError **error) {
  return cw_str (_("the stage beside this notebook"));
}

const CwEntry cw_entries_client[] = {
  { "Client", CW_IN_DISTRIBUTED, "address=None, n_workers=None, threads_per_worker=None, processes=None, memory_limit=None, dashboard_address=None", client_new, "The workers that compute: here the threads of this machine.", 0 },
  { "LocalCluster", CW_IN_DISTRIBUTED, "address=None, n_workers=None, threads_per_worker=None, processes=None, memory_limit=None, dashboard_address=None", client_new, "The workers of this machine.", 0 },
  { "close", CW_IN_CLIENT, "self", client_close, "Ends the client; arrays are computed on this machine all the same.", 0 },
  { "shutdown", CW_IN_CLIENT, "self", client_close, "Ends the client; arrays are computed on this machine all the same.", 0 },
  { "compute", CW_IN_CLIENT, "self, collections", client_compute, "Computes an array.", 0 },
  { "persist", CW_IN_CLIENT, "self, collections", client_compute, "Computes an array's blocks and keeps them.", 0 },
  { "ncores", CW_IN_CLIENT, "self", client_ncores, "Threads of each worker.", 0 },
  { "nthreads", CW_IN_CLIENT, "self", client_ncores, "Threads of each worker.", 0 },
  CW_PROPERTY ("dashboard_link", CW_IN_CLIENT, client_dashboard, "Where to watch the work."),
  { 0 },
};
