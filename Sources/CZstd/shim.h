#pragma once
/* What Swift's Glibc declares is declared there alone: see CLinux.h. */
#pragma clang module import SwiftGlibc
#include <zstd.h>
