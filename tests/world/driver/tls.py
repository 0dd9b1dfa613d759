"""Throw-away certificates: one authority per server, made with the openssl program."""

from __future__ import annotations

import shutil
from pathlib import Path

from driver import processes
from driver.server import Missing


class Authority:
    """A certificate authority in a folder; its certificate is `ca` for whoever shall trust it."""

    def __init__(self, folder: Path) -> None:
        if not shutil.which("openssl"):
            raise Missing("the openssl program is not installed", "run tools/setup, or install Debian's openssl")
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = folder
        self.ca = folder / "ca.crt"
        _openssl(
            f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=kollect-test-ca "
            f"-keyout {folder}/ca.key -out {self.ca}"
        )

    def server(self, name: str, hosts: list[str]) -> tuple[Path, Path]:
        """Certificate and key for a server; hosts are given as openssl writes them: DNS:localhost, IP:127.0.0.1."""
        return self._issue(name, f"/CN={name}", f"subjectAltName={','.join(hosts)}\nextendedKeyUsage=serverAuth")

    def client(self, name: str, organization: str) -> tuple[Path, Path]:
        """Certificate and key for a client: for Kubernetes the names of a user and of its group."""
        return self._issue(name, f"/O={organization}/CN={name}", "extendedKeyUsage=clientAuth")

    def _issue(self, name: str, subject: str, extensions: str) -> tuple[Path, Path]:
        certificate, key = self._folder / f"{name}.crt", self._folder / f"{name}.key"
        request, extension_file = self._folder / f"{name}.csr", self._folder / f"{name}.ext"
        extension_file.write_text(extensions + "\n")
        _openssl(
            f"req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj {subject} -keyout {key} -out {request}"
        )
        _openssl(
            f"x509 -req -in {request} -CA {self.ca} -CAkey {self._folder}/ca.key -CAcreateserial -days 30 "
            f"-extfile {extension_file} -out {certificate}"
        )
        return certificate, key


def signing_key(path: Path) -> Path:
    """A key of its own, without certificate, in the older form that kube-apiserver reads as both its halves."""
    _openssl(f"ecparam -genkey -name prime256v1 -noout -out {path}")
    path.chmod(0o600)
    return path


def _openssl(words: str) -> None:
    processes.run(["openssl", *words.split()])
