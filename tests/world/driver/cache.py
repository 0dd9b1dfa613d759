"""What outlives a run: pinned versions, built programs keyed by version, and reserved ports."""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

WORLD_FOLDER = Path(__file__).resolve().parent.parent
# Below the range from which the kernel takes ports of its own accord, so that a server that was killed finds
# its port still free when it comes back.
_FIRST_PORT, _LAST_PORT = 20000, 32000


def version_of(name: str) -> str:
    """The version pinned for a program in the file `versions`."""
    for line in (WORLD_FOLDER / "versions").read_text().splitlines():
        words = line.split("#")[0].split()
        if words and words[0] == name:
            return words[1]
    raise KeyError(f"tests/world/versions has no line for {name}")


def root() -> Path:
    chosen = os.environ.get("KOLLECT_WORLD_CACHE")
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(chosen) if chosen else Path(home) / "kollect" / "world"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def built(key: str, build: Callable[[Path], None]) -> Path:
    """The folder of a built program; builds it when it is not there.

    One build at a time per key, others wait for it. A build appears whole or not at all.
    """
    folder = root() / key
    if folder.exists():
        return folder
    with _locked(root() / f"{key}.lock"):
        if not folder.exists():
            _build_beside(folder, build)
    return folder


def _build_beside(folder: Path, build: Callable[[Path], None]) -> None:
    for abandoned in folder.parent.glob(f"{folder.name}.tmp-*"):  # of a build that was killed
        shutil.rmtree(abandoned, ignore_errors=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f"{folder.name}.tmp-", dir=folder.parent))
    try:
        build(unfinished)
        unfinished.chmod(0o755)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Ports:
    """Loopback ports that no other world takes while this object lives, also while the server is down."""

    def __init__(self) -> None:
        self._folder = root() / "ports"
        self._folder.mkdir(exist_ok=True)
        self._held: list[int] = []

    def take(self) -> int:
        for _ in range(1000):
            port = random.randint(_FIRST_PORT, _LAST_PORT)
            if self._reserve(port):
                return port
        raise RuntimeError(f"no free loopback port between {_FIRST_PORT} and {_LAST_PORT}")

    def _reserve(self, port: int) -> bool:
        lock = os.open(self._folder / str(port), os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
        except OSError:
            os.close(lock)
            return False
        self._held.append(lock)
        return True
