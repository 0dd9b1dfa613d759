"""promtool from Debian: checks metrics and rules."""

from __future__ import annotations

from driver import cache
from driver.server import Description, Tool, check_version, found_program

_CURE = "run tools/setup, or install Debian's prometheus"


class Promtool(Tool):
    name = "promtool"

    def obtain(self) -> None:
        self._program = found_program(["promtool"], _CURE)
        check_version(self._program, cache.version_of("prometheus"), _CURE)

    def describe(self) -> Description:
        return {"program": self._program}

    def explain(self) -> list[str]:
        return [f"{self._program} check metrics < FILE"]


SERVER = Promtool
