#!/bin/sh
# Runs once, while the image is built; its arguments are packages for the repository beside those that all hosts get.
set -eu
export DEBIAN_FRONTEND=noninteractive
repository=/srv/lab-repository

# A stock image keeps no downloaded package; this one is to keep them all.
rm -f /etc/apt/apt.conf.d/docker-clean /etc/apt/apt.conf.d/docker-gzip-indexes
# A snapshot of a mirror may be older than its lists say they are good for; it is enough for a lab.
apt-get update -qq --error-on=any || apt-get update -qq --error-on=any -o Acquire::Check-Valid-Until=false
# Without iptables on purpose: a minimal Debian lacks it too, and a direct rule of firewalld needs it. Without netbase
# (/etc/protocols) firewalld 1.3 does not even start.
apt-get install -qq -y --no-install-recommends \
    apt-utils dbus firewalld iproute2 kmod netbase openssh-server procps python3 python3-apt sudo systemd systemd-sysv

mkdir -p "$repository"
apt-get install -qq -y --no-install-recommends --download-only -o "Dir::Cache::archives=$repository" \
    ca-certificates iptables keepalived logrotate nginx python3-debian rsyslog tcpdump "$@"
rm -rf "$repository/partial" "$repository/lock"
cd "$repository"
# For a host from which it was taken: Ansible's module for packages brings it.
apt-get download -qq python3-apt python-apt-common
apt-ftparchive packages . >Packages
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
echo "deb [trusted=yes] file:$repository ./" >/etc/apt/sources.list
apt-get update -qq

# An ordinary user for the scenario that connects by ssh.
useradd --create-home --shell /bin/bash ops
echo 'ops ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/ops
chmod 0440 /etc/sudoers.d/ops
rm -f /etc/ssh/ssh_host_*

packages=$(python3 -c 'import site; print(site.getsitepackages()[0])')
mkdir -p "$packages"
mv /usr/local/lib/lab_compiled.py "$packages"
echo 'import lab_compiled' >"$packages/lab_compiled.pth"

# What a container has no use for.
systemctl mask systemd-udevd.service getty.target console-getty.service systemd-firstboot.service
systemctl disable ssh.service
apt-get clean
: >/etc/machine-id
