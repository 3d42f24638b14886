"""What Python has on Linux and has not on Windows, as far as a command-line program may come upon it (Python 3.11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MISSING_MODULES: Final = frozenset(
    {"curses", "fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"}
)
_OS: Final = """
    EX_OK EX_SOFTWARE F_LOCK F_TEST F_TLOCK F_ULOCK O_ACCMODE O_ASYNC O_CLOEXEC O_DIRECT O_DIRECTORY O_DSYNC O_NDELAY
    O_NOATIME O_NOCTTY O_NOFOLLOW O_NONBLOCK O_PATH O_RSYNC O_SYNC O_TMPFILE ST_NOEXEC ST_RDONLY WEXITSTATUS WIFEXITED
    WIFSIGNALED WNOHANG WTERMSIG chown chroot confstr copy_file_range ctermid eventfd fchdir fchmod fchown fdatasync
    fork forkpty fpathconf fstatvfs fwalk getegid geteuid getgid getgrouplist getgroups getloadavg getpgid getpgrp
    getpriority getresgid getresuid getsid getuid getxattr initgroups killpg lchown listxattr lockf major makedev
    memfd_create minor mkfifo mknod nice openpty pathconf pidfd_open pipe2 posix_fadvise posix_fallocate posix_spawn
    posix_spawnp pread preadv pwrite pwritev readv register_at_fork removexattr sched_getaffinity sched_getparam
    sched_setaffinity sched_setscheduler sched_yield sendfile setegid seteuid setgid setgroups setpgid setpriority
    setregid setresuid setreuid setsid setuid setxattr splice statvfs sync sysconf sysconf_names tcgetpgrp tcsetpgrp
    ttyname uname wait wait3 wait4 waitid writev
"""
_SIGNAL: Final = """
    ITIMER_REAL SIGALRM SIGBUS SIGCHLD SIGCONT SIGHUP SIGIO SIGKILL SIGPIPE SIGPROF SIGQUIT SIGSTOP SIGSYS SIGTRAP
    SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIG_BLOCK SIG_SETMASK SIG_UNBLOCK alarm getitimer
    pause pthread_kill pthread_sigmask setitimer siginterrupt sigpending sigtimedwait sigwait sigwaitinfo
"""
#: By module.
MISSING_NAMES: Final[Mapping[str, frozenset[str]]] = {
    "os": frozenset(_OS.split()),
    "signal": frozenset(_SIGNAL.split()),
    "time": frozenset({"clock_getres", "clock_gettime", "clock_settime", "pthread_getcpuclockid", "tzset"}),
    "socket": frozenset({"AF_UNIX", "sethostname"}),
    "select": frozenset({"epoll", "kqueue", "poll"}),
}
