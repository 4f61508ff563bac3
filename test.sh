#!/usr/bin/env bash
# Everything that must hold:
#   ./test.sh                     all stages of noxfile.py
#   ./test.sh quick               lint, unit tests and build: a minute and a half (80 s), without Docker and root
#   ./test.sh STAGE [ARGUMENTS]   one of lint, unit, units-old, pages, build, jobs, sanity, execution-environment, integration, walk, molecule
# Sets up all it needs on Debian and Ubuntu, as root or with sudo, and can be run again and again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
tests/bootstrap.sh
if [ $# -eq 0 ]; then exec .venv/bin/nox --session everything; fi
stage=$1
shift
exec .venv/bin/nox --session "$stage" -- "$@"
