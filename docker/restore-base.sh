#!/bin/bash
# Puts a base backup in the place of the database, to be brought up to date from the archive at the next start:
# `restore-base.sh BASE ARCHIVE`. MOMENT in the environment stops before a mistake; empty: to the last segment.
# What was there stays beside it, in a folder whose name ends in `.before-` and the moment. docs/operations.md.
set -euo pipefail
base=$1 archive=$2
if [ ! -e "$base/PG_VERSION" ] || [ ! -e "$base/backup_manifest" ]; then
  echo "$base holds no base backup." >&2
  exit 1
fi
if [ -e "$PGDATA/postmaster.pid" ]; then
  echo "PostgreSQL runs on $PGDATA, or was killed there. Stop it; if it has ended, remove postmaster.pid there." >&2
  exit 1
fi
rm -rf "$PGDATA.new"
mkdir -p "$PGDATA.new"
cp -R "$base/." "$PGDATA.new"
# All of them each time: a base backup can hold those of an earlier recovery.
cat >> "$PGDATA.new/postgresql.auto.conf" <<SETTINGS
restore_command = 'cp "$archive/%f" "%p"'
recovery_target_time = '${MOMENT:-}'
recovery_target_action = promote
SETTINGS
touch "$PGDATA.new/recovery.signal"
chmod 700 "$PGDATA.new"
if [ -e "$PGDATA" ]; then
  mv "$PGDATA" "$PGDATA.before-$(date -u +%Y%m%dT%H%M%S)"
fi
mv "$PGDATA.new" "$PGDATA" # its files get the right owner when PostgreSQL starts
