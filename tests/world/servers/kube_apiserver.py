"""kube-apiserver and kubectl, built from the Go module proxy, on etcd: RBAC on, one token per user."""

from __future__ import annotations

import secrets
import ssl
import urllib.request
from pathlib import Path

from driver import cache, go, processes, tls
from driver.server import Description, Server, Tool
from servers.etcd import Etcd

_MODULE = cache.WORLD_FOLDER / "kube"
_PACKAGES = ["k8s.io/kubernetes/cmd/kube-apiserver", "k8s.io/kubernetes/cmd/kubectl"]
# Who may do what stands in kube/access.yaml.
_USERS = {
    "admin": "system:masters",
    "reader": "",
    "reader-a": "",
    "lister": "",
    "nobody": "",
}
_HOSTS = ["IP:127.0.0.1", "DNS:localhost", "DNS:kubernetes.default.svc"]


class KubeApiserver(Server):
    name = "kube-apiserver"
    needs = ("etcd",)

    def obtain(self) -> None:
        version = cache.version_of("kubernetes")
        major, minor, _ = version.split(".")
        facts = {"gitVersion": f"v{version}", "gitMajor": major, "gitMinor": minor}
        stamps = [f"-X k8s.io/component-base/version.{name}={value}" for name, value in facts.items()]
        self._programs = go.built_programs(f"kubernetes-{version}", _MODULE, _PACKAGES, stamps)

    def prepare(self, ports: cache.Ports, others: dict[str, Tool]) -> None:
        etcd = others["etcd"]
        assert isinstance(etcd, Etcd)
        self._etcd_url = etcd.url
        self._port = ports.take()
        self.url = f"https://127.0.0.1:{self._port}"
        authority = tls.Authority(self.directory / "pki")
        self._ca = authority.ca
        self._certificate, self._key = authority.server("kube-apiserver", _HOSTS)
        self._client_certificate, self._client_key = authority.client("admin", "system:masters")
        self._signing_key = tls.signing_key(self.directory / "service-account.key")
        self._tokens = {user: secrets.token_hex(16) for user in _USERS}
        self._write_tokens()
        self._kubeconfigs = {user: self._write_kubeconfig(user) for user in _USERS}
        self._kubectl = self._write_kubectl()
        self._trust = ssl.create_default_context(cafile=str(self._ca))

    def command(self) -> list[str]:
        return [
            str(self._programs / "kube-apiserver"),
            f"--etcd-servers={self._etcd_url}",
            f"--secure-port={self._port}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            "--endpoint-reconciler-type=none",
            "--service-cluster-ip-range=10.0.0.0/16",
            f"--tls-cert-file={self._certificate}",
            f"--tls-private-key-file={self._key}",
            f"--client-ca-file={self._ca}",
            f"--token-auth-file={self.directory}/tokens.csv",
            f"--service-account-key-file={self._signing_key}",
            f"--service-account-signing-key-file={self._signing_key}",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--authorization-mode=RBAC",
            "--disable-admission-plugins=ServiceAccount",
            "--max-requests-inflight=4000",
            "--max-mutating-requests-inflight=2000",
        ]

    def is_ready(self) -> bool:
        authorization = {"Authorization": f"Bearer {self._tokens['admin']}"}
        asked = urllib.request.Request(f"{self.url}/readyz", headers=authorization)
        try:
            with urllib.request.urlopen(asked, timeout=2, context=self._trust) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def furnish(self) -> None:
        processes.run([str(self._kubectl), "create", "--validate=false", "-f", str(_MODULE / "access.yaml")])

    def describe(self) -> Description:
        return {
            "url": self.url,
            "ca": str(self._ca),
            "tokens": self._tokens,
            "kubeconfig": str(self._kubeconfigs["admin"]),
            "kubeconfigs": {user: str(path) for user, path in self._kubeconfigs.items()},
            "client_certificate": str(self._client_certificate),
            "client_key": str(self._client_key),
            "kubectl": str(self._kubectl),
        }

    def explain(self) -> list[str]:
        reader = self._kubeconfigs["reader-a"]
        return [
            f"export KUBECONFIG={self._kubeconfigs['admin']}",
            f"{self._kubectl} get namespaces",
            f"KUBECONFIG={reader} {self._kubectl} get configmaps -n team-a   # users: {', '.join(_USERS)}",
            f"curl --cacert {self._ca} -H 'Authorization: Bearer {self._tokens['admin']}' {self.url}/version",
        ]

    def _write_tokens(self) -> None:
        rows = [f'{token},{user},{user},"{_USERS[user]}"' for user, token in self._tokens.items()]
        (self.directory / "tokens.csv").write_text("\n".join(rows) + "\n")

    def _write_kubeconfig(self, user: str) -> Path:
        path = self.directory / f"{user}.kubeconfig"
        path.write_text(
            f"""\
apiVersion: v1
kind: Config
clusters:
- name: world
  cluster:
    server: {self.url}
    certificate-authority: {self._ca}
users:
- name: {user}
  user:
    token: {self._tokens[user]}
contexts:
- name: world
  context:
    cluster: world
    user: {user}
current-context: world
"""
        )
        return path

    def _write_kubectl(self) -> Path:
        """kubectl as the administrator unless KUBECONFIG says otherwise; its cache dies with this world.

        Left in the home directory, the cache would outlive the server and lie about the next one on the same port.
        """
        path = self.directory / "kubectl"
        path.write_text(
            f"""\
#!/bin/sh
export KUBECONFIG="${{KUBECONFIG:-{self._kubeconfigs['admin']}}}"
export KUBECACHEDIR="{self.directory}/kubectl-cache"
exec "{self._programs}/kubectl" "$@"
"""
        )
        path.chmod(0o755)
        return path


SERVER = KubeApiserver
