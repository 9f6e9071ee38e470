#pragma once

/* The version of this build: X.Y.Z at a tag, X.Y.Z+COMMIT elsewhere. */
const char *pcs_version(void);
