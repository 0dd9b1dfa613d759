#!/bin/sh
# A credential plugin for tests. $1 says what it does; CALLS, when set, counts its calls.
[ -n "$CALLS" ] && echo call >> "$CALLS"
version=${VERSION:-client.authentication.k8s.io/v1}
answer() { printf '{"apiVersion":"%s","kind":"ExecCredential","status":{%s}}\n' "$version" "$1"; }
case "$1" in
  token) answer "\"token\":\"$2\"" ;;
  expiring) answer "\"token\":\"t$(wc -l < "$CALLS" | tr -d ' ')\",\"expirationTimestamp\":\"2026-01-01T00:01:00Z\"" ;;
  counting) answer "\"token\":\"t$(wc -l < "$CALLS" | tr -d ' ')\"" ;;
  certificate) answer '"clientCertificateData":"CERT","clientKeyData":"KEY"' ;;
  files) answer "\"clientCertificateData\":\"$(sed -e ':a' -e 'N' -e '$!ba' -e 's/\n/\\n/g' "$2")\",\"clientKeyData\":\"$(sed -e ':a' -e 'N' -e '$!ba' -e 's/\n/\\n/g' "$3")\"" ;;
  info) answer "\"token\":\"$(printf '%s' "$KUBERNETES_EXEC_INFO" | base64 -w0)\"" ;;
  environment) answer "\"token\":\"$EXTRA\"" ;;
  yaml) printf 'apiVersion: %s\nkind: ExecCredential\nstatus:\n  token: from-yaml\n' "$version" ;;
  half) answer '"clientCertificateData":"CERT"' ;;
  nothing) answer '' ;;
  no-status) printf '{"apiVersion":"%s","kind":"ExecCredential"}' "$version" ;;
  bad-time) answer '"token":"t","expirationTimestamp":"soon"' ;;
  garbage) echo '{"token": "hunter2' ;;
  fail) echo "login expired, password=hunter2" >&2; exit 3 ;;
  flood) yes ;;
  hang) sleep 60 & sleep 60 ;;
  leave) sleep 5 & answer '"token":"t"' ;;
esac
