#!/bin/sh
# Starts Nginx once every upstream name in its configuration resolves. Nginx resolves names once, at start, and refuses to
# start without them; with this, all containers of the shop may start at the same time. Waits WAIT_FOR_NAMES_MS at most
# (default 20000), then starts Nginx anyway: its own words say best which name is missing.
# Arguments, when given, are run instead of `nginx -g 'daemon off;'`. Needs nothing but sh, sed, sort, date and getent.
set -u
trap 'exit 0' TERM QUIT INT

names() {
  sed -n 's/^[[:space:]]*server[[:space:]]\{1,\}\([A-Za-z][A-Za-z0-9._-]*\).*/\1/p' "${NGINX_FOLDER:-/etc/nginx}"/conf.d/*.conf | sort -u
}

all_resolve() {
  for name in $1; do
    getent hosts "$name" >/dev/null || { missing=$name; return 1; }
  done
}

# `server unix:/path` names a file and no host.
wanted=$(names | grep -vx unix)
end=$(($(date +%s) + (${WAIT_FOR_NAMES_MS:-20000} + 999) / 1000))
until all_resolve "$wanted"; do
  if [ "$(date +%s)" -ge "$end" ]; then
    echo "wait-for-names: $missing does not resolve, starting without it" >&2
    break
  fi
  sleep 0.05
done

[ $# -gt 0 ] || set -- nginx -g 'daemon off;'
exec "$@"
