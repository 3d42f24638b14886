"""The system's own lock on a file: one process at a time holds it, and it ends with its process."""

from __future__ import annotations

import os
import sys
from typing import Final

#: Windows locks bytes against reading too: the byte locked lies far behind the words.
_LOCKED_BYTE: Final = 1 << 30


def try_lock(handle: int) -> bool:
    """Whether this process holds the open file's lock now; False where another one does. Waits for nobody.

    `OSError` where the disk can't lock.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # the second is Windows's word for it
        return False
    return True


def unlock(handle: int) -> None:
    """Gives a lock that is held back."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_UN)
