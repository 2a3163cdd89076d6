#!/bin/sh
# First start: make the cluster, its roles and databases. Every start: serve it.
set -eu
data=/var/lib/database/15
secret() { cat "/run/secrets/$1"; }

if [ ! -s "$data/PG_VERSION" ]; then
  rm -rf "$data.new"
  initdb --pgdata="$data.new" --username=postgres --auth-local=peer --auth-host=scram-sha-256 \
         --encoding=UTF8 --locale=C.UTF-8 --data-checksums >/dev/null
  # Inside the container only the server's own user may use the socket, as the superuser.
  printf 'haven haven-database postgres\n' > "$data.new/pg_ident.conf"
  {
    printf 'local all postgres peer map=haven\n'
    printf 'host haven haven_owner,haven_app all scram-sha-256\n'
    printf 'host hub hub all scram-sha-256\n'
  } > "$data.new/pg_hba.conf"
  pg_ctl --pgdata="$data.new" --silent --wait -o "-c listen_addresses='' -k /tmp" start
  psql --host=/tmp --username=postgres --quiet --set=ON_ERROR_STOP=1 \
       --set=owner="$(secret owner_password)" --set=app="$(secret app_password)" --set=hub="$(secret hub_password)" <<'SQL'
create role haven_owner login password :'owner';
create role haven_app login password :'app';
create role hub login password :'hub';
create database haven owner haven_owner;
create database hub owner hub;
revoke all on database haven, hub from public;
grant connect on database haven to haven_app;
SQL
  pg_ctl --pgdata="$data.new" --silent --wait stop
  mv "$data.new" "$data"
fi
# The notifier's role reads notices and addresses only: it is the one that has a way out. A cluster
# from before there was one gets it, too.
if ! grep -q haven_notifier "$data/pg_hba.conf"; then
  pg_ctl --pgdata="$data" --silent --wait -o "-c listen_addresses='' -k /tmp" start
  psql --host=/tmp --username=postgres --quiet --set=ON_ERROR_STOP=1 \
       --set=notifier="$(secret notifier_password)" <<'SQL'
select 'create role haven_notifier login'
  where not exists (select from pg_roles where rolname = 'haven_notifier') \gexec
alter role haven_notifier password :'notifier';
grant connect on database haven to haven_notifier;
SQL
  pg_ctl --pgdata="$data" --silent --wait stop
  printf 'host haven haven_notifier all scram-sha-256\n' >> "$data/pg_hba.conf"
fi
exec postgres -D "$data" -c listen_addresses='*' -k /tmp -c logging_collector=off \
     -c password_encryption=scram-sha-256 -c log_statement=none -c log_min_error_statement=panic
