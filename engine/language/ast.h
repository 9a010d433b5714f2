/* ast.h: the tree that the parser makes of a cell.
 *
 * One struct serves every kind of node; what its fields mean stands beside the kinds below. All nodes of a cell
 * belong to its CwProgram, which functions defined in the cell keep alive. Lines and columns count from 1.
 */
#pragma once

#include "engine/base/base.h"

G_BEGIN_DECLS

typedef enum {
  /* expressions */
  CW_NODE_NAME,     /* text; flag: the function that it stands in makes the name its own */
  CW_NODE_INT,      /* integer */
  CW_NODE_FLOAT,    /* number */
  CW_NODE_IMAG,     /* number: the imaginary part */
  CW_NODE_STR,      /* text */
  CW_NODE_FSTRING,  /* list: STR and FPART */
  CW_NODE_FPART,    /* a: expression, text: conversion "r", "s" or NULL, b: the format spec, an FSTRING, or NULL */
  CW_NODE_NONE,
  CW_NODE_TRUE,
  CW_NODE_FALSE,
  CW_NODE_ELLIPSIS,
  CW_NODE_TUPLE,    /* list */
  CW_NODE_LIST,     /* list */
  CW_NODE_SET,      /* list */
  CW_NODE_DICT,     /* list: keys, list2: values; a STAR2 key unpacks */
  CW_NODE_UNARY,    /* op, a */
  CW_NODE_BINARY,   /* op, a, b */
  CW_NODE_AND,      /* a, b */
  CW_NODE_OR,       /* a, b */
  CW_NODE_NOT,      /* a */
  CW_NODE_COMPARE,  /* list: operands; ops: one an operator between them */
  CW_NODE_TERNARY,  /* a if b else c */
  CW_NODE_CALL,     /* a: callee, list: arguments, each an expression, STAR, STAR2 or KEYWORD */
  CW_NODE_KEYWORD,  /* text = a */
  CW_NODE_STAR,     /* *a */
  CW_NODE_STAR2,    /* **a */
  CW_NODE_ATTR,     /* a.text */
  CW_NODE_INDEX,    /* a[b] */
  CW_NODE_SLICE,    /* a:b:c, each may be NULL */
  CW_NODE_LAMBDA,   /* list: PARAM, a: body */
  CW_NODE_COMP,     /* op: CW_NODE_LIST, SET, DICT or GENERATOR; a: element or key, b: value, list: COMP_FOR */
  CW_NODE_GENERATOR,
  CW_NODE_COMP_FOR, /* for a in b, list: conditions */
  CW_NODE_WALRUS,   /* text := a */
  CW_NODE_PARAM,    /* text, a: default or NULL, op: 0, '*' or 'd' (for **), 'k' keyword only */
  /* statements */
  CW_NODE_EXPR,     /* a; flag: a semicolon hides the value */
  CW_NODE_ASSIGN,   /* list: targets from left to right, a: value */
  CW_NODE_AUGMENT,  /* a op= b */
  CW_NODE_DEL,      /* list */
  CW_NODE_IF,       /* a, list, list2: else */
  CW_NODE_WHILE,    /* a, list, list2: else */
  CW_NODE_FOR,      /* a: target, b: iterable, list, list2: else */
  CW_NODE_BREAK,
  CW_NODE_CONTINUE,
  CW_NODE_PASS,
  CW_NODE_DEF,      /* text: name, list2: PARAM, list: body */
  CW_NODE_RETURN,   /* a or NULL */
  CW_NODE_GLOBAL,   /* list: NAME */
  CW_NODE_NONLOCAL, /* list: NAME */
  CW_NODE_ASSERT,   /* a, b or NULL */
  CW_NODE_TRY,      /* list: body, list2: HANDLER, list3: else, list4: finally */
  CW_NODE_HANDLER,  /* a: class or NULL, text: name or NULL, list: body */
  CW_NODE_RAISE,    /* a or NULL */
  CW_NODE_WITH,     /* a: expression, b: target or NULL, list: body */
  CW_NODE_IMPORT,   /* list: ALIAS */
  CW_NODE_FROM,     /* text: module, list: ALIAS */
  CW_NODE_ALIAS,    /* text, text2: name it gets or NULL */
  CW_NODE_TIME,     /* %time, %%time, %timeit, %%timeit: flag: repeat; list: statements */
  CW_NODE_HELP,     /* text: a dotted name */
} CwNodeKind;

typedef enum {
  CW_OP_ADD, CW_OP_SUB, CW_OP_MUL, CW_OP_DIV, CW_OP_FLOORDIV, CW_OP_MOD, CW_OP_POW, CW_OP_MATMUL,
  CW_OP_AND, CW_OP_OR, CW_OP_XOR, CW_OP_SHL, CW_OP_SHR,
  CW_OP_NEG, CW_OP_POS, CW_OP_INVERT,
  CW_OP_EQ, CW_OP_NE, CW_OP_LT, CW_OP_LE, CW_OP_GT, CW_OP_GE,
  CW_OP_IN, CW_OP_NOT_IN, CW_OP_IS, CW_OP_IS_NOT,
  CW_N_OPS,
} CwOperator;

typedef struct _CwNode CwNode;
struct _CwNode {
  CwNodeKind kind;
  int        op;
  int        line, column;
  int        end_line;
  bool       flag;
  char      *text, *text2;
  const char *name;       /* text, interned: what scopes know names by */
  int64_t    integer;
  double     number;
  CwNode    *a, *b, *c;
  GPtrArray *list, *list2, *list3, *list4;
  GArray    *ops; /* of int */
};

/* The statements of one cell and the nodes they are made of. */
typedef struct {
  int        ref_count;
  GPtrArray *nodes;      /* owns every node */
  GPtrArray *statements; /* borrowed */
  bool       timed;      /* %%time stands at the top */
  char      *text;       /* as written */
} CwProgram;

CwProgram *cw_program_ref (CwProgram *program);
void       cw_program_unref (CwProgram *program);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwProgram, cw_program_unref)

/* Parses a cell. SyntaxError with its place in @line and @column. */
CwProgram *cw_parse (const char *text, int *line, int *column, GError **error);
/* The text of a line, without the spaces around it. g_free. */
char      *cw_program_line (const CwProgram *program, int line);
/* Spelling of an operator: "+", "not in". */
const char *cw_operator_text (int op);

G_END_DECLS
