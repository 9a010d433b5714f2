/* parser-private.h: what the two halves of the parser share. */
#pragma once

#include "engine/language/ast.h"
#include "engine/language/lexer.h"

G_BEGIN_DECLS

/* The names that the function being read binds, and the first node of its body. */
typedef struct {
  GHashTable *names; /* text -> is it the function's own, not declared global or nonlocal? NULL outside of functions */
  guint       first;
} CwOwnNames;

/* After the first error the parser stands on its last token and every function still returns a node, so that only the
 * top has to look whether it went well. */
typedef struct {
  GArray    *tokens;
  guint      at;
  CwProgram *program;
  int        depth; /* of nested expressions and blocks */
  int        in_function, in_loop;
  CwOwnNames own;
  int       *error_line, *error_column;
  GError   **error;
  bool       failed;
} Parser;

CwToken *cw_parser_peek (Parser *p);
CwToken *cw_parser_next (Parser *p);
bool     cw_parser_at (Parser *p, const char *text); /* an operator or keyword */
bool     cw_parser_accept (Parser *p, const char *text);
void     cw_parser_expect (Parser *p, const char *text, const char *where);
void     cw_parser_fail (Parser *p, const CwToken *token, const char *format, ...) G_GNUC_PRINTF (3, 4);
CwNode  *cw_parser_node (Parser *p, CwNodeKind kind, const CwToken *token);
char    *cw_parser_name (Parser *p, const char *what);
bool     cw_is_keyword (const char *name);

/* A function's body begins; returns the names of what is around it, for its end. */
CwOwnNames cw_parser_enter_function (Parser *p, GPtrArray *params);
void       cw_parser_leave_function (Parser *p, CwOwnNames outer);
/* The function being read gives @name a value. */
void       cw_parser_bind (Parser *p, const char *name);

CwNode *cw_parse_expression (Parser *p);
CwNode *cw_parse_target_list (Parser *p);                 /* of for and comprehensions */
CwNode *cw_parse_expressions (Parser *p, bool allow_star); /* one, or a tuple without parentheses */
void    cw_parse_parameters (Parser *p, GPtrArray *into, const char *end, bool annotations);
void    cw_check_target (Parser *p, CwNode *target, const CwToken *token);

G_END_DECLS
