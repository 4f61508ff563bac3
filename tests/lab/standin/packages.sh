#!/bin/sh
# Runs once, while the image of the stand-in is built.
set -eu
export DEBIAN_FRONTEND=noninteractive
here=/usr/local/lib/lab-standin
repository=/srv/lab-repository

apt-get update -qq
apt-get install -qq -y --no-install-recommends \
    createrepo-c dbus dnf firewalld iproute2 iptables kmod netbase openssh-server procps python3 python3-dnf rpm sudo \
    systemd systemd-sysv
# The programs that become packages; what they need stays.
apt-get install -qq -y --no-install-recommends keepalived nginx rsyslog logrotate
systemctl disable --quiet keepalived nginx rsyslog logrotate.timer

mkdir -p "$repository"
for name in keepalived nginx rsyslog logrotate; do
    rpmbuild --quiet -bb --define "_rpmdir $repository" --define "_topdir /run/rpmbuild" "$here/$name.spec"
done
# Without files: what they have is in the base of a real host too.
for name in procps-ng iptables setup; do
    rpmbuild --quiet -bb --define "_rpmdir $repository" --define "_topdir /run/rpmbuild" --define "empty $name" "$here/empty.spec"
done
createrepo_c --quiet "$repository"
dpkg --purge --force-depends keepalived nginx nginx-common rsyslog logrotate >/dev/null
rm -rf /etc/keepalived /etc/nginx /etc/rsyslog.d /etc/logrotate.d /etc/logrotate.conf /etc/default/keepalived /var/log/nginx

mkdir -p /etc/yum.repos.d
cat >/etc/yum.repos.d/lab.repo <<END
[lab]
name=lab
baseurl=file://$repository
enabled=1
gpgcheck=0
END
rpm --initdb
dnf --quiet makecache

# From here on it is of that family.
cat >/etc/os-release <<END
NAME="Rocky Linux"
VERSION="9.4 (Blue Onyx)"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.4"
PLATFORM_ID="platform:el9"
PRETTY_NAME="A stand-in for Rocky Linux 9.4"
END
echo 'Rocky Linux release 9.4 (Blue Onyx)' >/etc/redhat-release
rm -f /etc/debian_version
for program in /usr/bin/apt* /usr/bin/dpkg*; do mv "$program" "$program.away"; done

# A script of nginx's package makes it; it would need a shell that is packaged too.
useradd --system --no-create-home --home-dir /var/lib/nginx --shell /usr/sbin/nologin nginx
useradd --create-home --shell /bin/bash ops
echo 'ops ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/ops
chmod 0440 /etc/sudoers.d/ops
systemctl mask systemd-udevd.service getty.target console-getty.service systemd-firstboot.service
systemctl disable ssh.service
: >/etc/machine-id
