#!/bin/bash
# Runs once, on an empty volume: the application gets a role of its own that is no superuser and owns its database.
set -euo pipefail
psql --set=ON_ERROR_STOP=1 --set=password="$APPLICATION_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE ips LOGIN PASSWORD :'password';
CREATE DATABASE ips OWNER ips;
SQL
