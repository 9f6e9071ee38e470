#pragma once
/* What Swift's Glibc declares is declared there alone: see CLinux.h. */
#pragma clang module import SwiftGlibc
#include <btrfsutil.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <linux/magic.h>

/* libbtrfsutil 1.3 renamed its functions and kept the old names as aliases.
   Debian 12 and Ubuntu 24.04 have only the old ones, so those are used. */

/* ioctl(2), whose request numbers are macros that Swift cannot see; declared here because
   <sys/ioctl.h> would declare again what Swift's Glibc has. */
extern int ioctl(int descriptor, unsigned long request, ...);

/* BTRFS_IOC_FS_INFO */
static inline int pcs_btrfs_fs_info(int fd, struct btrfs_ioctl_fs_info_args *info) {
  return ioctl(fd, BTRFS_IOC_FS_INFO, info);
}

/* BTRFS_IOC_DEV_INFO */
static inline int pcs_btrfs_dev_info(int fd, struct btrfs_ioctl_dev_info_args *info) {
  return ioctl(fd, BTRFS_IOC_DEV_INFO, info);
}

/* BTRFS_IOC_SPACE_INFO */
static inline int pcs_btrfs_space_info(int fd, struct btrfs_ioctl_space_args *info) {
  return ioctl(fd, BTRFS_IOC_SPACE_INFO, info);
}

/* BTRFS_IOC_TREE_SEARCH_V2 */
static inline int pcs_btrfs_tree_search(int fd, struct btrfs_ioctl_search_args_v2 *arguments) {
  return ioctl(fd, BTRFS_IOC_TREE_SEARCH_V2, arguments);
}

/* BTRFS_IOC_SEND */
static inline int pcs_btrfs_send(int fd, struct btrfs_ioctl_send_args *arguments) {
  return ioctl(fd, BTRFS_IOC_SEND, arguments);
}
