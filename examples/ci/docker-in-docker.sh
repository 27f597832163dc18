#!/bin/sh
# For any other CI (Jenkins, Buildkite, a cron job): a check in a container that has an engine of its own, of which nothing
# is left afterwards. Run it in the folder of badgateway.yaml. Exit code: that of the check.
set -eu

image=${IMAGE:-node:24-trixie}
package=${BADGATEWAY:-badgateway@0.1.0}

exec docker run --rm --privileged --volume "$PWD":/project --workdir /project --env "BADGATEWAY=$package" "$image" sh -euc '
  apt-get update -q
  apt-get install -q -y --no-install-recommends docker.io docker-compose
  npm install --global "$BADGATEWAY"
  badgateway setup
  badgateway check --quick --timeouts-at-most 5s --out runs --markdown comment.md
'
