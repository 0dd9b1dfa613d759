"""Real CustomResourceDefinitions of other projects, taken from their Go modules as data."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

from driver import cache, processes
from driver.server import Description, Missing, Tool

_CURE = "install Go, with a way to the Go module proxy"


@dataclass(frozen=True)
class _Source:
    name: str  # in `versions`
    module: str
    checksum: str  # of the module, as go.sum would have it
    file: str


_SOURCES = (
    _Source(
        "cert-manager",
        "github.com/cert-manager/cert-manager",
        "h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=",
        "deploy/crds/cert-manager.io_certificates.yaml",
    ),
    _Source(
        "argo-cd",
        "github.com/argoproj/argo-cd/v3",
        "h1:OmhqeKiR3C//awbFrhQqFdtRI+Qiv17j8vqm3UkMj/g=",
        "manifests/crds/application-crd.yaml",
    ),
)


class Definitions(Tool):
    name = "definitions"

    def obtain(self) -> None:
        self._files = {source.name: _file_of(source) for source in _SOURCES}

    def describe(self) -> Description:
        return {name: str(file) for name, file in self._files.items()}

    def explain(self) -> list[str]:
        return [f"kubectl apply --server-side -f {file}" for file in self._files.values()]


def _file_of(source: _Source) -> Path:
    version = cache.version_of(source.name)
    folder = cache.built(f"definitions-{source.name}-{version}", lambda into: _take(source, version, into))
    return folder / "definition.yaml"


def _take(source: _Source, version: str, into: Path) -> None:
    if not shutil.which("go"):
        raise Missing(f"the definitions of {source.name} come with its Go module, and there is no Go here", _CURE)
    words = ["go", "mod", "download", "-json", f"{source.module}@v{version}"]
    done = subprocess.run(words, cwd=into, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    # A module that wants a newer Go is downloaded all the same, and only data is taken from it.
    said = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    if "Zip" not in said:
        reason = processes.tail(said.get("Error", done.stderr), 3)
        raise Missing(f"{source.module}@v{version} could not be downloaded: {reason}", _CURE)
    if said.get("Sum") != source.checksum:
        raise RuntimeError(f"{source.module}@v{version} is not what was pinned: {said.get('Sum')}")
    with zipfile.ZipFile(said["Zip"]) as module:
        (into / "definition.yaml").write_bytes(module.read(f"{source.module}@v{version}/{source.file}"))


SERVER = Definitions
