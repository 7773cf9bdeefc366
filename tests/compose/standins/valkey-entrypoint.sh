#!/bin/sh
# As in the official image: options alone belong to the server, and root gives way to the user valkey.
set -e
if [ "${1#-}" != "$1" ]; then
  set -- valkey-server "$@"
fi
if [ "$1" = valkey-server ] && [ "$(id -u)" = 0 ]; then
  find . ! -user valkey -exec chown valkey {} +
  exec gosu valkey "$0" "$@"
fi
exec "$@"
