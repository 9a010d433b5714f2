/* family-settings.c: settings that code changes: dask.config, NumPy's print options, error states.
 *
 * A setting holds until it is set again or the session ends; as the value of a with statement, until its block ends.
 */
#include <string.h>

#include "engine/language/families.h"
#include "engine/language/print.h"
#include "engine/language/session-private.h"

/* ---- dask.config ------------------------------------------------------------------------------------------------------- */

/* "array.chunk_size" and "array__chunk_size" mean "array.chunk-size". */
static char *canonical (const char *key) {
  g_auto (GStrv) parts = g_strsplit (key, "__", -1);
  return g_strdelimit (g_strjoinv (".", parts), "_", '-');
}

static CwValue *config_of (CwSession *s) {
  if (s->config) return s->config;
  static const char *const defaults[][2] = { { "array.chunk-size", "128MiB" }, { "scheduler", "threads" } };
  s->config = cw_value_ref (cw_dict ());
  for (guint i = 0; i < G_N_ELEMENTS (defaults); i++) cw_dict_set (s->config, cw_str (defaults[i][0]), cw_str (defaults[i][1]), NULL);
  cw_dict_set (s->config, cw_str ("array.slicing.split-large-chunks"), cw_none (), NULL);
  return s->config;
}

void cw_settings_clear (CwSession *s) {
  if (s->config) cw_chunk_limit_set (0);
  g_clear_pointer (&s->config, cw_value_unref);
  *cw_print_options () = cw_print_defaults;
  s->printed_width = cw_print_defaults.width;
}

void cw_settings_follow_width (CwSession *s) {
  int asked = g_atomic_int_get (&s->print_width), width = asked ? asked : cw_print_defaults.width;
  if (width == s->printed_width) return;
  if (cw_print_options ()->width == s->printed_width) cw_print_options ()->width = width;
  s->printed_width = width;
}

static bool set_scheduler (CwSession *s, CwValue *to, GError **error) {
  static const char *const serial[] = { "synchronous", "single-threaded", "sync", NULL }, *const parallel[] = { "threads", "threading", "processes", "multiprocessing", "distributed", NULL };
  if (to->kind == CW_V_NONE || (to->kind == CW_V_STR && g_strv_contains (parallel, to->s))) cw_session_set_threads (s, 0);
  else if (to->kind == CW_V_STR && g_strv_contains (serial, to->s)) cw_session_set_threads (s, 1);
  else {
    g_autofree char *text = cw_value_repr (to);
    return cw_fail (error, CW_ERROR_VALUE, "Expected one of [distributed, multiprocessing, processes, single-threaded, sync, synchronous, threading, threads], not %s", text);
  }
  return true;
}

/* What a setting changes here; names that nothing here listens to are kept all the same, as Dask keeps them. */
static bool apply_setting (CwSession *s, const char *key, CwValue *to, GError **error) {
  int64_t number;
  if (g_str_equal (key, "array.chunk-size")) {
    if (to->kind == CW_V_STR ? !cw_bytes_from_string (to->s, &number) : !cw_value_index (to, &number, NULL)) {
      return cw_fail (error, CW_ERROR_VALUE, "array.chunk-size is a number of bytes, such as '64MiB'");
    }
    cw_chunk_limit_set (number);
  } else if (g_str_equal (key, "scheduler")) {
    if (!set_scheduler (s, to, error)) return false;
  } else if (g_str_equal (key, "num-workers") && to->kind != CW_V_NONE) {
    if (!cw_value_index (to, &number, error)) return false;
    if (number < 1 || number > 256) return cw_fail (error, CW_ERROR_VALUE, "num_workers must lie between 1 and 256");
    cw_session_set_threads (s, (int) number);
  }
  return cw_dict_set (config_of (s), cw_str (key), to, error);
}

static void leave_config (CwValue *record) {
  CwSession *s = cw_current_session ();
  CwValue *before = record->record.members;
  for (guint i = before->dict.keys->len; i-- > 0;) {
    CwValue *key = before->dict.keys->pdata[i], *to = before->dict.values->pdata[i];
    apply_setting (s, key->s, to, NULL);
    if (to->kind == CW_V_NONE && g_str_equal (key->s, "num-workers")) cw_session_set_threads (s, 0);
    if (to->kind == CW_V_NONE) cw_dict_remove (config_of (s), key);
  }
}

static bool set_all (CwSession *s, CwValue *from, CwValue *record, const char *prefix, GError **error) {
  for (guint i = 0; i < from->dict.keys->len; i++) {
    CwValue *key = from->dict.keys->pdata[i], *to = from->dict.values->pdata[i];
    if (key->kind != CW_V_STR) return cw_fail (error, CW_ERROR_TYPE, "the names of settings are strings, such as 'array.chunk-size'");
    g_autofree char *own = canonical (key->s), *name = g_strconcat (prefix, own, NULL);
    if (to->kind == CW_V_DICT) { /* {"array": {"chunk-size": "64MiB"}} */
      g_autofree char *inner = g_strconcat (name, ".", NULL);
      if (!set_all (s, to, record, inner, error)) return false;
      continue;
    }
    CwValue *before = cw_dict_get (config_of (s), cw_str (name));
    if (!cw_record_get (record, name)) cw_record_set (record, name, before ? before : cw_none ());
    if (!apply_setting (s, name, to, error)) return false;
  }
  return true;
}

static CwValue *config_set (CwCall *call, GError **error) {
  CwValue *record = cw_record ("set", g_strdup ("<dask.config.set>"), NULL, leave_config);
  if (!cw_arg_is_none (call, 0)) {
    if (call->args[0]->kind != CW_V_DICT) {
      cw_fail (error, CW_ERROR_TYPE, "dask.config.set() takes a dict, {'array.chunk-size': '64MiB'}, or keywords, scheduler='threads'");
      return NULL;
    }
    if (!set_all (call->session, call->args[0], record, "", error)) return NULL;
  }
  return set_all (call->session, call->args[1], record, "", error) ? record : NULL;
}

static CwValue *config_get (CwCall *call, GError **error) {
  const char *key;
  if (!cw_arg_str (call, 0, &key, error)) return NULL;
  g_autofree char *name = canonical (key), *inside = g_strconcat (name, ".", NULL);
  CwValue *config = config_of (call->session), *found = cw_dict_get (config, cw_str (name)), *part = cw_dict ();
  if (found) return found;
  for (guint i = 0; i < config->dict.keys->len; i++) { /* the settings below a name, as a dict */
    CwValue *own = config->dict.keys->pdata[i];
    if (g_str_has_prefix (own->s, inside)) cw_dict_set (part, cw_str (own->s + strlen (inside)), config->dict.values->pdata[i], NULL);
  }
  if (part->dict.keys->len) return part;
  if (call->given[1]) return call->args[1];
  cw_fail (error, CW_ERROR_KEY, "'%s'", key);
  return NULL;
}

/* ---- print options ------------------------------------------------------------------------------------------------------ */

static CwValue *options_dict (void) {
  const CwPrintOptions *o = cw_print_options ();
  CwValue *dict = cw_dict ();
  cw_dict_set (dict, cw_str ("edgeitems"), cw_int (o->edge), NULL);
  cw_dict_set (dict, cw_str ("threshold"), cw_int (o->threshold), NULL);
  cw_dict_set (dict, cw_str ("precision"), cw_int (o->precision), NULL);
  cw_dict_set (dict, cw_str ("suppress"), cw_bool (o->suppress), NULL);
  cw_dict_set (dict, cw_str ("linewidth"), cw_int (o->width), NULL);
  return dict;
}

/* precision, threshold, edgeitems, linewidth, suppress; None leaves one as it is. */
static bool read_options (CwCall *call, CwPrintOptions *o, GError **error) {
  int64_t numbers[4] = { o->precision, o->threshold, o->edge, o->width };
  for (int i = 0; i < 4; i++) {
    CwScalar s;
    bool infinite = call->args[i]->kind == CW_V_FLOAT && cw_value_scalar (call->args[i], &s) && s.f > 1e15;
    if (infinite) numbers[i] = (int64_t) 1 << 40;
    else if (!cw_arg_is_none (call, i) && !cw_arg_int (call, i, &numbers[i], error)) return false;
    if (numbers[i] < 0) return cw_fail (error, CW_ERROR_VALUE, "print options must not be negative");
  }
  if (!cw_arg_is_none (call, 4) && !cw_arg_bool (call, 4, &o->suppress, error)) return false;
  o->precision = (int) MIN (numbers[0], 100);
  o->threshold = numbers[1];
  o->edge      = (int) MIN (numbers[2], 1 << 20);
  o->width     = (int) MIN (numbers[3], 1 << 20);
  return true;
}

static void leave_options (CwValue *record) {
  CwPrintOptions *o = cw_print_options ();
  o->precision = (int) cw_record_get (record, "precision")->i;
  o->threshold = cw_record_get (record, "threshold")->i;
  o->edge      = (int) cw_record_get (record, "edgeitems")->i;
  o->width     = (int) cw_record_get (record, "linewidth")->i;
  o->suppress  = cw_record_get (record, "suppress")->b;
}

static CwValue *print_options_set (CwCall *call, GError **error) {
  CwPrintOptions o = *cw_print_options ();
  CwValue *before = options_dict (), *record = cw_record ("printoptions", g_strdup ("<numpy.printoptions>"), NULL, leave_options);
  if (!read_options (call, &o, error)) return NULL;
  for (guint i = 0; i < before->dict.keys->len; i++) cw_record_set (record, ((CwValue *) before->dict.keys->pdata[i])->s, before->dict.values->pdata[i]);
  *cw_print_options () = o;
  return call->entry->data ? record : cw_none ();
}

static CwValue *print_options_get (CwCall *call, GError **error) {
  return options_dict ();
}

/* ---- error states ----------------------------------------------------------------------------------------------------------- */

static void leave_errors (CwValue *record) {
  cw_current_session ()->quiet = cw_record_get (record, "quiet")->b;
}

/* errstate(all='ignore') and seterr: whether arithmetic warns. */
static CwValue *error_state (CwCall *call, GError **error) {
  CwValue *record = cw_record ("errstate", g_strdup ("<numpy.errstate>"), NULL, leave_errors);
  CwSession *s = call->session;
  bool ignores = s->quiet;
  cw_record_set (record, "quiet", cw_bool (s->quiet));
  for (int i = 0; i < call->n; i++) {
    const char *what;
    if (cw_arg_is_none (call, i)) continue;
    if (!cw_arg_str (call, i, &what, error)) return NULL;
    ignores = g_str_equal (what, "ignore");
    if (!ignores && !g_str_equal (what, "warn")) {
      cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "'%s' is not supported here: arithmetic can 'ignore' or 'warn'", what);
      return NULL;
    }
  }
  s->quiet = ignores;
  return call->entry->data ? record : cw_none ();
}

#define PRINT "precision=None, threshold=None, edgeitems=None, linewidth=None, suppress=None"

const CwEntry cw_entries_settings[] = {
  { "set", CW_IN_CONFIG, "arg=None, **kwargs", config_set, "Sets options, such as {'array.chunk-size': '64MiB'} or scheduler='synchronous'; in a with statement until its end.", 0 },
  { "get", CW_IN_CONFIG, "key, default=None", config_get, "The value of an option, such as 'array.chunk-size'.", 0 },
  { "set_printoptions", CW_IN_NP, PRINT, print_options_set, "How NumPy arrays are printed from now on.", 0 },
  { "printoptions", CW_IN_NP, PRINT, print_options_set, "How NumPy arrays are printed inside a with statement.", 1 },
  { "get_printoptions", CW_IN_NP, "", print_options_get, "How NumPy arrays are printed, as a dict.", 0 },
  { "seterr", CW_IN_NP, "all=None, divide=None, over=None, under=None, invalid=None", error_state, "Whether division by zero and the like warn ('warn') or not ('ignore').", 0 },
  { "errstate", CW_IN_NP, "all=None, divide=None, over=None, under=None, invalid=None", error_state, "Whether arithmetic warns inside a with statement.", 1 },
  { 0 },
};
