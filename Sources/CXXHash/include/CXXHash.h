#pragma once

/* The 128-bit XXH3 of a stream of bytes, from xxhash(3), compiled in. */

#include <stddef.h>
#include <stdint.h>

/* A new state, or NULL without memory. */
void *pcs_xxh3_begin(void);
void pcs_xxh3_update(void *state, const void *bytes, size_t count);
/* Writes the 16 bytes of the canonical digest and frees the state. */
void pcs_xxh3_end(void *state, uint8_t *digest);
/* The same of bytes in one piece. */
void pcs_xxh3(const void *bytes, size_t count, uint8_t *digest);
