/* parser.c: statements, and what both halves of the parser stand on.
 *
 * Whatever Python has and notebooks here do not is named in the message, so that a learner knows it is
 * a limit of the notebook language and not a mistake of theirs.
 */
#include "engine/language/parser-private.h"

#include <string.h>

#define MAX_BLOCKS 50

static void parse_statement (Parser *p, GPtrArray *into);

/* ---- tokens and nodes -------------------------------------------------------------------------- */

CwToken *cw_parser_peek (Parser *p) {
  return &g_array_index (p->tokens, CwToken, p->at);
}

CwToken *cw_parser_next (Parser *p) {
  CwToken *token = cw_parser_peek (p);
  if (p->at + 1 < p->tokens->len) p->at++;
  return token;
}

bool cw_parser_at (Parser *p, const char *text) {
  CwToken *token = cw_parser_peek (p);
  return (token->kind == CW_TOKEN_OP || token->kind == CW_TOKEN_NAME) && g_str_equal (token->text, text);
}

bool cw_parser_accept (Parser *p, const char *text) {
  if (!cw_parser_at (p, text)) return false;
  cw_parser_next (p);
  return true;
}

void cw_parser_fail (Parser *p, const CwToken *token, const char *format, ...) {
  if (p->failed) return;
  va_list args;
  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  *p->error_line   = token->line;
  *p->error_column = token->column;
  p->failed        = true;
  p->at            = p->tokens->len - 1;
  cw_fail (p->error, CW_ERROR_SYNTAX, "%s", message);
}

void cw_parser_expect (Parser *p, const char *text, const char *where) {
  if (cw_parser_accept (p, text)) return;
  cw_parser_fail (p, cw_parser_peek (p), "'%s' is missing %s", text, where);
}

CwNode *cw_parser_node (Parser *p, CwNodeKind kind, const CwToken *token) {
  CwNode *node   = g_new0 (CwNode, 1);
  node->kind     = kind;
  node->line     = token->line;
  node->column   = token->column;
  node->end_line = token->line;
  g_ptr_array_add (p->program->nodes, node);
  return node;
}

bool cw_is_keyword (const char *name) {
  static const char *const keywords[] = { "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else",
                                          "except", "False", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "None",
                                          "nonlocal", "not", "or", "pass", "raise", "return", "True", "try", "while", "with", "yield", NULL };
  return g_strv_contains (keywords, name);
}

char *cw_parser_name (Parser *p, const char *what) {
  CwToken *token = cw_parser_peek (p);
  if (token->kind != CW_TOKEN_NAME || cw_is_keyword (token->text)) {
    cw_parser_fail (p, token, "%s is missing", what);
    return g_strdup ("?");
  }
  return g_strdup (cw_parser_next (p)->text);
}

const char *cw_operator_text (int op) {
  static const char *const texts[CW_N_OPS] = { "+", "-", "*", "/", "//", "%", "** or pow()", "@", "&", "|", "^", "<<", ">>", "-", "+", "~",
                                               "==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not" };
  return texts[op];
}

/* ---- the names of a function ------------------------------------------------------------------------ */

void cw_parser_bind (Parser *p, const char *name) {
  if (p->own.names && !g_hash_table_contains (p->own.names, name)) g_hash_table_insert (p->own.names, g_strdup (name), GINT_TO_POINTER (true));
}

CwOwnNames cw_parser_enter_function (Parser *p, GPtrArray *params) {
  CwOwnNames outer = p->own;
  p->own = (CwOwnNames){ g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL), p->program->nodes->len };
  for (guint i = 0; i < params->len; i++) cw_parser_bind (p, ((CwNode *) params->pdata[i])->text);
  return outer;
}

/* Only now is it known of every name in the body whose it is; those of functions in the body were told before. */
void cw_parser_leave_function (Parser *p, CwOwnNames outer) {
  for (guint i = p->own.first; i < p->program->nodes->len; i++) {
    CwNode *node = p->program->nodes->pdata[i];
    if (node->kind != CW_NODE_NAME || node->op) continue;
    node->op   = 1;
    node->flag = g_hash_table_lookup (p->own.names, node->text) != NULL;
  }
  g_hash_table_unref (p->own.names);
  p->own = outer;
}

/* ---- parameters and targets ---------------------------------------------------------------------- */

void cw_parse_parameters (Parser *p, GPtrArray *into, const char *end, bool annotations) {
  bool keyword_only = false;
  while (!cw_parser_at (p, end) && !p->failed) {
    CwNode *param = cw_parser_node (p, CW_NODE_PARAM, cw_parser_peek (p));
    if (cw_parser_accept (p, "/")) {
      if (!cw_parser_accept (p, ",")) break;
      continue;
    }
    if (cw_parser_accept (p, "*")) {
      if (cw_parser_accept (p, ",")) {
        keyword_only = true;
        continue;
      }
      param->op    = '*';
      keyword_only = true;
    } else if (cw_parser_accept (p, "**")) {
      param->op = 'd';
    } else if (keyword_only) {
      param->op = 'k';
    }
    param->text = cw_parser_name (p, "a parameter's name");
    for (guint i = 0; i < into->len; i++) {
      if (g_str_equal (((CwNode *) into->pdata[i])->text, param->text)) {
        cw_parser_fail (p, cw_parser_peek (p), "duplicate parameter '%s'", param->text);
      }
    }
    if (annotations && cw_parser_accept (p, ":")) cw_parse_expression (p);
    if (cw_parser_accept (p, "=")) param->a = cw_parse_expression (p);
    g_ptr_array_add (into, param);
    if (!cw_parser_accept (p, ",")) break;
  }
}

void cw_check_target (Parser *p, CwNode *target, const CwToken *token) {
  switch (target->kind) {
  case CW_NODE_NAME:
    cw_parser_bind (p, target->text);
    return;
  case CW_NODE_INDEX:
  case CW_NODE_ATTR:
    return;
  case CW_NODE_STAR:
    cw_check_target (p, target->a, token);
    return;
  case CW_NODE_TUPLE:
  case CW_NODE_LIST:
    for (guint i = 0, stars = 0; i < target->list->len; i++) {
      CwNode *item = target->list->pdata[i];
      cw_check_target (p, item, token);
      stars += item->kind == CW_NODE_STAR;
      if (stars > 1) cw_parser_fail (p, token, "two starred names in one assignment");
    }
    return;
  case CW_NODE_CALL:
    cw_parser_fail (p, token, "cannot assign to a function call; perhaps '==' was meant");
    return;
  case CW_NODE_COMPARE:
    cw_parser_fail (p, token, "cannot assign to a comparison");
    return;
  case CW_NODE_NONE:
  case CW_NODE_TRUE:
  case CW_NODE_FALSE:
    cw_parser_fail (p, token, "cannot assign to None, True or False");
    return;
  default:
    cw_parser_fail (p, token, "cannot assign to this expression; perhaps '==' was meant");
  }
}

/* ---- blocks ---------------------------------------------------------------------------------------- */

static GPtrArray *parse_block (Parser *p, const char *after) {
  GPtrArray *block = g_ptr_array_new ();
  if (cw_parser_peek (p)->kind == CW_TOKEN_OP && g_str_equal (cw_parser_peek (p)->text, "=")) {
    cw_parser_fail (p, cw_parser_peek (p), "'=' assigns; to compare, write '=='");
  }
  g_autofree char *where = g_strdup_printf ("after %s", after);
  cw_parser_expect (p, ":", where);
  if (cw_parser_peek (p)->kind != CW_TOKEN_NEWLINE) {
    parse_statement (p, block);
    return block;
  }
  cw_parser_next (p);
  CwToken *token = cw_parser_peek (p);
  if (token->kind != CW_TOKEN_INDENT) {
    cw_parser_fail (p, token, "an indented block is missing after %s", after);
    return block;
  }
  cw_parser_next (p);
  if (++p->depth > MAX_BLOCKS) cw_parser_fail (p, token, "too many nested blocks");
  while (cw_parser_peek (p)->kind != CW_TOKEN_DEDENT && cw_parser_peek (p)->kind != CW_TOKEN_END) parse_statement (p, block);
  p->depth--;
  cw_parser_next (p);
  return block;
}

static GPtrArray *parse_loop_body (Parser *p, const char *after) {
  p->in_loop++;
  GPtrArray *block = parse_block (p, after);
  p->in_loop--;
  return block;
}

static CwNode *parse_if (Parser *p, const CwToken *token) {
  if (++p->depth > 4 * MAX_BLOCKS) cw_parser_fail (p, token, "too many elif branches");
  CwNode *node = cw_parser_node (p, CW_NODE_IF, token);
  node->a      = cw_parse_expression (p);
  node->list   = parse_block (p, "the condition");
  CwToken *next = cw_parser_peek (p);
  if (cw_parser_accept (p, "elif")) {
    node->list2 = g_ptr_array_new ();
    g_ptr_array_add (node->list2, parse_if (p, next));
  } else if (cw_parser_accept (p, "else")) {
    node->list2 = parse_block (p, "else");
  }
  p->depth--;
  return node;
}

static CwNode *parse_loop (Parser *p, const CwToken *token, bool is_for) {
  CwNode *node = cw_parser_node (p, is_for ? CW_NODE_FOR : CW_NODE_WHILE, token);
  if (is_for) {
    node->a = cw_parse_target_list (p);
    cw_parser_expect (p, "in", "after the loop variable");
    node->b = cw_parse_expressions (p, true);
  } else {
    node->a = cw_parse_expression (p);
  }
  node->list = parse_loop_body (p, is_for ? "for ... in ..." : "the condition");
  if (cw_parser_accept (p, "else")) node->list2 = parse_block (p, "else");
  return node;
}

static CwNode *parse_def (Parser *p, const CwToken *token) {
  CwNode *node = cw_parser_node (p, CW_NODE_DEF, token);
  node->text   = cw_parser_name (p, "the function's name");
  cw_parser_bind (p, node->text);
  node->list2  = g_ptr_array_new ();
  cw_parser_expect (p, "(", "after the function's name");
  cw_parse_parameters (p, node->list2, ")", true);
  cw_parser_expect (p, ")", "after the parameters");
  if (cw_parser_accept (p, "->")) cw_parse_expression (p);
  int loops  = p->in_loop;
  p->in_loop = 0;
  p->in_function++;
  CwOwnNames outer = cw_parser_enter_function (p, node->list2);
  node->list = parse_block (p, "the function's head");
  cw_parser_leave_function (p, outer);
  p->in_function--;
  p->in_loop = loops;
  return node;
}

static CwNode *parse_try (Parser *p, const CwToken *token) {
  CwNode *node = cw_parser_node (p, CW_NODE_TRY, token);
  node->list   = parse_block (p, "try");
  node->list2  = g_ptr_array_new ();
  while (cw_parser_at (p, "except") && !p->failed) {
    CwNode *handler = cw_parser_node (p, CW_NODE_HANDLER, cw_parser_next (p));
    if (!cw_parser_at (p, ":")) handler->a = cw_parse_expression (p);
    if (cw_parser_accept (p, "as")) handler->text = cw_parser_name (p, "a name after as");
    if (handler->text) cw_parser_bind (p, handler->text);
    handler->list = parse_block (p, "except");
    g_ptr_array_add (node->list2, handler);
  }
  if (cw_parser_accept (p, "else")) node->list3 = parse_block (p, "else");
  if (cw_parser_accept (p, "finally")) node->list4 = parse_block (p, "finally");
  if (!node->list2->len && !node->list4) cw_parser_fail (p, token, "'try' needs an 'except' or a 'finally'");
  return node;
}

static CwNode *parse_with (Parser *p, const CwToken *token) {
  CwNode *node = cw_parser_node (p, CW_NODE_WITH, token);
  node->a      = cw_parse_expression (p);
  if (cw_parser_accept (p, "as")) node->b = cw_parse_target_list (p);
  node->list = parse_block (p, "with");
  return node;
}

/* ---- small statements --------------------------------------------------------------------------------- */

static char *parse_dotted (Parser *p) {
  g_autoptr (GString) name = g_string_new (NULL);
  do {
    if (name->len) g_string_append_c (name, '.');
    g_autofree char *part = cw_parser_name (p, "a module's name");
    g_string_append (name, part);
  } while (cw_parser_accept (p, ".") && !p->failed);
  return g_string_free (g_steal_pointer (&name), FALSE);
}

static CwNode *parse_import (Parser *p, const CwToken *token, bool from) {
  CwNode *node = cw_parser_node (p, from ? CW_NODE_FROM : CW_NODE_IMPORT, token);
  node->list   = g_ptr_array_new ();
  bool parentheses = false;
  if (from) {
    node->text = parse_dotted (p);
    cw_parser_expect (p, "import", "after the module's name");
    parentheses = cw_parser_accept (p, "(");
    if (cw_parser_at (p, "*")) {
      cw_parser_fail (p, cw_parser_peek (p), "'import *' is not part of the notebook language: name what you need");
    }
  }
  do {
    CwNode *alias = cw_parser_node (p, CW_NODE_ALIAS, cw_parser_peek (p));
    alias->text   = from ? cw_parser_name (p, "a name to import") : parse_dotted (p);
    if (cw_parser_accept (p, "as")) alias->text2 = cw_parser_name (p, "a name after as");
    g_autofree char *bound = g_strndup (alias->text, strcspn (alias->text, ".")); /* import a.b makes a name of a */
    cw_parser_bind (p, alias->text2 ? alias->text2 : bound);
    g_ptr_array_add (node->list, alias);
  } while (cw_parser_accept (p, ",") && !p->failed);
  if (parentheses) cw_parser_expect (p, ")", "after the names");
  return node;
}

static CwNode *parse_names (Parser *p, const CwToken *token, CwNodeKind kind) {
  CwNode *node = cw_parser_node (p, kind, token);
  node->list   = g_ptr_array_new ();
  do {
    CwNode *name = cw_parser_node (p, CW_NODE_NAME, cw_parser_peek (p));
    name->text   = cw_parser_name (p, "a name");
    if (p->own.names) g_hash_table_replace (p->own.names, g_strdup (name->text), GINT_TO_POINTER (false));
    g_ptr_array_add (node->list, name);
  } while (cw_parser_accept (p, ",") && !p->failed);
  return node;
}

static CwNode *parse_del (Parser *p, const CwToken *token) {
  CwNode *node = cw_parser_node (p, CW_NODE_DEL, token);
  node->list   = g_ptr_array_new ();
  CwNode *targets = cw_parse_expressions (p, false);
  if (targets->kind == CW_NODE_TUPLE) g_ptr_array_extend (node->list, targets->list, NULL, NULL);
  else g_ptr_array_add (node->list, targets);
  for (guint i = 0; i < node->list->len; i++) cw_check_target (p, node->list->pdata[i], token);
  return node;
}

static int augmented_operator (Parser *p) {
  static const struct {
    const char *text;
    int         op;
  } table[] = { { "+=", CW_OP_ADD }, { "-=", CW_OP_SUB }, { "*=", CW_OP_MUL }, { "/=", CW_OP_DIV }, { "//=", CW_OP_FLOORDIV },
                { "%=", CW_OP_MOD }, { "**=", CW_OP_POW }, { "@=", CW_OP_MATMUL }, { "&=", CW_OP_AND }, { "|=", CW_OP_OR },
                { "^=", CW_OP_XOR }, { "<<=", CW_OP_SHL }, { ">>=", CW_OP_SHR } };
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    if (cw_parser_accept (p, table[i].text)) return table[i].op;
  }
  return -1;
}

static bool help_name (const CwNode *node, GString *name) {
  if (node->kind == CW_NODE_ATTR) {
    if (!help_name (node->a, name)) return false;
    g_string_append_c (name, '.');
  } else if (node->kind != CW_NODE_NAME) {
    return false;
  }
  g_string_append (name, node->text);
  return true;
}

static CwNode *parse_expression_statement (Parser *p, CwToken *token) {
  bool asks = cw_parser_accept (p, "?"); /* ?name is name? */
  CwNode *value = cw_parse_expressions (p, true);
  CwNode *node = cw_parser_node (p, CW_NODE_EXPR, token);
  node->a      = value;
  if (asks || cw_parser_at (p, "?")) {
    g_autoptr (GString) name = g_string_new (NULL);
    if (!help_name (value, name)) cw_parser_fail (p, token, "'?' asks for help on a name, as in da.ones?");
    while (cw_parser_accept (p, "?")) {}
    node->kind = CW_NODE_HELP;
    node->text = g_string_free (g_steal_pointer (&name), FALSE);
    return node;
  }
  if (cw_parser_at (p, ":") && value->kind == CW_NODE_NAME) { /* an annotation says nothing here */
    cw_parser_next (p);
    cw_parse_expression (p);
    if (!cw_parser_at (p, "=")) {
      node->kind = CW_NODE_PASS;
      return node;
    }
  }
  if (cw_parser_at (p, "=")) {
    node->kind = CW_NODE_ASSIGN;
    node->list = g_ptr_array_new ();
    while (cw_parser_accept (p, "=") && !p->failed) {
      cw_check_target (p, node->a, token);
      if (node->a->kind == CW_NODE_STAR) cw_parser_fail (p, token, "a starred target needs a list or tuple around it");
      g_ptr_array_add (node->list, node->a);
      node->a = cw_parse_expressions (p, true);
    }
    return node;
  }
  int op = augmented_operator (p);
  if (op >= 0) {
    node->kind = CW_NODE_AUGMENT;
    node->op   = op;
    if (value->kind == CW_NODE_TUPLE || value->kind == CW_NODE_LIST) {
      cw_parser_fail (p, token, "an augmented assignment works on one name, not on several");
    }
    cw_check_target (p, value, token);
    node->b = cw_parse_expressions (p, true);
  }
  return node;
}

static void refuse_unknown (Parser *p, const CwToken *token) {
  static const struct {
    const char *keyword, *what;
  } outside[] = { { "class", "classes are" }, { "async", "async functions are" }, { "yield", "generators (yield) are" }, { "await", "await is" } };
  for (guint i = 0; i < G_N_ELEMENTS (outside); i++) {
    if (cw_parser_at (p, outside[i].keyword)) cw_parser_fail (p, token, "%s not part of the notebook language", outside[i].what);
  }
  if (cw_parser_at (p, "match") && token[1].kind == CW_TOKEN_NAME && !cw_is_keyword (token[1].text)) {
    cw_parser_fail (p, token, "match statements are not part of the notebook language: use if and elif");
  }
  if (cw_parser_at (p, "print") && (token[1].kind == CW_TOKEN_STRING || token[1].kind == CW_TOKEN_NAME)) {
    cw_parser_fail (p, token, "print is a function: write print(...)");
  }
  if (cw_parser_at (p, "@")) cw_parser_fail (p, token, "decorators are not part of the notebook language");
  if (cw_parser_at (p, "!")) cw_parser_fail (p, token, "shell commands are not part of the notebook language");
}

static CwNode *parse_jump (Parser *p, const CwToken *token, CwNodeKind kind) {
  if (kind != CW_NODE_PASS && !p->in_loop) {
    cw_parser_fail (p, token, "'%s' outside a loop", kind == CW_NODE_BREAK ? "break" : "continue");
  }
  return cw_parser_node (p, kind, token);
}

static CwNode *parse_simple (Parser *p) {
  CwToken *token = cw_parser_peek (p);
  refuse_unknown (p, token);
  CwNode *node;
  if (cw_parser_accept (p, "pass")) return parse_jump (p, token, CW_NODE_PASS);
  if (cw_parser_accept (p, "break")) return parse_jump (p, token, CW_NODE_BREAK);
  if (cw_parser_accept (p, "continue")) return parse_jump (p, token, CW_NODE_CONTINUE);
  if (cw_parser_accept (p, "del")) return parse_del (p, token);
  if (cw_parser_accept (p, "import")) return parse_import (p, token, false);
  if (cw_parser_accept (p, "from")) return parse_import (p, token, true);
  if (cw_parser_accept (p, "global")) return parse_names (p, token, CW_NODE_GLOBAL);
  if (cw_parser_accept (p, "nonlocal")) return parse_names (p, token, CW_NODE_NONLOCAL);
  if (cw_parser_accept (p, "return")) {
    if (!p->in_function) cw_parser_fail (p, token, "'return' outside a function");
    node = cw_parser_node (p, CW_NODE_RETURN, token);
    if (cw_parser_peek (p)->kind != CW_TOKEN_NEWLINE && !cw_parser_at (p, ";")) node->a = cw_parse_expressions (p, true);
    return node;
  }
  if (cw_parser_accept (p, "raise")) {
    node = cw_parser_node (p, CW_NODE_RAISE, token);
    if (cw_parser_peek (p)->kind != CW_TOKEN_NEWLINE && !cw_parser_at (p, ";")) node->a = cw_parse_expression (p);
    if (cw_parser_accept (p, "from")) cw_parse_expression (p);
    return node;
  }
  if (cw_parser_accept (p, "assert")) {
    node    = cw_parser_node (p, CW_NODE_ASSERT, token);
    node->a = cw_parse_expression (p);
    if (cw_parser_accept (p, ",")) node->b = cw_parse_expression (p);
    return node;
  }
  return parse_expression_statement (p, token);
}

static void parse_simple_line (Parser *p, GPtrArray *into) {
  for (;;) {
    CwNode *node = parse_simple (p);
    node->end_line = p->at > 0 ? g_array_index (p->tokens, CwToken, p->at - 1).line : node->line;
    g_ptr_array_add (into, node);
    if (!cw_parser_accept (p, ";")) break;
    if (cw_parser_peek (p)->kind == CW_TOKEN_NEWLINE) {
      node->flag = node->kind == CW_NODE_EXPR;
      break;
    }
  }
  CwToken *token = cw_parser_peek (p);
  if (token->kind == CW_TOKEN_NEWLINE) {
    cw_parser_next (p);
  } else if (token->kind == CW_TOKEN_NAME || token->kind == CW_TOKEN_OP) {
    cw_parser_fail (p, token, "'%s' cannot stand here: an operator, a comma or a line break is missing before it", token->text);
  } else if (token->kind != CW_TOKEN_END) {
    cw_parser_fail (p, token, "an operator, a comma or a line break is missing before this");
  }
}

static void parse_magic (Parser *p, GPtrArray *into) {
  CwToken *token = cw_parser_next (p);
  CwNode *node = cw_parser_node (p, CW_NODE_TIME, token);
  node->flag   = g_str_equal (token->text, "timeit");
  node->list   = g_ptr_array_new ();
  if (!token->flag) {
    if (cw_parser_peek (p)->kind == CW_TOKEN_NEWLINE) cw_parser_fail (p, token, "%%%s needs a statement after it", token->text);
    else parse_simple_line (p, node->list);
  } else {
    if (cw_parser_peek (p)->kind != CW_TOKEN_NEWLINE) parse_simple_line (p, node->list);
    else cw_parser_next (p);
    while (cw_parser_peek (p)->kind != CW_TOKEN_END && !p->failed) parse_statement (p, node->list);
  }
  g_ptr_array_add (into, node);
}

static void parse_statement (Parser *p, GPtrArray *into) {
  CwToken *token = cw_parser_peek (p);
  CwNode *node = NULL;
  if (token->kind == CW_TOKEN_MAGIC) {
    parse_magic (p, into);
    return;
  }
  if (cw_parser_accept (p, "if")) node = parse_if (p, token);
  else if (cw_parser_accept (p, "while")) node = parse_loop (p, token, false);
  else if (cw_parser_accept (p, "for")) node = parse_loop (p, token, true);
  else if (cw_parser_accept (p, "def")) node = parse_def (p, token);
  else if (cw_parser_accept (p, "try")) node = parse_try (p, token);
  else if (cw_parser_accept (p, "with")) node = parse_with (p, token);
  if (!node) {
    parse_simple_line (p, into);
    return;
  }
  for (guint i = p->at; i-- > 0;) { /* the block's last real token tells where it ends */
    CwToken *last = &g_array_index (p->tokens, CwToken, i);
    if (last->kind == CW_TOKEN_DEDENT || last->kind == CW_TOKEN_NEWLINE || last->kind == CW_TOKEN_INDENT) continue;
    node->end_line = last->line;
    break;
  }
  g_ptr_array_add (into, node);
}

/* ---- programs --------------------------------------------------------------------------------------------- */

static void node_free (void *data) {
  CwNode *node = data;
  g_free (node->text);
  g_free (node->text2);
  g_clear_pointer (&node->list, g_ptr_array_unref);
  g_clear_pointer (&node->list2, g_ptr_array_unref);
  g_clear_pointer (&node->list3, g_ptr_array_unref);
  g_clear_pointer (&node->list4, g_ptr_array_unref);
  g_clear_pointer (&node->ops, g_array_unref);
  g_free (node);
}

CwProgram *cw_program_ref (CwProgram *program) {
  program->ref_count++;
  return program;
}

void cw_program_unref (CwProgram *program) {
  if (!program || --program->ref_count > 0) return;
  g_ptr_array_unref (program->statements);
  g_ptr_array_unref (program->nodes);
  g_free (program->text);
  g_free (program);
}

char *cw_program_line (const CwProgram *program, int line) {
  const char *start = program->text;
  for (; line > 1 && strchr (start, '\n'); line--) start = strchr (start, '\n') + 1;
  return g_strstrip (g_strndup (start, strcspn (start, "\n")));
}

CwProgram *cw_parse (const char *text, int *line, int *column, GError **error) {
  g_autoptr (GArray) tokens = cw_tokenize (text, 1, 1, false, line, column, error);
  if (!tokens) return NULL;
  g_autoptr (CwProgram) program = g_new0 (CwProgram, 1);
  program->ref_count  = 1;
  program->nodes      = g_ptr_array_new_with_free_func (node_free);
  program->statements = g_ptr_array_new ();
  program->text       = g_strdup (text);
  Parser p = { .tokens = tokens, .program = program, .error_line = line, .error_column = column, .error = error };
  while (cw_parser_peek (&p)->kind != CW_TOKEN_END) {
    if (cw_parser_peek (&p)->kind == CW_TOKEN_INDENT) cw_parser_fail (&p, cw_parser_peek (&p), "unexpected indentation");
    else parse_statement (&p, program->statements);
  }
  if (p.failed) return NULL;
  for (guint i = 0; i < program->nodes->len; i++) {
    CwNode *node = program->nodes->pdata[i];
    if (node->text && node->kind != CW_NODE_STR) node->name = g_intern_string (node->text);
  }
  if (program->statements->len) {
    CwNode *first = program->statements->pdata[0];
    program->timed = first->kind == CW_NODE_TIME && !first->flag;
  }
  return g_steal_pointer (&program);
}
