"""Programs that are built from the Go module proxy: a go.mod per server says which."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from driver import cache, processes
from driver.server import Missing

# Without debug information and with a lazier collector the compiler is done sooner.
_FLAGS = ["-trimpath", "-gcflags=all=-dwarf=false"]
_ENVIRONMENT = {
    "CGO_ENABLED": "0",
    "GOFLAGS": "-mod=readonly -buildvcs=false",
    "GOGC": "200",
    "GOWORK": "off",
}


def built_programs(name: str, module: Path, packages: list[str], linker_words: list[str]) -> Path:
    """The folder with the built programs, each under the last part of its package's name. Raises Missing.

    name ends in the version of what is built, and the module must require that version.
    """
    _check_pin(name, module)
    words = [*_FLAGS, f"-ldflags=-s -w {' '.join(linker_words)}".rstrip(), *packages]
    recipe = [*words, *((module / file).read_text() for file in ("go.mod", "go.sum"))]
    key = f"{name}-{hashlib.sha256(chr(0).join(recipe).encode()).hexdigest()[:10]}"
    return cache.built(key, lambda folder: _build(name, module, words, folder))


def _check_pin(name: str, module: Path) -> None:
    version = name.rsplit("-", 1)[1]
    required = rf"^(require|)\s*\S+ v{re.escape(version)}( //.*)?$"
    if not re.search(required, (module / "go.mod").read_text(), re.MULTILINE):
        raise RuntimeError(f"{module}/go.mod does not require v{version}, which tests/world/versions pins")


def _build(name: str, module: Path, words: list[str], folder: Path) -> None:
    needed = re.search(r"^go (\S+)", (module / "go.mod").read_text(), re.MULTILINE)
    cure = f"install Go {needed[1] if needed else ''} or newer, with a way to the Go module proxy"
    if not shutil.which("go"):
        raise Missing(f"{name} is built with Go, and there is no Go here", cure)
    print(f"world: building {name}, once; takes some minutes", file=sys.stderr, flush=True)
    begin = time.monotonic()
    done = subprocess.run(
        ["go", "build", "-o", f"{folder}/", *words],
        cwd=module,
        env={**os.environ, **_ENVIRONMENT},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Missing(f"{name} could not be built: {processes.tail(done.stdout, 5)}", cure)
    print(f"world: built {name} in {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
