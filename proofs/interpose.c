/* Stands between a process and the system: counts its calls on the files below one folder and on TCP sockets, and at
 * the one that it is told to, ends the process without clean-up, half does the call and ends it, or lets it fail.
 *
 * It can also write down what the calls change, with the bytes: `interpose_record`.
 *
 * Loaded with LD_PRELOAD. FOLDER of the environment says which files; `interpose_arm` begins the counting. The counts
 * lie in memory that a forked child shares with its parent, which reads them when the child is dead.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <dirent.h>

enum { READS = 1, WRITES = 2, NETWORK = 4 };
enum { COUNT = 0, KILL = 1, KILL_HALFWAY = 2, FAIL = 3 };
enum { MOST_CALLS = 20000, MOST_FILES = 4096 };

struct shared {
    int count;             /* calls of the kinds asked for, since armed */
    char kinds[MOST_CALLS];
    char names[MOST_CALLS][16];
};

static struct shared *shared;
static char folder[PATH_MAX];
static size_t folder_length;
static char watched[MOST_FILES]; /* 0: not ours, 1: a file or folder, 2: a socket */
static int armed, kinds, at, what, error_number, persistent;

__attribute__((constructor)) static void begin(void) {
    const char *given = getenv("INTERPOSE_FOLDER");
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (given && strlen(given) < sizeof folder) {
        strcpy(folder, given);
        folder_length = strlen(folder);
    }
}

void interpose_arm(int which_kinds, int which_call, int do_what, int with_errno, int from_then_on) {
    kinds = which_kinds, at = which_call, what = do_what, error_number = with_errno, persistent = from_then_on;
    shared->count = 0;
    armed = 1;
}

void interpose_disarm(void) { armed = 0; }
int interpose_count(void) { return shared->count; }
const char *interpose_name(int call) { return shared->names[call - 1]; }
int interpose_kind(int call) { return shared->kinds[call - 1]; }

/* What was changed, one record after the other: this head, the path, the bytes. */
struct change {
    char what; /* o: opened, c: closed, w: written, t: truncated, s: synced, u: unlinked, r: renamed, p: sent to a peer */
    int handle;
    long long where;
    int path_length, length;
};
static int record = -1;

void interpose_record(const char *path) {
    record = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
}

static void note(char what_happened, int handle, long long where, const char *path, const void *bytes, size_t length) {
    if (record < 0) return;
    struct change head = {what_happened, handle, where, path ? (int)strlen(path) : 0, (int)length};
    struct iovec parts[3] = {{&head, sizeof head}, {(void *)path, head.path_length}, {(void *)bytes, length}};
    syscall(SYS_writev, record, parts, 3);
}

static int ours(const char *path) {
    return folder_length && path && strncmp(path, folder, folder_length) == 0;
}

static int file_of_ours(int handle) { return handle >= 0 && handle < MOST_FILES ? watched[handle] : 0; }

static void watch(int handle, int as) {
    if (handle >= 0 && handle < MOST_FILES) watched[handle] = as;
}

/* What is to be done with this call: COUNT to let it be, KILL_HALFWAY or FAIL. KILL does not return. */
static int reached(const char *name, int kind) {
    if (!armed || !(kind & kinds)) return COUNT;
    int number = __atomic_add_fetch(&shared->count, 1, __ATOMIC_SEQ_CST);
    if (number <= MOST_CALLS) {
        strncpy(shared->names[number - 1], name, 15);
        shared->kinds[number - 1] = (char)kind;
    }
    if (what == COUNT || number < at || (number > at && !(what == FAIL && persistent))) return COUNT;
    if (what == KILL) kill(getpid(), SIGKILL);
    if (what == FAIL) errno = error_number;
    return what;
}

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static void dies(void) { kill(getpid(), SIGKILL); }

#define OPENS(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = va_arg(rest, mode_t); \
        va_end(rest); \
        if (!ours(path)) { int other = real(path, flags, mode); watch(other, 0); return other; } \
        int told = reached("open", flags & O_CREAT ? WRITES : READS); \
        if (told == FAIL) return -1; \
        int handle = real(path, flags, mode); \
        watch(handle, 1); \
        if (handle >= 0) note('o', handle, flags & O_TRUNC, path, NULL, 0); \
        if (told == KILL_HALFWAY) dies(); \
        return handle; \
    }
OPENS(open)
OPENS(open64)

#define SIMPLE(name, shown, kind, is_ours, parameters, arguments, noted) \
    int name parameters { \
        REAL(name); \
        if (!(is_ours)) return real arguments; \
        int told = reached(shown, kind); \
        if (told == FAIL) return -1; \
        int answer = real arguments; \
        if (answer == 0) { noted; } \
        if (told == KILL_HALFWAY) dies(); \
        return answer; \
    }
SIMPLE(fsync, "fsync", WRITES, file_of_ours(handle) == 1, (int handle), (handle),
       note('s', handle, 0, NULL, NULL, 0))
SIMPLE(fdatasync, "fdatasync", WRITES, file_of_ours(handle) == 1, (int handle), (handle),
       note('s', handle, 0, NULL, NULL, 0))
SIMPLE(ftruncate, "ftruncate", WRITES, file_of_ours(handle) == 1, (int handle, off_t length), (handle, length),
       note('t', handle, length, NULL, NULL, 0))
SIMPLE(ftruncate64, "ftruncate", WRITES, file_of_ours(handle) == 1, (int handle, off64_t length), (handle, length),
       note('t', handle, length, NULL, NULL, 0))
SIMPLE(fchmod, "fchmod", WRITES, file_of_ours(handle) == 1, (int handle, mode_t mode), (handle, mode),
       (void)0)
SIMPLE(unlink, "unlink", WRITES, ours(path), (const char *path), (path),
       note('u', -1, 0, path, NULL, 0))
SIMPLE(chmod, "chmod", WRITES, ours(path), (const char *path, mode_t mode), (path, mode),
       (void)0)
SIMPLE(mkdir, "mkdir", WRITES, ours(path), (const char *path, mode_t mode), (path, mode),
       (void)0)
SIMPLE(rename, "rename", WRITES, ours(path), (const char *path, const char *to), (path, to),
       note('r', -1, 0, path, to, strlen(to)))
SIMPLE(access, "access", READS, ours(path), (const char *path, int mode), (path, mode),
       (void)0)
SIMPLE(stat64, "stat", READS, ours(path), (const char *path, struct stat64 *found), (path, found),
       (void)0)
SIMPLE(lstat64, "lstat", READS, ours(path), (const char *path, struct stat64 *found), (path, found),
       (void)0)
SIMPLE(fstat64, "fstat", READS, file_of_ours(handle) == 1, (int handle, struct stat64 *found), (handle, found),
       (void)0)
SIMPLE(flock, "flock", READS, file_of_ours(handle) == 1, (int handle, int how), (handle, how),
       (void)0)
SIMPLE(connect, "connect", NETWORK, file_of_ours(handle) == 2,
       (int handle, const struct sockaddr *to, socklen_t length), (handle, to, length),
       (void)0)

int fcntl64(int handle, int command, ...) {
    REAL(fcntl64);
    va_list rest;
    va_start(rest, command);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    if (file_of_ours(handle) == 1 && (command == F_SETLK || command == F_GETLK) &&
        reached("lock", READS) == FAIL)
        return -1;
    return real(handle, command, argument);
}

DIR *opendir(const char *path) {
    REAL(opendir);
    if (ours(path) && reached("opendir", READS) == FAIL) return NULL;
    return real(path);
}

int socket(int domain, int type, int protocol) {
    REAL(socket);
    int handle = real(domain, type, protocol);
    watch(handle, domain == AF_INET || domain == AF_INET6 ? 2 : 0);
    return handle;
}

int close(int handle) {
    REAL(close);
    if (file_of_ours(handle) == 1) note('c', handle, 0, NULL, NULL, 0);
    watch(handle, 0);
    return real(handle);
}

#define READS_BYTES(name, shown, parameters, arguments) \
    ssize_t name parameters { \
        REAL(name); \
        int as = file_of_ours(handle); \
        int told = as ? reached(shown, as == 2 ? NETWORK : READS) : COUNT; \
        if (told == FAIL) return -1; \
        ssize_t answer = real arguments; \
        if (told == KILL_HALFWAY) dies(); \
        return answer; \
    }
READS_BYTES(read, "read", (int handle, void *into, size_t length), (handle, into, length))
READS_BYTES(pread64, "pread", (int handle, void *into, size_t length, off64_t from), (handle, into, length, from))
READS_BYTES(recv, "recv", (int handle, void *into, size_t length, int flags), (handle, into, length, flags))

/* Half of the bytes, then death. */
#define WRITES_BYTES(name, shown, parameters, arguments, half, where) \
    ssize_t name parameters { \
        REAL(name); \
        int as = file_of_ours(handle); \
        if (!as) return real arguments; \
        int told = reached(shown, as == 2 ? NETWORK : WRITES); \
        if (told == FAIL) return -1; \
        if (told == KILL_HALFWAY) { real half; dies(); } \
        ssize_t answer = real arguments; \
        if (answer > 0) note(as == 2 ? 'p' : 'w', handle, where, NULL, from, (size_t)answer); \
        return answer; \
    }
WRITES_BYTES(write, "write", (int handle, const void *from, size_t length), (handle, from, length),
             (handle, from, length / 2), as == 1 ? lseek(handle, 0, SEEK_CUR) - answer : 0)
WRITES_BYTES(pwrite64, "pwrite", (int handle, const void *from, size_t length, off64_t to),
             (handle, from, length, to), (handle, from, length / 2, to), to)
WRITES_BYTES(send, "send", (int handle, const void *from, size_t length, int flags), (handle, from, length, flags),
             (handle, from, length / 2, flags), 0)
