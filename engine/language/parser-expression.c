/* parser-expression.c: expressions, by recursive descent with Python's precedences. */
#include "engine/language/parser-private.h"

#include <string.h>

#define MAX_DEPTH 150
#define MAX_LINKS 1000 /* of a chain such as a + b + c: its tree is as deep */

static CwNode *parse_or (Parser *p);
static CwNode *too_deep (Parser *p, const CwToken *token);
static CwNode *parse_unary (Parser *p);

static const struct {
  const char *text;
  int         precedence, op;
} binary_operators[] = {
  { "|", 1, CW_OP_OR }, { "^", 2, CW_OP_XOR }, { "&", 3, CW_OP_AND }, { "<<", 4, CW_OP_SHL }, { ">>", 4, CW_OP_SHR },
  { "+", 5, CW_OP_ADD }, { "-", 5, CW_OP_SUB }, { "*", 6, CW_OP_MUL }, { "/", 6, CW_OP_DIV }, { "//", 6, CW_OP_FLOORDIV },
  { "%", 6, CW_OP_MOD }, { "@", 6, CW_OP_MATMUL },
};

/* ---- f-strings ------------------------------------------------------------------------------ */

static CwNode *parse_fstring (Parser *p, const CwToken *token, const char *body, gsize length, bool raw, int nesting);

static CwNode *parse_inner (Parser *p, const CwToken *token, const char *start, gsize length) {
  g_autofree char *text = g_strndup (start, length);
  int line, column;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) tokens = cw_tokenize (text, token->line, token->column, true, &line, &column, &error);
  if (!tokens) {
    cw_parser_fail (p, token, "f-string: %s", error->message);
    return cw_parser_node (p, CW_NODE_NONE, token);
  }
  Parser inner = *p;
  inner.tokens = tokens;
  inner.at     = 0;
  CwNode *node = cw_parse_expressions (&inner, true);
  if (!inner.failed && cw_parser_peek (&inner)->kind != CW_TOKEN_END) {
    cw_parser_fail (&inner, token, "f-string: the expression {%s} is not complete", text);
  }
  p->failed = inner.failed;
  if (p->failed) p->at = p->tokens->len - 1;
  return node;
}

/* The end of the expression that starts at @q: at '}', '!' or ':' outside brackets and strings. */
static const char *end_of_field (const char *q, const char *end) {
  int  depth = 0;
  char quote = 0;
  for (; q < end; q++) {
    if (quote) {
      if (*q == quote) quote = 0;
    } else if (*q == '\'' || *q == '"') {
      quote = *q;
    } else if (strchr ("([{", *q)) {
      depth++;
    } else if (depth > 0 && strchr (")]}", *q)) {
      depth--;
    } else if (depth == 0 && (*q == '}' || *q == ':' || (*q == '!' && q[1] != '='))) {
      return q;
    }
  }
  return end;
}

static const char *parse_field (Parser *p, const CwToken *token, CwNode *string, const char *start, const char *end, bool raw,
                                int nesting) {
  const char *q = end_of_field (start, end), *stop = q;
  CwNode *part = cw_parser_node (p, CW_NODE_FPART, token);
  while (stop > start && g_ascii_isspace (stop[-1])) stop--;
  if (stop > start && stop[-1] == '=' && (stop - 1 == start || !strchr ("=!<>", stop[-2]))) {
    CwNode *label = cw_parser_node (p, CW_NODE_STR, token);
    label->text   = g_strndup (start, (gsize) (q - start));
    g_ptr_array_add (string->list, label);
    part->text = g_strdup ("r");
    stop--;
  }
  part->a = parse_inner (p, token, start, (gsize) (stop - start));
  if (q < end && *q == '!') {
    g_free (part->text);
    part->text = g_strndup (q + 1, 1);
    if (!strchr ("rsa", q[1])) cw_parser_fail (p, token, "f-string: the conversion after ! must be r, s or a");
    q += 2;
  }
  if (q < end && *q == ':') {
    const char *spec = ++q;
    for (int depth = 0; q < end && (depth > 0 || *q != '}'); q++) depth += (*q == '{') - (*q == '}');
    if (nesting > 1) cw_parser_fail (p, token, "f-string: expressions are nested too deeply");
    else part->b = parse_fstring (p, token, spec, (gsize) (q - spec), raw, nesting + 1);
  }
  if (q >= end || *q != '}') cw_parser_fail (p, token, "f-string: expecting '}'");
  g_ptr_array_add (string->list, part);
  return MIN (q + 1, end);
}

static CwNode *parse_fstring (Parser *p, const CwToken *token, const char *body, gsize length, bool raw, int nesting) {
  CwNode *node = cw_parser_node (p, CW_NODE_FSTRING, token);
  node->list   = g_ptr_array_new ();
  g_autoptr (GString) literal = g_string_new (NULL);
  const char *end = body + length;
  for (const char *q = body; q <= end && !p->failed;) {
    bool field = q < end && *q == '{' && !(q + 1 < end && q[1] == '{');
    if ((q == end || field) && literal->len) {
      CwNode *text = cw_parser_node (p, CW_NODE_STR, token);
      g_autoptr (GError) error = NULL;
      text->text = raw ? g_strdup (literal->str) : cw_string_unescape (literal->str, literal->len, &error);
      if (!text->text) cw_parser_fail (p, token, "%s", error->message);
      g_string_truncate (literal, 0);
      g_ptr_array_add (node->list, text);
    }
    if (q == end) break;
    if (field) {
      q = parse_field (p, token, node, q + 1, end, raw, nesting);
      continue;
    }
    bool doubled = (*q == '{' || *q == '}') && q + 1 < end && q[1] == *q;
    if (*q == '}' && !doubled) cw_parser_fail (p, token, "f-string: single '}' is not allowed");
    g_string_append_c (literal, *q);
    q += doubled ? 2 : 1;
  }
  return node;
}

static CwNode *parse_string (Parser *p) {
  CwToken *token = cw_parser_peek (p);
  CwNode *whole = cw_parser_node (p, CW_NODE_FSTRING, token);
  whole->list   = g_ptr_array_new ();
  bool any_field = false;
  for (; token->kind == CW_TOKEN_STRING || token->kind == CW_TOKEN_FSTRING; token = cw_parser_peek (p)) {
    if (token->kind == CW_TOKEN_STRING) {
      CwNode *text = cw_parser_node (p, CW_NODE_STR, token);
      text->text   = g_strdup (token->text);
      g_ptr_array_add (whole->list, text);
    } else {
      CwNode *part = parse_fstring (p, token, token->text, strlen (token->text), token->flag, 0);
      g_ptr_array_extend (whole->list, part->list, NULL, NULL);
      any_field = true;
      if (p->failed) return whole;
    }
    cw_parser_next (p);
  }
  if (any_field) return whole;
  g_autoptr (GString) joined = g_string_new (NULL);
  for (guint i = 0; i < whole->list->len; i++) g_string_append (joined, ((CwNode *) whole->list->pdata[i])->text);
  whole->kind = CW_NODE_STR;
  whole->text = g_string_free (g_steal_pointer (&joined), FALSE);
  return whole;
}

/* ---- displays and comprehensions -------------------------------------------------------------- */

static CwNode *parse_comprehension (Parser *p, CwNodeKind kind, CwNode *element, CwNode *value, const CwToken *token) {
  CwNode *node = cw_parser_node (p, CW_NODE_COMP, token);
  node->op     = kind;
  node->a      = element;
  node->b      = value;
  node->list   = g_ptr_array_new ();
  while (cw_parser_at (p, "for") && !p->failed) {
    CwNode *clause = cw_parser_node (p, CW_NODE_COMP_FOR, cw_parser_next (p));
    CwOwnNames own = p->own; /* its loop variable is the comprehension's */
    p->own    = (CwOwnNames){ 0 };
    clause->a = cw_parse_target_list (p);
    p->own    = own;
    cw_parser_expect (p, "in", "after the loop variable");
    clause->b    = parse_or (p);
    clause->list = g_ptr_array_new ();
    while (cw_parser_accept (p, "if") && !p->failed) g_ptr_array_add (clause->list, parse_or (p));
    g_ptr_array_add (node->list, clause);
  }
  return node;
}

static CwNode *parse_starred (Parser *p) {
  CwToken *token = cw_parser_peek (p);
  if (cw_parser_accept (p, "*")) {
    CwNode *star = cw_parser_node (p, CW_NODE_STAR, token);
    star->a      = parse_or (p);
    return star;
  }
  return cw_parse_expression (p);
}

static CwNode *parse_parenthesized (Parser *p, const CwToken *token) {
  CwNode *tuple = cw_parser_node (p, CW_NODE_TUPLE, token);
  tuple->list   = g_ptr_array_new ();
  if (cw_parser_accept (p, ")")) return tuple;
  CwNode *first = parse_starred (p);
  if (cw_parser_at (p, "for")) {
    CwNode *comp = parse_comprehension (p, CW_NODE_GENERATOR, first, NULL, token);
    cw_parser_expect (p, ")", "after the generator expression");
    return comp;
  }
  if (cw_parser_accept (p, ")")) {
    if (first->kind == CW_NODE_STAR) cw_parser_fail (p, token, "a starred expression needs a tuple: write (*x,)");
    return first;
  }
  g_ptr_array_add (tuple->list, first);
  while (cw_parser_accept (p, ",") && !cw_parser_at (p, ")") && !p->failed) g_ptr_array_add (tuple->list, parse_starred (p));
  cw_parser_expect (p, ")", "to close the parenthesis");
  return tuple;
}

static CwNode *parse_list_display (Parser *p, const CwToken *token) {
  CwNode *list = cw_parser_node (p, CW_NODE_LIST, token);
  list->list   = g_ptr_array_new ();
  if (cw_parser_accept (p, "]")) return list;
  CwNode *first = parse_starred (p);
  if (cw_parser_at (p, "for")) {
    CwNode *comp = parse_comprehension (p, CW_NODE_LIST, first, NULL, token);
    cw_parser_expect (p, "]", "after the comprehension");
    return comp;
  }
  g_ptr_array_add (list->list, first);
  while (cw_parser_accept (p, ",") && !cw_parser_at (p, "]") && !p->failed) g_ptr_array_add (list->list, parse_starred (p));
  cw_parser_expect (p, "]", "to close the list; perhaps a comma is missing");
  return list;
}

static void parse_dict_item (Parser *p, CwNode *dict) {
  CwToken *token = cw_parser_peek (p);
  CwNode *key;
  if (cw_parser_accept (p, "**")) {
    key    = cw_parser_node (p, CW_NODE_STAR2, token);
    key->a = parse_or (p);
    g_ptr_array_add (dict->list, key);
    g_ptr_array_add (dict->list2, key->a);
    return;
  }
  key = cw_parse_expression (p);
  cw_parser_expect (p, ":", "between key and value");
  g_ptr_array_add (dict->list, key);
  g_ptr_array_add (dict->list2, cw_parse_expression (p));
}

static CwNode *parse_brace_display (Parser *p, const CwToken *token) {
  CwNode *node = cw_parser_node (p, CW_NODE_DICT, token);
  node->list   = g_ptr_array_new ();
  node->list2  = g_ptr_array_new ();
  if (cw_parser_accept (p, "}")) return node;
  if (!cw_parser_at (p, "**")) {
    CwNode *first = parse_starred (p);
    if (!cw_parser_at (p, ":")) {
      node->kind = CW_NODE_SET;
      if (cw_parser_at (p, "for")) node = parse_comprehension (p, CW_NODE_SET, first, NULL, token);
      else g_ptr_array_add (node->list, first);
      while (cw_parser_accept (p, ",") && !cw_parser_at (p, "}") && !p->failed) g_ptr_array_add (node->list, parse_starred (p));
      cw_parser_expect (p, "}", "to close the set");
      return node;
    }
    cw_parser_next (p);
    CwNode *value = cw_parse_expression (p);
    if (cw_parser_at (p, "for")) {
      node = parse_comprehension (p, CW_NODE_DICT, first, value, token);
      cw_parser_expect (p, "}", "after the comprehension");
      return node;
    }
    g_ptr_array_add (node->list, first);
    g_ptr_array_add (node->list2, value);
  } else {
    parse_dict_item (p, node);
  }
  while (cw_parser_accept (p, ",") && !cw_parser_at (p, "}") && !p->failed) parse_dict_item (p, node);
  cw_parser_expect (p, "}", "to close the dict");
  return node;
}

/* ---- atoms, calls, subscripts ----------------------------------------------------------------- */

static CwNode *parse_atom (Parser *p) {
  CwToken *token = cw_parser_peek (p);
  CwNode *node;
  switch (token->kind) {
  case CW_TOKEN_STRING:
  case CW_TOKEN_FSTRING:
    return parse_string (p);
  case CW_TOKEN_INT:
  case CW_TOKEN_FLOAT:
  case CW_TOKEN_IMAG:
    node = cw_parser_node (p, token->kind == CW_TOKEN_INT ? CW_NODE_INT : token->kind == CW_TOKEN_FLOAT ? CW_NODE_FLOAT : CW_NODE_IMAG, token);
    node->integer = token->integer;
    node->number  = token->number;
    cw_parser_next (p);
    return node;
  case CW_TOKEN_NAME:
    if (cw_parser_accept (p, "None")) return cw_parser_node (p, CW_NODE_NONE, token);
    if (cw_parser_accept (p, "True")) return cw_parser_node (p, CW_NODE_TRUE, token);
    if (cw_parser_accept (p, "False")) return cw_parser_node (p, CW_NODE_FALSE, token);
    if (g_str_equal (token->text, "await") || g_str_equal (token->text, "yield")) {
      cw_parser_fail (p, token, "%s is not part of the notebook language", token->text);
    } else if (cw_is_keyword (token->text)) {
      cw_parser_fail (p, token, "the keyword '%s' cannot stand here", token->text);
    }
    node       = cw_parser_node (p, CW_NODE_NAME, token);
    node->text = g_strdup (token->text);
    cw_parser_next (p);
    return node;
  case CW_TOKEN_OP:
    if (cw_parser_accept (p, "(")) return parse_parenthesized (p, token);
    if (cw_parser_accept (p, "[")) return parse_list_display (p, token);
    if (cw_parser_accept (p, "{")) return parse_brace_display (p, token);
    if (cw_parser_accept (p, "...")) return cw_parser_node (p, CW_NODE_ELLIPSIS, token);
    cw_parser_fail (p, token, "'%s' cannot stand here: a value is missing", token->text);
    break;
  case CW_TOKEN_INDENT:
    cw_parser_fail (p, token, "unexpected indentation");
    break;
  default:
    cw_parser_fail (p, token, "the line ends where a value is missing");
  }
  return cw_parser_node (p, CW_NODE_NONE, token);
}

static CwNode *parse_argument (Parser *p) {
  CwToken *token = cw_parser_peek (p);
  if (cw_parser_accept (p, "**")) {
    CwNode *node = cw_parser_node (p, CW_NODE_STAR2, token);
    node->a      = cw_parse_expression (p);
    return node;
  }
  CwToken *after = token + 1;
  if (token->kind == CW_TOKEN_NAME && after->kind == CW_TOKEN_OP && g_str_equal (after->text, "=")) {
    CwNode *node = cw_parser_node (p, CW_NODE_KEYWORD, token);
    node->text   = cw_parser_name (p, "an argument");
    cw_parser_next (p);
    node->a = cw_parse_expression (p);
    return node;
  }
  return parse_starred (p);
}

static CwNode *parse_call (Parser *p, CwNode *callee, const CwToken *token) {
  CwNode *call = cw_parser_node (p, CW_NODE_CALL, token);
  call->line   = callee->line;
  call->column = callee->column;
  call->a      = callee;
  call->list   = g_ptr_array_new ();
  bool keyword = false;
  while (!cw_parser_at (p, ")") && !p->failed) {
    CwToken *first = cw_parser_peek (p);
    CwNode *argument = parse_argument (p);
    if (cw_parser_at (p, "for")) argument = parse_comprehension (p, CW_NODE_GENERATOR, argument, NULL, first);
    if (keyword && argument->kind != CW_NODE_KEYWORD && argument->kind != CW_NODE_STAR2 && argument->kind != CW_NODE_STAR) {
      cw_parser_fail (p, first, "positional argument follows keyword argument");
    }
    keyword |= argument->kind == CW_NODE_KEYWORD;
    g_ptr_array_add (call->list, argument);
    if (!cw_parser_accept (p, ",")) break;
  }
  cw_parser_expect (p, ")", "to close the call; perhaps a comma is missing");
  return call;
}

static CwNode *parse_subscript_item (Parser *p) {
  CwToken *token = cw_parser_peek (p);
  CwNode *start = cw_parser_at (p, ":") ? NULL : parse_starred (p);
  if (!cw_parser_accept (p, ":")) return start;
  CwNode *slice = cw_parser_node (p, CW_NODE_SLICE, token);
  slice->a      = start;
  if (!cw_parser_at (p, ":") && !cw_parser_at (p, ",") && !cw_parser_at (p, "]")) slice->b = cw_parse_expression (p);
  if (cw_parser_accept (p, ":") && !cw_parser_at (p, ",") && !cw_parser_at (p, "]")) slice->c = cw_parse_expression (p);
  return slice;
}

static CwNode *parse_subscript (Parser *p, CwNode *value, const CwToken *token) {
  CwNode *node = cw_parser_node (p, CW_NODE_INDEX, token);
  node->line   = value->line;
  node->column = value->column;
  node->a      = value;
  node->b      = parse_subscript_item (p);
  if (cw_parser_at (p, ",")) {
    CwNode *tuple = cw_parser_node (p, CW_NODE_TUPLE, token);
    tuple->list   = g_ptr_array_new ();
    g_ptr_array_add (tuple->list, node->b);
    while (cw_parser_accept (p, ",") && !cw_parser_at (p, "]") && !p->failed) {
      g_ptr_array_add (tuple->list, parse_subscript_item (p));
    }
    node->b = tuple;
  }
  cw_parser_expect (p, "]", "to close the index");
  return node;
}

static CwNode *parse_primary (Parser *p) {
  CwNode *node = parse_atom (p);
  for (int links = 0; !p->failed; links++) {
    CwToken *token = cw_parser_peek (p);
    if (links > MAX_LINKS) {
      cw_parser_fail (p, token, "this chain of calls is too long");
    } else if (cw_parser_accept (p, "(")) {
      node = parse_call (p, node, token);
    } else if (cw_parser_accept (p, "[")) {
      node = parse_subscript (p, node, token);
    } else if (cw_parser_accept (p, ".")) {
      CwNode *attr = cw_parser_node (p, CW_NODE_ATTR, cw_parser_peek (p));
      attr->a      = node;
      attr->text   = cw_parser_name (p, "an attribute's name after the dot");
      node         = attr;
    } else {
      break;
    }
  }
  return node;
}

/* ---- operators ---------------------------------------------------------------------------------- */

static CwNode *parse_power (Parser *p) {
  CwNode *base = parse_primary (p);
  CwToken *token = cw_parser_peek (p);
  if (!cw_parser_accept (p, "**")) return base;
  CwNode *node = cw_parser_node (p, CW_NODE_BINARY, token);
  node->op     = CW_OP_POW;
  node->a      = base;
  node->b      = ++p->depth > MAX_DEPTH ? too_deep (p, token) : parse_unary (p);
  p->depth--;
  return node;
}

static CwNode *parse_unary (Parser *p) {
  CwToken *token = cw_parser_peek (p);
  int op = cw_parser_at (p, "-") ? CW_OP_NEG : cw_parser_at (p, "+") ? CW_OP_POS : cw_parser_at (p, "~") ? CW_OP_INVERT : -1;
  if (op < 0) return parse_power (p);
  cw_parser_next (p);
  CwNode *node = cw_parser_node (p, CW_NODE_UNARY, token);
  node->op     = op;
  node->a = ++p->depth > MAX_DEPTH ? too_deep (p, token) : parse_unary (p);
  p->depth--;
  return node;
}

static CwNode *parse_binary (Parser *p, int precedence) {
  CwNode *left = precedence > 6 ? parse_unary (p) : parse_binary (p, precedence + 1);
  for (int links = 0; precedence <= 6 && !p->failed; links++) {
    CwToken *token = cw_parser_peek (p);
    int op = -1;
    for (guint i = 0; i < G_N_ELEMENTS (binary_operators) && op < 0; i++) {
      if (binary_operators[i].precedence == precedence && cw_parser_at (p, binary_operators[i].text)) op = binary_operators[i].op;
    }
    if (op < 0) break;
    if (links >= MAX_LINKS) return too_deep (p, token);
    cw_parser_next (p);
    CwNode *node = cw_parser_node (p, CW_NODE_BINARY, token);
    node->op     = op;
    node->a      = left;
    node->b      = precedence == 6 ? parse_unary (p) : parse_binary (p, precedence + 1);
    left         = node;
  }
  return left;
}

static int comparison_at (Parser *p) {
  static const struct {
    const char *text;
    int         op;
  } table[] = { { "==", CW_OP_EQ }, { "!=", CW_OP_NE }, { "<", CW_OP_LT }, { "<=", CW_OP_LE }, { ">", CW_OP_GT }, { ">=", CW_OP_GE } };
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    if (cw_parser_accept (p, table[i].text)) return table[i].op;
  }
  if (cw_parser_accept (p, "in")) return CW_OP_IN;
  if (cw_parser_accept (p, "is")) return cw_parser_accept (p, "not") ? CW_OP_IS_NOT : CW_OP_IS;
  if (cw_parser_at (p, "not")) {
    cw_parser_next (p);
    cw_parser_expect (p, "in", "after not");
    return CW_OP_NOT_IN;
  }
  return -1;
}

static CwNode *parse_comparison (Parser *p) {
  CwToken *token = cw_parser_peek (p);
  CwNode *first = parse_binary (p, 1);
  CwToken *where = cw_parser_peek (p);
  int op = comparison_at (p);
  if (op < 0) return first;
  CwNode *node = cw_parser_node (p, CW_NODE_COMPARE, where);
  (void) token;
  node->list = g_ptr_array_new ();
  node->ops  = g_array_new (FALSE, FALSE, sizeof (int));
  g_ptr_array_add (node->list, first);
  for (; op >= 0 && !p->failed; op = comparison_at (p)) {
    g_array_append_val (node->ops, op);
    g_ptr_array_add (node->list, parse_binary (p, 1));
  }
  return node;
}

static CwNode *parse_not (Parser *p) {
  CwToken *token = cw_parser_peek (p);
  if (!cw_parser_accept (p, "not")) return parse_comparison (p);
  CwNode *node = cw_parser_node (p, CW_NODE_NOT, token);
  node->a = ++p->depth > MAX_DEPTH ? too_deep (p, token) : parse_not (p);
  p->depth--;
  return node;
}

static CwNode *parse_logical (Parser *p, bool is_or) {
  CwNode *left = is_or ? parse_logical (p, false) : parse_not (p);
  CwToken *token = cw_parser_peek (p);
  for (int links = 0; cw_parser_accept (p, is_or ? "or" : "and") && !p->failed; links++) {
    if (links >= MAX_LINKS) return too_deep (p, token);
    CwNode *node = cw_parser_node (p, is_or ? CW_NODE_OR : CW_NODE_AND, token);
    node->a      = left;
    node->b      = is_or ? parse_logical (p, false) : parse_not (p);
    left         = node;
    token        = cw_parser_peek (p);
  }
  return left;
}

static CwNode *parse_or (Parser *p) {
  CwToken *token = cw_parser_peek (p);
  CwNode *node = ++p->depth > MAX_DEPTH ? too_deep (p, token) : parse_logical (p, true);
  p->depth--;
  return node;
}

static CwNode *parse_lambda (Parser *p, const CwToken *token) {
  CwNode *node = cw_parser_node (p, CW_NODE_LAMBDA, token);
  node->list   = g_ptr_array_new ();
  cw_parse_parameters (p, node->list, ":", false);
  cw_parser_expect (p, ":", "after the parameters of lambda");
  CwOwnNames outer = cw_parser_enter_function (p, node->list);
  node->a = cw_parse_expression (p);
  cw_parser_leave_function (p, outer);
  return node;
}

static CwNode *too_deep (Parser *p, const CwToken *token) {
  cw_parser_fail (p, token, "this expression is nested too deeply");
  return cw_parser_node (p, CW_NODE_NONE, token);
}

static CwNode *parse_undivided (Parser *p) {
  CwToken *token = cw_parser_peek (p);
  if (cw_parser_accept (p, "lambda")) return parse_lambda (p, token);
  CwNode *node = parse_or (p);
  if (cw_parser_at (p, ":=")) {
    if (node->kind != CW_NODE_NAME) cw_parser_fail (p, token, "':=' gives a value to a name");
    cw_parser_next (p);
    CwNode *walrus = cw_parser_node (p, CW_NODE_WALRUS, token);
    walrus->text   = g_strdup (node->text);
    cw_parser_bind (p, walrus->text);
    walrus->a      = cw_parse_expression (p);
    return walrus;
  }
  token = cw_parser_peek (p);
  if (!cw_parser_accept (p, "if")) return node;
  CwNode *ternary = cw_parser_node (p, CW_NODE_TERNARY, token);
  ternary->a      = node;
  ternary->b      = parse_or (p);
  cw_parser_expect (p, "else", "in 'value if condition else other'");
  ternary->c = cw_parse_expression (p);
  return ternary;
}

CwNode *cw_parse_expression (Parser *p) {
  CwNode *node = ++p->depth > MAX_DEPTH ? too_deep (p, cw_parser_peek (p)) : parse_undivided (p);
  p->depth--;
  return node;
}

static bool ends_expressions (Parser *p) {
  static const char *const ends[] = { ")", "]", "}", "=", ":", ";", "in" };
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    if (cw_parser_at (p, ends[i])) return true;
  }
  CwTokenKind kind = cw_parser_peek (p)->kind;
  return kind == CW_TOKEN_NEWLINE || kind == CW_TOKEN_END;
}

CwNode *cw_parse_expressions (Parser *p, bool allow_star) {
  CwToken *token = cw_parser_peek (p);
  CwNode *first = allow_star ? parse_starred (p) : cw_parse_expression (p);
  if (!cw_parser_at (p, ",")) return first;
  CwNode *tuple = cw_parser_node (p, CW_NODE_TUPLE, token);
  tuple->list   = g_ptr_array_new ();
  g_ptr_array_add (tuple->list, first);
  while (cw_parser_accept (p, ",") && !ends_expressions (p) && !p->failed) {
    g_ptr_array_add (tuple->list, allow_star ? parse_starred (p) : cw_parse_expression (p));
  }
  return tuple;
}

CwNode *cw_parse_target_list (Parser *p) {
  CwToken *token = cw_parser_peek (p);
  CwNode *first = cw_parser_accept (p, "*") ? NULL : parse_primary (p);
  if (!first) {
    first    = cw_parser_node (p, CW_NODE_STAR, token);
    first->a = parse_primary (p);
  }
  CwNode *target = first;
  if (cw_parser_at (p, ",")) {
    target       = cw_parser_node (p, CW_NODE_TUPLE, token);
    target->list = g_ptr_array_new ();
    g_ptr_array_add (target->list, first);
    while (cw_parser_accept (p, ",") && !ends_expressions (p) && !p->failed) {
      CwToken *at = cw_parser_peek (p);
      CwNode *item;
      if (cw_parser_accept (p, "*")) {
        item    = cw_parser_node (p, CW_NODE_STAR, at);
        item->a = parse_primary (p);
      } else {
        item = parse_primary (p);
      }
      g_ptr_array_add (target->list, item);
    }
  }
  cw_check_target (p, target, token);
  return target;
}
