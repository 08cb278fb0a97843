/* A disk that fails when it is told to: loaded before a program's own libraries, it lets calls on the
 * files of a database fail.
 *
 * The environment names a file, DISK_FAULTS, that holds four numbers: a run, how many calls of that run
 * go well first, how many fail then, and with which error. Each failure leaves a byte in the file of the
 * same name with ".failed" behind it. Where DISK_FAULTS_OF is set, files whose path holds it fail in the
 * place of those of the database. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static long run = -1, seen;

static int is_concerned(int fd) {
    const char *part = getenv("DISK_FAULTS_OF");
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return strstr(path, part == NULL ? "/desk.db" : part) != NULL;
}

static void leave_a_byte(const char *plan) {
    char path[4096];
    snprintf(path, sizeof path, "%s.failed", plan);
    int fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return;
    syscall(SYS_write, fd, ".", 1);
    syscall(SYS_close, fd);
}

/* The error with which this call fails; 0 where it does not. What a full disk holds can still be read. */
static int fault(int fd, int reads) {
    const char *plan = getenv("DISK_FAULTS");
    if (plan == NULL || !is_concerned(fd)) return 0;
    char text[128] = {0};
    int file = syscall(SYS_openat, AT_FDCWD, plan, O_RDONLY | O_CLOEXEC, 0);
    if (file < 0) return 0;
    syscall(SYS_read, file, text, sizeof text - 1);
    syscall(SYS_close, file);
    long number, well, failing;
    int error;
    if (sscanf(text, "%ld %ld %ld %d", &number, &well, &failing, &error) != 4) return 0;
    if (reads && error == ENOSPC) return 0;
    pthread_mutex_lock(&one_at_a_time);
    if (number != run) { run = number; seen = 0; }
    long place = seen++;
    int fails = place >= well && place < well + failing;
    pthread_mutex_unlock(&one_at_a_time);
    if (!fails) return 0;
    leave_a_byte(plan);
    return error;
}

#define CALL(result, name, reads, parameters, arguments)              \
    result name parameters {                                          \
        static result(*next) parameters;                              \
        if (next == NULL) next = dlsym(RTLD_NEXT, #name);             \
        int error = fault(fd, reads);                                 \
        if (error != 0) { errno = error; return -1; }                 \
        return next arguments;                                        \
    }

CALL(ssize_t, read, 1, (int fd, void *bytes, size_t count), (fd, bytes, count))
CALL(ssize_t, write, 0, (int fd, const void *bytes, size_t count), (fd, bytes, count))
CALL(ssize_t, pwrite, 0, (int fd, const void *bytes, size_t count, off_t at), (fd, bytes, count, at))
CALL(ssize_t, pwrite64, 0, (int fd, const void *bytes, size_t count, off64_t at), (fd, bytes, count, at))
CALL(ssize_t, pread64, 1, (int fd, void *bytes, size_t count, off64_t at), (fd, bytes, count, at))
CALL(int, ftruncate, 0, (int fd, off_t length), (fd, length))
CALL(int, ftruncate64, 0, (int fd, off64_t length), (fd, length))
CALL(int, fsync, 0, (int fd), (fd))
CALL(int, fdatasync, 0, (int fd), (fd))
