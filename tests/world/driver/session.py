"""The servers of one run: found by name, started in order of need, and given faults."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from driver import cache
from driver.server import Description, Failed, Missing, Server, Tool

FAULTS = ("kill", "restart", "freeze", "thaw")


def known_servers() -> dict[str, type[Tool]]:
    """Every file in `servers/` is one server; there is no list to keep."""
    files = sorted((cache.WORLD_FOLDER / "servers").glob("[a-z]*.py"))
    classes = [importlib.import_module(f"servers.{file.stem}").SERVER for file in files]
    return {chosen.name: chosen for chosen in classes}


def in_order_of_need(names: list[str]) -> list[Tool]:
    """The named servers and those that they need, each once and after what it needs."""
    known = known_servers()
    ordered: dict[str, Tool] = {}

    def add(name: str) -> None:
        if name not in known:
            raise Failed(f"there is no server {name}; there are: {', '.join(known)}")
        for needed in known[name].needs:
            add(needed)
        ordered.setdefault(name, known[name]())

    for name in names:
        add(name)
    return list(ordered.values())


def is_required() -> bool:
    return os.environ.get("KOLLECT_REQUIRE_WORLD", "") not in ("", "0")


def missing_line(name: str, missing: Missing) -> Description:
    return {"server": name, "missing": missing.reason, "cure": missing.cure}


class Session:
    """Runs servers in a directory that somebody else removes."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._ports = cache.Ports()
        self.running: dict[str, Tool] = {}
        self.missing: dict[str, Missing] = {}

    def start(self, names: list[str]) -> Iterator[Description]:
        """Starts one server after the other and describes each; a missing one is described and passed over."""
        for tool in in_order_of_need(names):
            try:
                yield self._start_one(tool)
            except Missing as missing:
                self.missing[tool.name] = missing
                yield missing_line(tool.name, missing)

    def stop(self) -> None:
        for tool in reversed(self.running.values()):
            if isinstance(tool, Server):
                tool.stop()
                tool.clear()

    def apply(self, fault: str, name: str) -> Description:
        """One fault to one server; says the new process and, for a restart, how long it took. Raises Failed."""
        tool = self.running.get(name)
        if fault not in FAULTS or not isinstance(tool, Server):
            running = [name for name, tool in self.running.items() if isinstance(tool, Server)]
            raise Failed(f"cannot {fault} {name}; can {', '.join(FAULTS)} one of: {', '.join(running)}")
        seconds = getattr(tool, fault)()
        answer: Description = {"ok": True, "did": fault, "server": name, "pid": tool.pid}
        return answer if seconds is None else {**answer, "seconds": round(seconds, 2)}

    def _start_one(self, tool: Tool) -> Description:
        for needed in tool.needs:
            if needed in self.missing:
                raise Missing(f"it needs {needed}: {self.missing[needed].reason}", self.missing[needed].cure)
        tool.obtain()
        begin = time.monotonic()
        tool.enter(self._directory / tool.name, self._ports, self.running)
        self.running[tool.name] = tool
        description: Description = {"server": tool.name, **tool.describe()}
        if isinstance(tool, Server):
            tool.start()
            tool.furnish()
            description |= {"pid": tool.pid, "log": str(tool.log), "seconds": round(time.monotonic() - begin, 2)}
        return description
