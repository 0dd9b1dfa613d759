"""The words of tests/world/world."""

from __future__ import annotations

import json
import signal
import sys
import time

from driver import guardian
from driver.server import Description, Failed, Missing, Server
from driver.session import Session, in_order_of_need, is_required, known_servers, missing_line

_USAGE = """\
usage: tests/world/world up SERVER...        start servers for a test; protocol in README.md
       tests/world/world play [SERVER...]    start servers, or all, and say how to reach them
       tests/world/world build [SERVER...]   build what has to be built, so that later starts are fast
"""


def main(words: list[str]) -> int:
    names = words[1:]
    match words[:1]:
        case ["up"] if names:
            return guardian.guarded(lambda directory: _up(Session(directory), names), with_parent=True)
        case ["play"]:
            return guardian.guarded(lambda directory: _play(Session(directory), names), with_parent=False)
        case ["build"]:
            return guardian.guarded(lambda _: _build(names), with_parent=True)
        case _:
            sys.stderr.write(_USAGE + f"\nservers: {', '.join(known_servers())}\n")
            return 2


def _up(session: Session, names: list[str]) -> int:
    try:
        for line in session.start(names):
            _say(line)
        if session.missing and is_required():
            return 1
        _say({"ready": True})
        _obey(session)
        return 0
    except Failed as failed:
        _say({"failed": str(failed)})
        return 1
    finally:
        session.stop()


def _obey(session: Session) -> None:
    """One command per line, one answer per line, until `stop` or the end of the input."""
    for line in sys.stdin:
        words = line.split()
        if words == ["stop"]:
            return
        if len(words) != 2:
            _say({"ok": False, "error": f"expected FAULT SERVER or stop, not: {line.strip()}"})
            continue
        try:
            _say(session.apply(*words))
        except Failed as failed:
            _say({"ok": False, "error": str(failed)})


def _play(session: Session, names: list[str]) -> int:
    try:
        for line in session.start(names or list(known_servers())):
            _explain(session, line)
        if session.missing and is_required():
            return 1
        print("Ctrl-C stops everything and removes its data.", flush=True)
        signal.pause()
        return 0
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    finally:
        session.stop()


def _explain(session: Session, line: Description) -> None:
    name = str(line["server"])
    if "missing" in line:
        print(f"{name} is missing: {line['missing']}\n    cure: {line['cure']}\n", flush=True)
        return
    tool = session.running[name]
    took = f" (pid {line['pid']}, ready in {line['seconds']} s, log {line['log']})" if isinstance(tool, Server) else ""
    print(f"{name}{took}", *tool.explain(), sep="\n    ", end="\n\n", flush=True)


def _build(names: list[str]) -> int:
    code = 0
    for tool in in_order_of_need(names or list(known_servers())):
        begin = time.monotonic()
        try:
            tool.obtain()
            print(f"{tool.name}: there, after {time.monotonic() - begin:.1f} s", flush=True)
        except Missing as missing:
            line = missing_line(tool.name, missing)
            print(f"{tool.name}: missing: {line['missing']}\n    cure: {line['cure']}", flush=True)
            code = 1 if is_required() else code
    return code


def _say(line: Description) -> None:
    print(json.dumps(line), flush=True)
