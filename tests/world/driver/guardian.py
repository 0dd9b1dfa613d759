"""Runs the driver as a child and cleans up after it, even when it is killed.

Two processes watch each other: if the driver dies, the guardian kills what is left of its tree and removes its
directory; if the guardian dies, the driver is told to stop. Should both die at once, every server still dies
with the driver, by its own parent-death signal.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from driver import processes

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked the driver to end; raised from the signal handler."""


def guarded(work: Callable[[Path], int], *, with_parent: bool) -> int:
    """Calls work(directory) in a child and returns its exit code; afterwards nothing is left of either.

    with_parent: also end when the process that started this one ends.
    """
    directory = Path(tempfile.mkdtemp(prefix="kollect-world-"))
    directory.chmod(0o711)  # servers may run as another user below it
    processes.adopt_orphans()
    signals = {signal.SIGCHLD, *_STOP_SIGNALS}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    guardian, grandparent = os.getpid(), os.getppid()
    driver = os.fork()
    if driver == 0:
        os._exit(_drive(work, directory, guardian, signals))
    try:
        return _watch(driver, grandparent if with_parent else None, signals)
    finally:
        processes.kill_below(guardian)
        shutil.rmtree(directory, ignore_errors=True)


def _drive(work: Callable[[Path], int], directory: Path, guardian: int, signals: set[signal.Signals]) -> int:
    processes.die_with_parent(signal.SIGTERM, guardian)
    for which in _STOP_SIGNALS:
        signal.signal(which, _stop_once)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
    try:
        code = work(directory)
    except Stopped:
        code = 0
    except BrokenPipeError:
        code = 1  # whoever read the answers has gone
    except Exception:
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    if os.getppid() != guardian:
        shutil.rmtree(directory, ignore_errors=True)
    return code


def _stop_once(_signal: int, _frame: object) -> None:
    for which in _STOP_SIGNALS:
        # Not SIG_IGN: a second signal that is already on its way would be reported with a traceback.
        signal.signal(which, _pass)
    raise Stopped


def _pass(_signal: int, _frame: object) -> None:
    pass


def _watch(driver: int, grandparent: int | None, signals: set[signal.Signals]) -> int:
    """Waits for the driver's end, passing on what should end it."""
    while True:
        got = signal.sigtimedwait(signals, 0.5)
        if got is not None and got.si_signo in _STOP_SIGNALS:
            processes.send(driver, signal.SIGTERM)
        if grandparent is not None and os.getppid() != grandparent:
            processes.send(driver, signal.SIGTERM)
            grandparent = None
        if (code := _reaped(driver)) is not None:
            return code


def _reaped(driver: int) -> int | None:
    """Collects whoever has ended; the driver's exit code once it is among them."""
    code = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code
        if pid == 0:
            return code
        if pid == driver:
            code = 1 if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
