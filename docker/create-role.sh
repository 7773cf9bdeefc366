#!/bin/bash
# Runs on an empty volume: one role owns the tables and migrates, the application has its own role without those privileges.
# On a volume of an earlier version, where the application owned everything, run it once by hand: docs/operations.md.
set -euo pipefail
psql --set=ON_ERROR_STOP=1 --set=application="$APPLICATION_PASSWORD" --set=owner="$OWNER_PASSWORD" \
  --username "$POSTGRES_USER" --dbname postgres <<'SQL'
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
\connect ips
REASSIGN OWNED BY ips TO ips_owner;
SQL
