"""Child processes that cannot outlive the driver, and signals to whole process trees."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(how: signal.Signals, parent: int) -> None:
    """Asks the kernel for the signal when the parent goes; it may have gone already."""
    _libc.prctl(_PR_SET_PDEATHSIG, int(how), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Descendants whose parent dies become children of this process instead of leaving its tree."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def spawn(
    argv: Sequence[str],
    *,
    cwd: Path,
    log: Path,
    user: str | None = None,
    last_signal: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Starts a server in a session of its own; it gets its last signal when this process ends, however it ends.

    Call it from the main thread: the kernel ties the death signal to the thread that forks.
    """
    parent = os.getpid()
    with log.open("ab") as output:
        return subprocess.Popen(
            list(argv),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(last_signal, parent),
            user=user,
            group=group_of(user),
            extra_groups=None if user is None else [],
        )


def run(argv: Sequence[str], *, user: str | None = None, text: str | None = None, cwd: Path | None = None) -> str:
    """Runs a program to its end and returns what it printed; a failure carries the output."""
    parent = os.getpid()
    done = subprocess.run(
        list(argv),
        cwd=cwd,
        input=text if text is not None else "",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        preexec_fn=lambda: die_with_parent(signal.SIGKILL, parent),
        user=user,
        group=group_of(user),
        extra_groups=None if user is None else [],
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(argv)} ended with {done.returncode}: {tail(done.stdout)}")
    return done.stdout


def group_of(user: str | None) -> int | None:
    return None if user is None else pwd.getpwnam(user).pw_gid


def tail(text: str, lines: int = 8) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])


def wait_until(ready: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.03)
    return True


def tree(root: int) -> list[int]:
    """The process and everything below it, parents first; zombies are left out."""
    children: dict[int, list[int]] = {}
    for pid, (state, parent) in _all_processes().items():
        if state != "Z":
            children.setdefault(parent, []).append(pid)
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def is_alive(pid: int) -> bool:
    stat = _stat(pid)
    return stat is not None and stat[0] != "Z"


def freeze_tree(root: int) -> list[int]:
    """Stops a process and all below it. A parent stops before its children are listed, so none escapes."""
    stopped: list[int] = []
    while fresh := [pid for pid in tree(root) if pid not in stopped]:
        for pid in fresh:
            send(pid, signal.SIGSTOP)
        stopped += fresh
    return stopped


def thaw_tree(root: int) -> None:
    for pid in reversed(tree(root)):
        send(pid, signal.SIGCONT)


def kill_below(root: int) -> None:
    """Kills everything below a process, but not the process itself; what is ending already gets a moment."""
    thaw_tree(root)
    wait_until(lambda: not tree(root)[1:], 1)
    while below := tree(root)[1:]:
        for pid in below:
            send(pid, signal.SIGKILL)
        _reap()
        time.sleep(0.01)


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    pids = freeze_tree(process.pid)
    for pid in pids:
        send(pid, signal.SIGKILL)
    process.wait()
    wait_until(lambda: not any(map(is_alive, pids)), 10)


def send(pid: int, which: signal.Signals) -> None:
    try:
        os.kill(pid, which)
    except ProcessLookupError:
        pass


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _all_processes() -> dict[int, tuple[str, int]]:
    pids = (int(name) for name in os.listdir("/proc") if name.isdigit())
    return {pid: stat for pid in pids if (stat := _stat(pid))}


def _stat(pid: int) -> tuple[str, int] | None:
    """State letter and parent of a process, or nothing when it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    fields = text[text.rindex(")") + 2 :].split()
    return fields[0], int(fields[1])
