/* application.h: the program as the desktop sees it. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CW_APPLICATION_ID "org.chunkwise.Chunkwise"

/* A new application; @unique: hands its files over to one that runs already. */
AdwApplication *cw_application_new (gboolean unique);

G_END_DECLS
