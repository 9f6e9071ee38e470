#pragma once
/* What Swift's Glibc declares is declared there alone: see CLinux.h. */
#pragma clang module import SwiftGlibc
#include <sqlite3.h>

/* Functions with variable arguments, and constants that are casts, are nothing that Swift imports. */

/* Makes what the schema of a foreign database brings along do nothing. */
static inline int pcs_sqlite_distrust(sqlite3 *database) {
  sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
  int result = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  return result;
}

static inline int pcs_sqlite_bind_text(
    sqlite3_stmt *statement, int index, const void *bytes, int count) {
  return sqlite3_bind_text(statement, index, bytes, count, SQLITE_TRANSIENT);
}

static inline int pcs_sqlite_bind_blob(
    sqlite3_stmt *statement, int index, const void *bytes, int count) {
  return sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}
