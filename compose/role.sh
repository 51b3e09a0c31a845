#!/bin/sh
# Run once by the image of PostgreSQL, in an empty volume, before the service can reach it.
# A role that is no superuser: walls between tenants would not hold one back.
psql -v ON_ERROR_STOP=1 -v word="$PROOFLINE_DB_PASSWORD" -U postgres <<'SQL'
CREATE ROLE proofline LOGIN PASSWORD :'word';
CREATE DATABASE proofline OWNER proofline;
SQL
