/* chunkwise.h: the engine's public headers in one. */
#pragma once

#include "engine/array/array.h"
#include "engine/array/compose.h"
#include "engine/base/base.h"
#include "engine/files/files.h"
#include "engine/kernels/kernels.h"
#include "engine/language/eager-index.h"
#include "engine/language/fourier.h"
#include "engine/language/language.h"
#include "engine/language/linalg.h"
#include "engine/plan/plan.h"
#include "engine/run/run.h"
