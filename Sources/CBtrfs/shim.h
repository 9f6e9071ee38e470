#pragma once
#include <btrfsutil.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>

/* libbtrfsutil 1.3 renamed its functions and kept the old names as aliases.
   Debian 12 and Ubuntu 24.04 have only the old ones, so those are used. */
