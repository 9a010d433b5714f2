/* header.h: the bar at the window's top: the course, the title with a lesson's steps, what the program takes, the menu. */
#pragma once

#include <adwaita.h>
#include <stdbool.h>

G_BEGIN_DECLS

#define CW_TYPE_HEADER (cw_header_get_type ())
G_DECLARE_FINAL_TYPE (CwHeader, cw_header, CW, HEADER, AdwBin)

GtkWidget *cw_header_new (void);
void       cw_header_set_title (CwHeader *header, const char *title, const char *subtitle);
/* Threads and memory, at the right. */
void       cw_header_set_status (CwHeader *header, const char *status, const char *tip);
/* The steps of a lesson: @n titles, which of them are done, and the one in sight. 0 in notebooks. */
void       cw_header_set_steps (CwHeader *header, int n, const char *const *titles, const bool *done, int current);
/* The lesson that the learner left for a notebook, or NULL. */
void       cw_header_set_way_back (CwHeader *header, const char *lesson);
/* On the page of the course there is nothing to run. */
void       cw_header_set_on_course (CwHeader *header, bool on_course);

G_END_DECLS
