"""etcd, built from the Go module proxy: the storage under kube-apiserver.

Debian's etcd 3.4 is too old for a faithful kube-apiserver: it cannot be asked for its progress, so every watch that
begins with the current state waits three seconds for nothing.
"""

from __future__ import annotations

import urllib.request

from driver import cache, go
from driver.server import Description, Server, Tool

_MODULE = cache.WORLD_FOLDER / "etcd"
_PACKAGE = "go.etcd.io/etcd/server/v3"


class Etcd(Server):
    name = "etcd"

    def obtain(self) -> None:
        folder = go.built_programs(f"etcd-{cache.version_of('etcd')}", _MODULE, [_PACKAGE], [])
        self._program = folder / "server"  # as Go names it, after its package

    def prepare(self, ports: cache.Ports, others: dict[str, Tool]) -> None:
        self.url = f"http://127.0.0.1:{ports.take()}"
        self._peer_url = f"http://127.0.0.1:{ports.take()}"

    def command(self) -> list[str]:
        return [
            str(self._program),
            "--name=world",
            f"--data-dir={self.directory}/data",
            f"--listen-client-urls={self.url}",
            f"--advertise-client-urls={self.url}",
            f"--listen-peer-urls={self._peer_url}",
            f"--initial-advertise-peer-urls={self._peer_url}",
            f"--initial-cluster=world={self._peer_url}",
            "--unsafe-no-fsync",
            "--heartbeat-interval=10",  # a lone member need not wait a second before it elects itself
            "--election-timeout=100",
            "--log-level=warn",
        ]

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                return b'"health":"true"' in answer.read()
        except OSError:
            return False

    def describe(self) -> Description:
        return {"url": self.url}

    def explain(self) -> list[str]:
        return [f"curl {self.url}/health"]


SERVER = Etcd
