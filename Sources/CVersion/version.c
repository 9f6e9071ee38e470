#include "CVersion.h"

const char *pcs_version(void) { return PCS_VERSION; }
