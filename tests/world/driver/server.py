"""What one server of the world is: the class that each file in `servers/` fills in."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

from driver import cache, processes

Description = dict[str, object]


class Missing(Exception):
    """The server cannot be had on this machine: why, and what would cure it."""

    def __init__(self, reason: str, cure: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cure = cure


class Failed(Exception):
    """The server is there but does not come up, or a fault cannot be applied."""


class Tool:
    """A program that tests call; it has no process of its own. A server is a tool that also runs."""

    name = ""
    needs: tuple[str, ...] = ()

    def obtain(self) -> None:
        """Finds the program, or builds it once into the cache. Raises Missing."""
        raise NotImplementedError

    def describe(self) -> Description:
        """What a test needs to reach it; goes out as one line of JSON."""
        raise NotImplementedError

    def explain(self) -> list[str]:
        """The same for somebody who plays by hand: lines of prose and commands."""
        raise NotImplementedError

    def enter(self, directory: Path, ports: cache.Ports, others: dict[str, "Tool"]) -> None:
        """Gives it a directory of its own, ports, and the running servers that it needs."""


class Server(Tool):
    """A server with one process on loopback. Subclasses say how; start, stop and faults are here."""

    start_seconds = 60.0
    stop_signal = signal.SIGKILL
    user: str | None = None

    def enter(self, directory: Path, ports: cache.Ports, others: dict[str, Tool]) -> None:
        self.directory = directory
        self.log = directory / "log"
        self._process: subprocess.Popen[bytes] | None = None
        directory.mkdir()
        self.prepare(ports, others)

    def prepare(self, ports: cache.Ports, others: dict[str, Tool]) -> None:
        """Takes ports, writes certificates and configuration; once, before the first start."""
        raise NotImplementedError

    def command(self) -> list[str]:
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Asks the server itself; called again and again until it says yes."""
        raise NotImplementedError

    def furnish(self) -> None:
        """Creates what every test finds in the server; once, after the first start."""

    def clear(self) -> None:
        """Removes what the server left outside its directory; once, after the last stop."""

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> float:
        """Returns when the server answers, with the seconds it took."""
        if self._process:
            raise Failed(f"{self.name} is running already")
        begin = time.monotonic()
        self._process = processes.spawn(
            self.command(), cwd=self.directory, log=self.log, user=self.user, last_signal=self.stop_signal
        )
        if not processes.wait_until(self._has_settled, self.start_seconds) or self._process.poll() is not None:
            text = self.log.read_text(errors="replace")
            raise Failed(f"{self.name} does not answer; the end of its log:\n{processes.tail(text)}")
        return time.monotonic() - begin

    def stop(self) -> None:
        """Ends the server and all its processes: by its stop signal, and by force when it is slow."""
        process = self._process
        if not process:
            return
        if self.stop_signal != signal.SIGKILL:
            processes.send(process.pid, self.stop_signal)
            processes.thaw_tree(process.pid)
            processes.wait_until(lambda: process.poll() is not None, 5)
        self.kill()

    def kill(self) -> None:
        """Ends all its processes as a crash would; its data stays."""
        if self._running().poll() is None:
            processes.kill_tree(self._running())
        self._process = None

    def restart(self) -> float:
        """Starts it again on the same port with the same data; kills it first if it still runs."""
        if self._process:
            self.kill()
        return self.start()

    def freeze(self) -> None:
        """Stops the clock for it: connections stay open and nothing answers."""
        processes.freeze_tree(self._running().pid)

    def thaw(self) -> None:
        processes.thaw_tree(self._running().pid)

    def _has_settled(self) -> bool:
        assert self._process
        return self._process.poll() is not None or self.is_ready()

    def _running(self) -> subprocess.Popen[bytes]:
        if not self._process:
            raise Failed(f"{self.name} is not running")
        return self._process


def found_program(candidates: list[str], cure: str) -> str:
    """The first of the candidates (names or paths) that can be run. Raises Missing."""
    for candidate in candidates:
        if path := shutil.which(candidate):
            return path
    raise Missing(f"no program {candidates[-1]}", cure)


def check_version(program: str, pinned: str, cure: str) -> None:
    """The program's --version must mention the pinned version or one below it. Raises Missing."""
    text = processes.run([program, "--version"])
    if not re.search(rf"(?<![\d.]){re.escape(pinned)}(\.\d|[^\d.]|$)", text):
        raise Missing(f"{program} is not version {pinned}: {text.splitlines()[0]}", cure)
