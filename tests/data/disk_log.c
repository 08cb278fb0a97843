/* A disk that tells what it was given: loaded before a program's own libraries, it writes each write,
 * each cut and each sync of a database's files into the file that DISK_LOG names, in their order.
 *
 * A record is 16 bytes and what was written: its kind (w, t or s), the file (0 the database, 1 its log),
 * two bytes of nothing, the length in four bytes and the place in eight, the lowest byte first. A sync is
 * told once it has ended, because nothing is safe before. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static int ends_with(const char *text, const char *end) {
    size_t length = strlen(text), of_end = strlen(end);
    return length >= of_end && strcmp(text + length - of_end, end) == 0;
}

/* Which of the files it is; -1 for any other. */
static int file_of(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return -1;
    path[length] = 0;
    if (ends_with(path, "/desk.db")) return 0;
    if (ends_with(path, "/desk.db-wal")) return 1;
    return -1;
}

static void tell(int fd, char kind, uint64_t place, const void *bytes, uint32_t length) {
    const char *log = getenv("DISK_LOG");
    int file = file_of(fd);
    if (log == NULL || file < 0) return;
    unsigned char head[16] = {kind, file, 0, 0};
    memcpy(head + 4, &length, 4);
    memcpy(head + 8, &place, 8);
    struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, bytes == NULL ? 0 : length}};
    int before = errno;
    pthread_mutex_lock(&one_at_a_time);
    int to = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (to >= 0) {
        syscall(SYS_writev, to, parts, 2);
        syscall(SYS_close, to);
    }
    pthread_mutex_unlock(&one_at_a_time);
    errno = before;
}

#define NEXT(result, name, parameters)                                \
    static result(*next) parameters;                                  \
    if (next == NULL) next = dlsym(RTLD_NEXT, #name)

#define WRITE_AT(name, offset)                                        \
    ssize_t name(int fd, const void *bytes, size_t count, offset at) { \
        NEXT(ssize_t, name, (int, const void *, size_t, offset));     \
        ssize_t written = next(fd, bytes, count, at);                 \
        if (written > 0) tell(fd, 'w', at, bytes, written);           \
        return written;                                               \
    }

#define CUT(name, offset)                                             \
    int name(int fd, offset length) {                                 \
        NEXT(int, name, (int, offset));                               \
        int cut = next(fd, length);                                   \
        if (cut == 0) tell(fd, 't', length, NULL, 0);                 \
        return cut;                                                   \
    }

#define SYNC(name)                                                    \
    int name(int fd) {                                                \
        NEXT(int, name, (int));                                       \
        int synced = next(fd);                                        \
        if (synced == 0) tell(fd, 's', 0, NULL, 0);                   \
        return synced;                                                \
    }

ssize_t write(int fd, const void *bytes, size_t count) {
    NEXT(ssize_t, write, (int, const void *, size_t));
    off64_t at = file_of(fd) < 0 ? 0 : lseek64(fd, 0, SEEK_CUR);
    ssize_t written = next(fd, bytes, count);
    if (written > 0) tell(fd, 'w', at, bytes, written);
    return written;
}

WRITE_AT(pwrite, off_t)
WRITE_AT(pwrite64, off64_t)
CUT(ftruncate, off_t)
CUT(ftruncate64, off64_t)
SYNC(fsync)
SYNC(fdatasync)
