#!/usr/bin/env bash
# Builds the lab's image unless it is there, and prints its tag, which changes with what it is made from.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

release=bookworm
tag=hotstandby-lab:debian12-$(cat image/* | sha256sum | cut -c1-12)
echo "$tag"
docker image inspect "$tag" >/dev/null 2>&1 && exit 0

base=debian:12
if ! timeout 120 docker pull --quiet "$base" >/dev/null 2>&1 && ! docker image inspect "$base" >/dev/null 2>&1; then
    base=hotstandby-lab-base:$release
    if ! docker image inspect "$base" >/dev/null 2>&1; then
        echo "==> no registry answers: building $base with mmdebstrap" >&2
        as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
        command -v mmdebstrap >/dev/null || {
            as_root apt-get update -qq
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends mmdebstrap >/dev/null
        }
        as_root mmdebstrap --quiet --variant=minbase "$release" - | docker import - "$base" >/dev/null
    fi
fi
echo "==> building $tag on $base" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# The host's network: a bridge may have no way out, and is not needed for anything else.
docker build --quiet --network host --build-arg "BASE=$base" --tag "$tag" image >"$log" 2>&1 || { tail -n 40 "$log" >&2; exit 1; }
