#!/usr/bin/env bash
# Builds an image of the lab's hosts unless it is there, and prints its tag, which changes with what it is made from:
#   build_image.sh [RELEASE [PACKAGE...]]
# RELEASE is Debian's (bookworm); the packages go into the image's own repository, beside those that all images have.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

release=${1:-bookworm}
packages=${*:2}
declare -A versions=([bullseye]=11 [bookworm]=12 [trixie]=13)
version=${versions[$release]}
tag=hotstandby-lab:debian$version-$({ cat image/*; echo "$packages"; } | sha256sum | cut -c1-12)
echo "$tag"
docker image inspect "$tag" >/dev/null 2>&1 && exit 0

base=debian:$version
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
docker build --quiet --network host --build-arg "BASE=$base" --build-arg "PACKAGES=$packages" --tag "$tag" image >"$log" 2>&1 ||
    { tail -n 40 "$log" >&2; exit 1; }
