#!/bin/bash
# Runs on an empty volume: one role owns the tables and migrates, the application has its own role without those privileges.
# May be run again, for a new password and on a volume of an earlier version: docs/operations.md.
set -euo pipefail
. read-secrets.sh
export REPLICATION_PASSWORD="${REPLICATION_PASSWORD:-}"
psql --set=ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv application APPLICATION_PASSWORD
\getenv owner OWNER_PASSWORD
\getenv replication REPLICATION_PASSWORD
SELECT format('CREATE ROLE %I', name) FROM unnest(ARRAY['ips', 'ips_owner']) AS name WHERE to_regrole(name) IS NULL \gexec
ALTER ROLE ips LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'application';
ALTER ROLE ips_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'owner';
-- Some errors have a value in their first sentence. The application logs its errors itself, by type and place.
ALTER ROLE ips SET log_min_messages = 'log';
ALTER ROLE ips_owner SET log_min_messages = 'log';
SELECT 'CREATE DATABASE ips' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'ips') \gexec
ALTER DATABASE ips OWNER TO ips_owner;
SELECT 'CREATE DATABASE ips_scratch' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'ips_scratch') \gexec
ALTER DATABASE ips_scratch OWNER TO ips_owner; -- empty; a backup is tried out in it
-- Copies the cluster for a base backup, and reads no table. Only where somebody gave it a password.
SELECT 'CREATE ROLE ips_backup' WHERE :'replication' <> '' AND to_regrole('ips_backup') IS NULL \gexec
SELECT format('ALTER ROLE ips_backup LOGIN REPLICATION PASSWORD %L', :'replication') WHERE :'replication' <> '' \gexec
\connect ips
REASSIGN OWNED BY ips TO ips_owner;
SQL
