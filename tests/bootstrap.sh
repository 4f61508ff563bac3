#!/usr/bin/env bash
# Makes what the commands of this checkout need, as often as you like:
#   tests/bootstrap.sh [--docker | --lab] [--old] [--newest] [--cores] [--importer] [--browser] [--clean]
# a virtualenv in .venv with the versions of tests/constraints.txt, the link by which Ansible
# finds this checkout as the collection hotstandby.vrrp, with --docker a Docker that answers,
# with --lab the lab's image too, and with --old a second virtualenv in .cache/ansible-2.16 with the last
# ansible-core that manages hosts with Python 2.7 and 3.6, and the collections that went with it; with --newest one in
# .cache/ansible-newest with the newest ansible-core, and with --importer one in .cache/importer with galaxy-importer.
# With --cores there are two small ones for the tests of jobs: .cache/core-2.18 with ansible-core 2.18, the last that reads
# a blank answer as '', and the ansible-runner of AWX 24.6.1; and .cache/core-newest with the newest ansible-core.
# On Debian and Ubuntu it installs what is missing (as root, or with sudo); elsewhere it says what to install.
# The virtualenvs are links to the user's cache (~/.cache/hotstandby-vrrp, or XDG_CACHE_HOME), one for all checkouts that
# want the same; of each the two that were last used are kept, and so it is with the lab's images. --clean takes all of
# that away.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/hotstandby-vrrp
# The system's Python, and Docker itself: not what an earlier run has made, in a shell that has activated it.
PATH=$(echo "$PATH" | tr : '\n' | grep -v -e "^$CACHE/" -e "^$PWD/.venv/" | paste -sd: -)

say() { printf '==> %s\n' "$*" >&2; }
die() { printf 'ERROR: %s\n' "$*" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else die "This needs root: $*. Run it as root, or install sudo."
    fi
}

# kept NAME CONTENT FUNCTION: links .cache/NAME to what FUNCTION has made in the folder that it is given, once per
# CONTENT. .venv is called .venv.
kept() {
    local name=$1 place made
    place=$CACHE/$1-$(echo "$2" | sha256sum | cut -c1-12) made=.cache/$1
    if [ "$name" = .venv ]; then made=.venv; fi
    mkdir -p "$CACHE" .cache
    exec 9>"$CACHE/lock"
    if command -v flock >/dev/null; then flock 9; fi
    if ! { [ -e "$place/.made" ] && "$place/bin/python" -c ''; } 2>/dev/null; then
        say "making $made"
        rm -rf "$place"
        "$3" "$place"
    fi
    touch "$place/.made"
    if [ ! -L "$made" ]; then rm -rf "$made"; fi
    ln -sfn "$place" "$made"
    # The two that were last used stay.
    ls -td "$CACHE/$name"-*/.made | tail -n +3 | while read -r old; do rm -rf "${old%/.made}"; done
    exec 9>&-
}

# install_packages WHAT_FOR PACKAGE...
install_packages() {
    local purpose=$1; shift
    command -v apt-get >/dev/null || die "$purpose is missing. Install the equivalent of: $* - then run this again."
    say "installing $* ($purpose)"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

# The first of some Pythons that really runs, can make a virtualenv, and is of version 3.MINOR at least.
# first_python MINOR CANDIDATE...
first_python() {
    local minor=$1 candidate; shift
    for candidate in "$@"; do
        if "$candidate" -c "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, $minor))" 2>/dev/null; then
            echo "$candidate"; return
        fi
    done
    return 1
}

find_python() { first_python 11 python3 python3.13 python3.12 python3.11; }

# The system's certificates, as pip does: a company may have its own.
export UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=true

# venv_of FOLDER PYTHON ARGUMENT...: a virtualenv, and in it what the arguments of pip install say.
venv_of() {
    .venv/bin/uv venv --quiet --python "$2" "$1"
    .venv/bin/uv pip install --quiet --python "$1/bin/python" "${@:3}"
}

make_venv() {
    if ! python=$(find_python); then
        if apt-cache show python3.11-venv >/dev/null 2>&1; then
            install_packages "Python 3.11 or later with venv" python3.11 python3.11-venv
        else
            install_packages "Python 3.11 or later with venv" python3 python3-venv
        fi
        python=$(find_python) || die "No Python from 3.11 on was found. Install one with its venv module."
    fi
    venv() {
        "$python" -m venv "$1"
        "$1/bin/python" -m pip install --quiet --disable-pip-version-check -c tests/constraints.txt uv
        "$1/bin/uv" pip install --quiet --python "$1/bin/python" -r tests/requirements.in -c tests/constraints.txt
    }
    kept .venv "$("$python" --version) $(cat tests/requirements.in tests/constraints.txt)" venv
}

make_old_venv() {
    old() {
        venv_of "$1" .venv/bin/python 'ansible-core==2.16.*' netaddr
        # Of the package ansible only the collections: those of 10 still manage hosts with Python 2.7.
        .venv/bin/uv pip install --quiet --python "$1/bin/python" --no-deps 'ansible==10.*'
    }
    kept ansible-2.16 "$(.venv/bin/python --version) $(declare -f old)" old
}

# The newest ansible-core needs a newer Python than the oldest that the tests run on.
find_newest_python() {
    first_python 12 python3.14 python3.13 python3.12 python3 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9].*/bin/python
}

# The newest of today: each month it is asked again what that is.
make_newest_venv() {
    python=$(find_newest_python) ||
        die "No Python from 3.12 on was found, which the newest ansible-core needs. Install one with its venv module."
    newest() { venv_of "$1" "$python" ansible netaddr; }
    kept ansible-newest "$("$python" --version) $(date +%Y-%m)" newest
}

# No collections: those of .venv do for both.
make_core_venvs() {
    # It is for Python 3.11 to 3.13.
    python=$(first_python 11 python3.13 python3.12 python3.11 .venv/bin/python)
    core() { venv_of "$1" "$python" 'ansible-core==2.18.*' 'ansible-runner==2.4.0' netaddr; }
    kept core-2.18 "$("$python" --version) $(declare -f core)" core
    if ! python=$(find_newest_python); then
        say "no Python from 3.12 on was found: the jobs run with no newer ansible-core than that of .venv"
        return
    fi
    core() { venv_of "$1" "$python" ansible-core netaddr; }
    kept core-newest "$("$python" --version) $(date +%Y-%m)" core
}

# By itself: it wants an attrs and a flake8 of years ago. The package ansible has the collection that ours depends on.
make_importer_venv() {
    importer() {
        .venv/bin/uv venv --quiet --seed --python .venv/bin/python "$1"
        .venv/bin/uv pip install --quiet --python "$1/bin/python" 'galaxy-importer==0.4.*' 'ansible==12.*'
    }
    kept importer "$(.venv/bin/python --version) $(declare -f importer)" importer
}

# What this has made, for all checkouts. What a lab that still runs is made of stays, and is named.
clean() {
    local image left=0
    if [ "$#" -ne 1 ]; then die "--clean goes by itself: tests/bootstrap.sh --clean"; fi
    rm -rf "$CACHE"
    # Links of this checkout that lead nowhere now.
    find . -maxdepth 2 -path './.*' -xtype l -delete
    if ! command -v docker >/dev/null; then return; fi
    if ! docker_answers; then say "Docker does not answer: its images hotstandby-lab* stay"; return; fi
    # As somebody to whom Docker answers.
    our_docker() { if docker info >/dev/null 2>&1; then docker "$@"; else as_root docker "$@"; fi; }
    for image in $(our_docker image ls --format '{{.Repository}}:{{.Tag}}' --filter 'reference=hotstandby-lab*'); do
        our_docker image rm "$image" >/dev/null 2>&1 || { say "$image could not be removed, and stays"; left=1; }
    done
    if [ "$left" = 1 ]; then say "labs that may use them: docker ps --all --filter label=hotstandby.lab"; fi
}

link_collection() {
    local namespace=collections/ansible_collections/hotstandby
    mkdir -p "$namespace"
    # A regular package: otherwise the ansible_collections of the virtualenv would hide this one from pytest.
    touch collections/ansible_collections/__init__.py
    ln -sfn ../../.. "$namespace/vrrp"
}

# An ordinary user who is not in the group docker reaches Docker through sudo.
wrap_docker() {
    # Others of this user may have the same virtualenv: what they run with is not taken away for a moment.
    if docker info >/dev/null 2>&1; then rm -f .venv/bin/docker; return; fi
    # Ansible's workers have no terminal: sudo must not need one to ask for a password.
    if setsid --wait sudo --non-interactive docker info >/dev/null 2>&1 </dev/null; then
        printf '#!/bin/sh\nexec sudo "%s" "$@"\n' "$(command -v docker)" >.venv/bin/docker.$$
        chmod 0755 .venv/bin/docker.$$
        mv .venv/bin/docker.$$ .venv/bin/docker
    else
        die "Docker is not for this user. Join the group docker (sudo usermod --append --groups docker $(id -un), then log in again), or run this as root."
    fi
}

docker_answers() { docker info >/dev/null 2>&1 || as_root docker info >/dev/null 2>&1; }

start_docker() {
    docker_answers && return
    if ! command -v dockerd >/dev/null; then install_packages "Docker" docker.io iptables ca-certificates; fi
    if [ "$(cat /proc/1/comm)" = systemd ]; then
        say "starting Docker"
        as_root systemctl start docker
    else
        say "starting dockerd in the background (its log: .cache/dockerd.log)"
        mkdir -p .cache
        as_root setsid nohup dockerd >.cache/dockerd.log 2>&1 </dev/null &
    fi
    for _ in $(seq 60); do docker_answers && return; sleep 1; done
    die "Docker does not answer. See .cache/dockerd.log, or try: systemctl status docker"
}

# A browser is a wish: without one the tests of the pages say so and are skipped. Ubuntu's package is none, but a snap.
install_browser() {
    local name
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$name" >/dev/null; then return; fi
    done
    if [ "$(. /etc/os-release 2>/dev/null && echo "${ID:-}")" != debian ]; then return; fi
    (install_packages "a browser for the pages" chromium) || say "no browser could be installed"
}

case " $* " in *" --clean "*) clean "$@"; exit ;; esac
make_venv
link_collection
for what in "$@"; do
    case "$what" in
    --docker | --lab)
        start_docker
        wrap_docker ;;
    --old) make_old_venv ;;
    --newest) make_newest_venv ;;
    --cores) make_core_venvs ;;
    --importer) make_importer_venv ;;
    --browser) install_browser ;;
    *) die "tests/bootstrap.sh knows nothing of $what." ;;
    esac
    if [ "$what" = --lab ]; then PATH="$PWD/.venv/bin:$PATH" tests/lab/build_image.sh >/dev/null; fi
done
