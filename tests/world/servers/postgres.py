"""PostgreSQL from Debian: a cluster of its own with an administrator and an ordinary role."""

from __future__ import annotations

import os
import pwd
import secrets
import signal
import subprocess

from driver import cache, processes
from driver.server import Description, Failed, Server, Tool, check_version, found_program

_CURE = "run tools/setup, or install Debian's postgresql-15"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "wal_level": "logical",
    "max_connections": "200",
    "fsync": "off",
    "dynamic_shared_memory_type": "mmap",  # in the data directory: nothing stays behind after a crash
    "log_statement": "none",
}


class Postgres(Server):
    name = "postgres"
    # "Immediate shutdown": fast, but lets go of shared memory.
    stop_signal = signal.SIGQUIT
    role = "kollect"

    def obtain(self) -> None:
        version = cache.version_of("postgresql")
        self._programs = {
            name: found_program([f"/usr/lib/postgresql/{version}/bin/{name}", name], _CURE)
            for name in ("initdb", "postgres", "psql", "pg_isready")
        }
        check_version(self._programs["postgres"], version, _CURE)

    def prepare(self, ports: cache.Ports, others: dict[str, Tool]) -> None:
        self._port = ports.take()
        self._passwords = {name: secrets.token_hex(12) for name in ("postgres", self.role)}
        if os.getuid() == 0:
            self._become_unprivileged()
        password_file = self.directory / "password"
        password_file.write_text(self._passwords["postgres"])
        processes.run(
            [
                self._programs["initdb"],
                f"--pgdata={self.directory}/data",
                "--username=postgres",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
            user=self.user,
            cwd=self.directory,
        )

    def command(self) -> list[str]:
        settings = {**_SETTINGS, "port": str(self._port)}
        chosen = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [self._programs["postgres"], "-D", f"{self.directory}/data", *chosen]

    def is_ready(self) -> bool:
        asked = [self._programs["pg_isready"], "-q", "-h", "127.0.0.1", "-p", str(self._port)]
        return subprocess.run(asked, check=False).returncode == 0

    def furnish(self) -> None:
        self._tell(f"CREATE ROLE {self.role} LOGIN PASSWORD '{self._passwords[self.role]}'")
        self._tell(f"CREATE DATABASE {self.role} OWNER {self.role}")

    def clear(self) -> None:
        """After a crash the lock file still names a piece of shared memory that nobody would free."""
        lock_file = self.directory / "data" / "postmaster.pid"
        if lock_file.exists():
            _key, segment = lock_file.read_text().splitlines()[6].split()
            processes.run(["ipcrm", "--shmem-id", segment])

    def describe(self) -> Description:
        return {
            "host": "127.0.0.1",
            "port": self._port,
            "user": self.role,
            "password": self._passwords[self.role],
            "database": self.role,
            "url": self._url(self.role, self.role),
            "admin_url": self._url("postgres", "postgres"),
            "psql": self._programs["psql"],
        }

    def explain(self) -> list[str]:
        return [
            f"psql {self._url(self.role, self.role)}",
            f"psql {self._url('postgres', 'postgres')}   # administrator",
        ]

    def _url(self, role: str, database: str) -> str:
        return f"postgresql://{role}:{self._passwords[role]}@127.0.0.1:{self._port}/{database}"

    def _tell(self, statement: str) -> None:
        processes.run([self._programs["psql"], "-qX", "-v", "ON_ERROR_STOP=1", "-c", statement, self._admin_url()])

    def _admin_url(self) -> str:
        return self._url("postgres", "postgres")

    def _become_unprivileged(self) -> None:
        """PostgreSQL refuses to run as root."""
        known = {entry.pw_name for entry in pwd.getpwall()}
        self.user = next((name for name in ("postgres", "nobody") if name in known), None)
        if self.user is None:
            raise Failed("postgres must not run as root, and there is neither a user postgres nor nobody")
        entry = pwd.getpwnam(self.user)
        os.chown(self.directory, entry.pw_uid, entry.pw_gid)


SERVER = Postgres
