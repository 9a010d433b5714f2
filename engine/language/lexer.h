/* lexer.h: a cell's text as tokens. */
#pragma once

#include "engine/base/base.h"

G_BEGIN_DECLS

typedef enum {
  CW_TOKEN_NAME,
  CW_TOKEN_INT,
  CW_TOKEN_FLOAT,
  CW_TOKEN_IMAG,
  CW_TOKEN_STRING,  /* text: decoded */
  CW_TOKEN_FSTRING, /* text: as written between the quotes; flag: raw */
  CW_TOKEN_OP,      /* text: the operator */
  CW_TOKEN_MAGIC,   /* text: "time", "timeit"; flag: a cell magic (%%) */
  CW_TOKEN_NEWLINE,
  CW_TOKEN_INDENT,
  CW_TOKEN_DEDENT,
  CW_TOKEN_END,
} CwTokenKind;

typedef struct {
  CwTokenKind kind;
  char       *text;
  int64_t     integer;
  double      number;
  bool        flag;
  int         line, column; /* from 1 */
} CwToken;

/* Tokens of @text, the last one CW_TOKEN_END; lines count from @first_line. SyntaxError with its place. */
GArray *cw_tokenize (const char *text, int first_line, int first_column, bool expression_only, int *line, int *column,
                     GError **error);
/* Decodes the escapes of a string body; NULL with SyntaxError. */
char *cw_string_unescape (const char *body, gsize length, GError **error);

G_END_DECLS
