#!/bin/sh
# Makes the database and its three roles: the owner, which migrates; the service, which may only become reciprocity_app;
# and reciprocity_app, which row-level security binds. Runs once, on an empty server, as an administrator.
#
# The Postgres image runs it for an empty volume. For any other server, set PGHOST and PGUSER (docs/deployment.md).
set -eu

# Kept out of the command line, which every process of the machine can read.
OWNER_PASSWORD=$(cat "$OWNER_PASSWORD_FILE")
SERVICE_PASSWORD=$(cat "$SERVICE_PASSWORD_FILE")
export OWNER_PASSWORD SERVICE_PASSWORD

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-${PGUSER:-postgres}}" --dbname="${PGDATABASE:-postgres}" <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv service_password SERVICE_PASSWORD

CREATE ROLE reciprocity_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE ROLE reciprocity_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'owner_password';
-- NOINHERIT: it has no right of its own until a transaction says SET ROLE reciprocity_app.
CREATE ROLE reciprocity_service LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'service_password';
GRANT reciprocity_app TO reciprocity_owner, reciprocity_service;

-- An administrator who is not a superuser, as managed servers have, must be in a role to give it a database.
SELECT format('GRANT reciprocity_owner TO %I', current_user) WHERE current_setting('is_superuser') = 'off' \gexec
CREATE DATABASE reciprocity OWNER reciprocity_owner;
-- Otherwise every role of the server may connect to it and make temporary tables in it.
REVOKE ALL ON DATABASE reciprocity FROM PUBLIC;
GRANT CONNECT ON DATABASE reciprocity TO reciprocity_service;
SQL
