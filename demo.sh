#!/usr/bin/env bash
# A hot-standby pair on this machine, and a measured failover:
#   ./demo.sh        two hosts and a client in Docker, site.yml, the owner stopped while its address is probed
#   ./demo.sh down   takes the lab away again
# Sets up all it needs on Debian and Ubuntu, as root or with sudo, and can be run again and again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export HOTSTANDBY_LAB=demo ANSIBLE_PIPELINING=true ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false
export ANSIBLE_COLLECTIONS_PATH="$PWD/collections"
export PATH="$PWD/.venv/bin:$PATH"
lab=(-i tests/lab/inventory.sh)
pair=("${lab[@]}" -i tests/lab/demo/inventory.yml)

step() { printf '\n==> %s\n' "$*"; }
# The lab's own chores only speak up when something goes wrong.
quietly() { local log; log=$(mktemp); "$@" >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; return 1; }; rm -f "$log"; }

case "${1:-up}" in
down)
    tests/bootstrap.sh --docker
    quietly ansible-playbook "${lab[@]}" tests/lab/destroy.yml
    echo "The lab's hosts and network are gone. What stays for the next run, virtualenvs and images, goes with: tests/bootstrap.sh --clean"
    exit ;;
up) ;;
*)
    echo "Usage: $0 [down]" >&2
    exit 2 ;;
esac

step "Setting up what this machine lacks"
tests/bootstrap.sh --lab
step "Two hosts and a client"
quietly ansible-playbook "${lab[@]}" tests/lab/create.yml
step "ansible-playbook site.yml: the smallest inventory becomes a hot-standby pair"
cat tests/lab/demo/inventory.yml
ansible-playbook "${pair[@]}" site.yml
step "Who owns the address"
ansible "${pair[@]}" web -m ansible.builtin.command -a 'ip -brief -4 address show scope global'
step "The owner stops while the client asks for the page every 10 ms"
quietly ansible-playbook "${pair[@]}" tests/lab/failover.yml -e "{\"lab_report\": \"$PWD/.cache/lab/failover.json\"}"
.venv/bin/python tests/lab/show_failover.py .cache/lab/failover.json

prefix=$(tests/lab/inventory.sh | .venv/bin/python -c 'import json, sys; print(json.load(sys.stdin)["lab"]["vars"]["lab_container_prefix"])')
cat <<TEXT

The lab is still up. Look inside:
  docker exec -it $prefix-app1 bash
  docker exec $prefix-app1 tail /var/log/keepalived.log
  HOTSTANDBY_LAB=demo ANSIBLE_COLLECTIONS_PATH=collections .venv/bin/ansible -i tests/lab/inventory.sh -i tests/lab/demo/inventory.yml web -m hotstandby.vrrp.keepalived_info
Take it away:
  ./demo.sh down
TEXT
