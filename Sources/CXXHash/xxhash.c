#include "CXXHash.h"
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

void *pcs_xxh3_begin(void) {
  XXH3_state_t *state = XXH3_createState();
  if (state != NULL) XXH3_128bits_reset(state);
  return state;
}

void pcs_xxh3_update(void *state, const void *bytes, size_t count) {
  XXH3_128bits_update(state, bytes, count);
}

void pcs_xxh3_end(void *state, uint8_t *digest) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state));
  memcpy(digest, canonical.digest, sizeof canonical.digest);
  XXH3_freeState(state);
}

void pcs_xxh3(const void *bytes, size_t count, uint8_t *digest) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes, count));
  memcpy(digest, canonical.digest, sizeof canonical.digest);
}
