/* run-cell.h: running a piece of code in a new session, for the language's tests. */
#pragma once

#include "engine/language/language.h"

/* All text that @code shows, one output after the other; or "Class: message" where it fails. g_free. */
char *run_code (const char *code);
/* The result of @code in @session. */
CwCellResult *run_in (CwSession *session, const char *code);
/* Texts of a result's outputs joined, each ending in a line break. g_free. */
char *shown (const CwCellResult *result);
