#!/bin/sh
# Serve S3 and nothing else: master, volume and filer listen on loopback only, because SeaweedFS
# asks nobody for a password there. Identities come from the secrets.
set -eu
secret() { cat "/run/secrets/$1"; }

umask 077
cat > /tmp/s3.json <<JSON
{"identities": [
  {"name": "worker", "credentials": [{"accessKey": "$(secret worker_access_key)", "secretKey": "$(secret worker_secret_key)"}],
   "actions": ["Admin:releases"]},
  {"name": "portal", "credentials": [{"accessKey": "$(secret portal_access_key)", "secretKey": "$(secret portal_secret_key)"}],
   "actions": ["Read:releases", "List:releases"]}
]}
JSON
exec weed -logtostderr=true server -dir=/var/lib/store -ip=127.0.0.1 -ip.bind=127.0.0.1 \
     -master.telemetry=false -master.volumeSizeLimitMB=1024 -volume.max=0 -filer -filer.localSocket=/tmp/filer.sock \
     -s3 -s3.ip.bind=0.0.0.0 -s3.port=8333 -s3.localSocket=/tmp/s3.sock -s3.config=/tmp/s3.json \
     -s3.iam=false -s3.port.iceberg=0 -s3.port.lance=0
