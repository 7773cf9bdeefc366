#!/bin/bash
# Starts as root: reads what only root may read, sets up what was asked for, and hands over to the image's entry point.
set -euo pipefail
. read-secrets.sh
refuse-gateways.sh /proc/net/route /proc/net/ipv6_route > /etc/postgresql/gateways.conf
options=()
if [ -n "${DATABASE_CERTIFICATE_FILE:-}" ]; then # PostgreSQL wants a key that is its own, whoever owns the one outside
  tls=/var/run/postgresql/tls
  install -d -o postgres -g postgres -m 700 "$tls"
  install -o postgres -g postgres -m 600 "$DATABASE_CERTIFICATE_FILE" "$tls/certificate.pem"
  install -o postgres -g postgres -m 600 "$DATABASE_KEY_FILE" "$tls/key.pem"
  options+=(-c ssl=on -c "ssl_cert_file=$tls/certificate.pem" -c "ssl_key_file=$tls/key.pem")
fi
if [ -n "${ARCHIVE_TIMEOUT:-}" ]; then
  chown postgres: /archive 2>/dev/null || true # on NFS root may not; then its owner has to be right already
  if ! gosu postgres test -w /archive; then
    echo "The folder ARCHIVE_DIR can't be written by user $(id -u postgres): give it to that user." >&2
    exit 1
  fi
  options+=(-c archive_mode=on -c "archive_timeout=$ARCHIVE_TIMEOUT")
  options+=(-c "archive_command=archive-wal.sh \"%p\" \"%f\" /archive")
fi
for setting in ${POSTGRES_SETTINGS:-}; do # memory, disk and JIT, as docker-compose.yml says
  options+=(-c "$setting")
done
exec docker-entrypoint.sh "$@" "${options[@]}"
