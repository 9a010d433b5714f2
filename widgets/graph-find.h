/* graph-find.h: a layer or a task by what the learner types; private to the graph's view. */
#pragma once

#include "engine/plan/plan.h"

G_BEGIN_DECLS

/* "sum" finds the next layer after that of @after (-1: from the start) whose name has it; "add (3, 0)" the task that makes that block;
 * "#123" the task of that number. Fills @task, and @whole where the layer was meant. */
bool cw_graph_find (CwPlan *plan, const char *text, int64_t after, uint32_t *task, bool *whole);

G_END_DECLS
