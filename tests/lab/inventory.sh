#!/usr/bin/env bash
# The inventory of one lab, in the form that Ansible calls an inventory script.
exec python3 "$(dirname "${BASH_SOURCE[0]}")/inventory.py" "$@"
