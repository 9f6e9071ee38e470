#pragma once
/* What Swift's Glibc declares is declared there alone: see CLinux.h. */
#pragma clang module import SwiftGlibc
#include <sqlite3.h>

/* sqlite3_db_config(3) takes variable arguments, which Swift cannot pass. */
static inline int pcs_sqlite_configure(sqlite3 *database, int option, int value) {
  return sqlite3_db_config(database, option, value, (int *)0);
}
