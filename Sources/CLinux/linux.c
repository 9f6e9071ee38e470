#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

int pcs_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int pcs_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int pcs_openat2(int directory, const char *path, uint64_t flags, uint64_t mode,
                uint64_t resolve) {
  struct open_how how = {.flags = flags, .mode = mode, .resolve = resolve};
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

int pcs_renameat2(int from, const char *old, int to, const char *new_, unsigned flags) {
  return (int)syscall(SYS_renameat2, from, old, to, new_, flags);
}

struct mounted_rename {
  int from, to;
  const char *old, *new_, *point;
  unsigned flags;
  int error;
};

static void *rename_mounted(void *argument) {
  struct mounted_rename *job = argument;
  /* umount2 fails once nothing is mounted there any more. */
  if (unshare(CLONE_FS | CLONE_NEWNS) != 0 ||
      mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
    job->error = errno;
    return NULL;
  }
  while (umount2(job->point, MNT_DETACH) == 0) continue;
  job->error = pcs_renameat2(job->from, job->old, job->to, job->new_, job->flags) == 0 ? 0 : errno;
  return NULL;
}

int pcs_renameat2_mounted(int from, const char *old, int to, const char *new_, unsigned flags,
                          const char *point) {
  struct mounted_rename job = {from, to, old, new_, point, flags, 0};
  pthread_t thread;
  int failure = pthread_create(&thread, NULL, rename_mounted, &job);
  if (!failure) failure = pthread_join(thread, NULL);
  errno = failure ? failure : job.error;
  return errno ? -1 : 0;
}

int pcs_clone_mount(const char *path) {
  return (int)syscall(SYS_open_tree, AT_FDCWD, path,
                      OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
}

int pcs_attach_mount(int mount, const char *path) {
  return (int)syscall(SYS_move_mount, mount, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH);
}

int pcs_set_modified(int descriptor, int64_t seconds, long nanoseconds) {
  struct timespec times[2] = {{.tv_nsec = UTIME_OMIT},
                              {.tv_sec = seconds, .tv_nsec = nanoseconds}};
  return utimensat(descriptor, "", times, AT_EMPTY_PATH);
}

int pcs_get_inode_flags(int descriptor, unsigned *flags) {
  return ioctl(descriptor, FS_IOC_GETFLAGS, flags);
}

int pcs_set_inode_flags(int descriptor, unsigned flags) {
  return ioctl(descriptor, FS_IOC_SETFLAGS, &flags);
}

int pcs_is_locked(int directory, const char *name) {
  struct statx status;
  int result = statx(directory, name, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, 0, &status);
  if (result != 0) return result;
  return (status.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0;
}

int pcs_link_descriptor(int descriptor, int directory, const char *name) {
  return linkat(descriptor, "", directory, name, AT_EMPTY_PATH);
}

int pcs_sync_file_system(int descriptor) { return syncfs(descriptor); }

int pcs_punch_hole(int descriptor, int64_t offset, int64_t length) {
  return fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length);
}

int pcs_take_read_lease(int descriptor) {
  /* SIGIO, the default, ends a process. */
  if (fcntl(descriptor, F_SETSIG, SIGURG) != 0) return -1;
  return fcntl(descriptor, F_SETLEASE, F_RDLCK);
}

int pcs_holds_read_lease(int descriptor) { return fcntl(descriptor, F_GETLEASE) == F_RDLCK; }

int pcs_take_write_lease(int descriptor) {
  if (fcntl(descriptor, F_SETSIG, SIGURG) != 0) return -1;
  return fcntl(descriptor, F_SETLEASE, F_WRLCK);
}

int pcs_end_lease(int descriptor) { return fcntl(descriptor, F_SETLEASE, F_UNLCK); }

int pcs_holds_write_lease(int descriptor) { return fcntl(descriptor, F_GETLEASE) == F_WRLCK; }

int pcs_lock_bytes(int descriptor, long start, long length) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  return fcntl(descriptor, F_OFD_SETLK, &lock);
}

int pcs_has_byte_locks(int descriptor) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (fcntl(descriptor, F_OFD_GETLK, &lock) != 0) return -1;
  return lock.l_type != F_UNLCK;
}

int pcs_clone_file(int destination, int source) {
  return ioctl(destination, FICLONE, source);
}

int pcs_fsopen(const char *type) {
  return (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
}

int pcs_fsconfig_string(int context, const char *key, const char *value) {
  return (int)syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, key, value, 0);
}

int pcs_fsconfig_flag(int context, const char *key) {
  return (int)syscall(SYS_fsconfig, context, FSCONFIG_SET_FLAG, key, (void *)0, 0);
}

int pcs_fsconfig_create(int context) {
  return (int)syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, (void *)0, (void *)0, 0);
}

int pcs_fsmount(int context, unsigned attributes) {
  return (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, attributes);
}

long pcs_send_descriptor(int socket, char byte, int descriptor) {
  struct iovec data = {.iov_base = &byte, .iov_len = 1};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control;
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
  if (descriptor >= 0) {
    memset(&control, 0, sizeof control);
    message.msg_control = control.space;
    message.msg_controllen = sizeof control.space;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL);
}

long pcs_receive_descriptor(int socket, char *byte, int *descriptor) {
  struct iovec data = {.iov_base = byte, .iov_len = 1};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control;
  struct msghdr message = {.msg_iov = &data,
                           .msg_iovlen = 1,
                           .msg_control = control.space,
                           .msg_controllen = sizeof control.space};
  *descriptor = -1;
  ssize_t count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  struct cmsghdr *header = count > 0 ? CMSG_FIRSTHDR(&message) : NULL;
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
  return count;
}

int pcs_accept(int listener) {
  return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

char **pcs_environment(void) { return environ; }

int pcs_exited(int status) { return WIFEXITED(status); }
int pcs_exit_status(int status) { return WEXITSTATUS(status); }
int pcs_termination_signal(int status) { return WTERMSIG(status); }

static sigset_t watched;

int pcs_signalfd(int descriptor, int number) {
  if (descriptor < 0) sigemptyset(&watched);
  sigaddset(&watched, number);
  int failure = pthread_sigmask(SIG_BLOCK, &watched, NULL);
  if (failure) {
    errno = failure;
    return -1;
  }
  return signalfd(descriptor, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
}

int pcs_take_signal(int descriptor) {
  struct signalfd_siginfo info;
  return read(descriptor, &info, sizeof info) > 0 ? (int)info.ssi_signo : 0;
}

long pcs_splice(int from, int to) {
  return splice(from, NULL, to, NULL, 1 << 20, SPLICE_F_NONBLOCK);
}

int pcs_pipe(int *ends) { return pipe2(ends, O_CLOEXEC); }

int pcs_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }
