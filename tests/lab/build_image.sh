#!/usr/bin/env bash
# Builds an image of the lab's hosts unless it is there, and prints its tag, which changes with what it is made from:
#   build_image.sh [RELEASE [PACKAGE...]]
# RELEASE is Debian's (bookworm), or el9-standin: a stand-in for a host of the RPM family, see standin/Dockerfile. The
# packages go into the image's own repository, beside those that all images have.
# LAB_IMAGE=rockylinux:9 makes the hosts of that image instead, whatever RELEASE is; its hosts then install from their
# distribution's servers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

release=${1:-bookworm}
packages=${*:2}
declare -A versions=([bullseye]=11 [bookworm]=12 [trixie]=13 [forky]=14 [el9-standin]=12)
declare -A bases=([el9-standin]=bookworm)
version=${versions[$release]}
folder=image name=debian$version
base=debian:$version
# What is not released yet has no number among the images.
if [ "$release" = forky ]; then base=debian:forky-slim; fi
if [ "$release" = el9-standin ]; then folder=standin name=el9-standin; fi
if [ -n "${LAB_IMAGE:-}" ]; then
    base=$LAB_IMAGE name=${LAB_IMAGE//[^a-z0-9]/-}
    case "$LAB_IMAGE" in
    *rocky* | *alma* | *centos* | *fedora* | *rhel* | *redhat* | *ubi* | *oracle*) folder=rpm ;;
    *) folder=image ;;
    esac
fi
tag=hotstandby-lab:$name-$({ cat "$folder"/*; echo "$packages"; } | sha256sum | cut -c1-12)
label=hotstandby.lab.image=$name-$(echo "$packages" | sha256sum | cut -c1-12)
echo "$tag"
docker image inspect "$tag" >/dev/null 2>&1 && exit 0

if ! timeout 120 docker pull --quiet "$base" >/dev/null 2>&1 && ! docker image inspect "$base" >/dev/null 2>&1; then
    if [ -n "${LAB_IMAGE:-}" ]; then
        echo "ERROR: no registry answers for LAB_IMAGE=$LAB_IMAGE, and it is not here." >&2
        exit 1
    fi
    debian=${bases[$release]:-$release}
    base=hotstandby-lab-base:$debian
    if ! docker image inspect "$base" >/dev/null 2>&1; then
        echo "==> no registry answers: building $base with mmdebstrap" >&2
        as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
        command -v mmdebstrap >/dev/null || {
            as_root apt-get update -qq
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends mmdebstrap >/dev/null
        }
        # A snapshot of a mirror may be older than its lists say they are good for.
        bootstrap() { as_root mmdebstrap --quiet --variant=minbase "$@" "$debian" - | docker import - "$base" >/dev/null; }
        bootstrap || bootstrap --aptopt='Acquire::Check-Valid-Until "false"'
    fi
fi
echo "==> building $tag on $base" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# The host's network: a bridge may have no way out, and is not needed for anything else.
docker build --quiet --network host --build-arg "BASE=$base" --build-arg "PACKAGES=$packages" --label "$label" --tag "$tag" \
    "$folder" >"$log" 2>&1 || { tail -n 40 "$log" >&2; exit 1; }
# Of each kind the two newest stay, and what a host is made of.
docker image ls --filter "label=$label" --format '{{.Repository}}:{{.Tag}}' | tail -n +3 | while read -r old; do
    docker image rm "$old" >/dev/null 2>&1 || true
done
