#pragma once

/* System calls and macros of Linux that Swift cannot see: variadic calls,
   calls without a glibc wrapper on Debian 12, and the macros of cmsg(3). */

/* What Swift's Glibc covers is declared there alone; a second declaration would be taken
   by Swift for the first one now and then. */
#if __has_feature(modules)
#pragma clang module import SwiftGlibc
#endif
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <sys/statfs.h>
#include <sys/types.h>
#include <sys/xattr.h>

/* pidfd_open(2) */
int pcs_pidfd_open(int pid);

/* prctl(2), PR_SET_CHILD_SUBREAPER */
int pcs_become_subreaper(void);

/* openat2(2) */
int pcs_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);

/* renameat2(2) */
int pcs_renameat2(int from, const char *old, int to, const char *new_, unsigned flags);

/* renameat2(2) of what is a mount point in this mount namespace, by a thread with a namespace of its
   own, in which `point` is unmounted */
int pcs_renameat2_mounted(int from, const char *old, int to, const char *new_, unsigned flags,
                          const char *point);

/* open_tree(2), OPEN_TREE_CLONE and AT_RECURSIVE: a detached copy of what is mounted at a path */
int pcs_clone_mount(const char *path);

/* move_mount(2) of a detached mount */
int pcs_attach_mount(int mount, const char *path);

/* utimensat(2) of the time of modification alone, also of an O_PATH descriptor */
int pcs_set_modified(int descriptor, int64_t seconds, long nanoseconds);

/* ioctl_iflags(2): FS_IOC_GETFLAGS, FS_IOC_SETFLAGS */
int pcs_get_inode_flags(int descriptor, unsigned *flags);
int pcs_set_inode_flags(int descriptor, unsigned flags);

/* statx(2): whether an entry of a directory, or for "" the descriptor itself, has
   STATX_ATTR_IMMUTABLE or STATX_ATTR_APPEND; negative on failure */
int pcs_is_locked(int directory, const char *name);

/* linkat(2) of an open descriptor, O_PATH too */
int pcs_link_descriptor(int descriptor, int directory, const char *name);

/* syncfs(2) */
int pcs_sync_file_system(int descriptor);

/* fallocate(2), FALLOC_FL_PUNCH_HOLE */
int pcs_punch_hole(int descriptor, int64_t offset, int64_t length);

/* fcntl(2), F_SETLEASE with F_RDLCK; who breaks it is told by SIGURG, which does nothing by default */
int pcs_take_read_lease(int descriptor);

/* fcntl(2), F_OFD_GETLK for a write lock on all of a file: whether somebody's lock would conflict;
   negative on failure */
int pcs_has_byte_locks(int descriptor);

/* fcntl(2), F_GETLEASE: whether the lease is held and nobody waits for its end */
int pcs_holds_read_lease(int descriptor);

/* fcntl(2), F_SETLEASE with F_WRLCK and F_UNLCK, and F_GETLEASE */
int pcs_take_write_lease(int descriptor);
int pcs_end_lease(int descriptor);
int pcs_holds_write_lease(int descriptor);

/* fcntl(2), F_OFD_SETLK with F_WRLCK */
int pcs_lock_bytes(int descriptor, long start, long length);

/* ioctl_ficlone(2) */
int pcs_clone_file(int destination, int source);

/* fsopen(2), fsconfig(2), fsmount(2) */
int pcs_fsopen(const char *type);
int pcs_fsconfig_string(int context, const char *key, const char *value);
int pcs_fsconfig_flag(int context, const char *key);
int pcs_fsconfig_create(int context);
int pcs_fsmount(int context, unsigned attributes);

/* sendmsg(2) of one byte and, unless it is negative, a descriptor (unix(7), SCM_RIGHTS) */
long pcs_send_descriptor(int socket, char byte, int descriptor);

/* recvmsg(2) of one byte and the descriptor that came with it, or -1 */
long pcs_receive_descriptor(int socket, char *byte, int *descriptor);

/* accept4(2) */
int pcs_accept(int listener);

/* environ(7) */
char **pcs_environment(void);

/* wait(2): macros */
int pcs_exited(int status);
int pcs_exit_status(int status);
int pcs_termination_signal(int status);

/* signalfd(2) for one more signal: makes the descriptor when it is -1. Blocks the signal for this
   thread and those it makes. */
int pcs_signalfd(int descriptor, int number);

/* read(2) of a signalfd: the number of a signal that came, or 0. */
int pcs_take_signal(int descriptor);

/* pipe2(2), O_CLOEXEC */
int pcs_pipe(int *ends);

/* splice(2) of what is there, without waiting, SPLICE_F_NONBLOCK */
long pcs_splice(int from, int to);

/* memfd_create(2), MFD_CLOEXEC */
int pcs_memory_file(const char *name);
