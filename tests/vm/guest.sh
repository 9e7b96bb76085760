#!/usr/bin/env bash
# What runs in the emulated machine: every script named in the file `names`, from here or from tests/e2e, of its tests
# those that match `only`. Groups of their own have the controllers for memory and processors; swap is not on, and
# /dev/nvme1n1 is for it.
cd "$(dirname "$0")" || exit 1
export PATIENCE=${PATIENCE:-240} HOME=/root LC_ALL=C.UTF-8
ONLY=$(cat only)
export ONLY
echo '+cpu +memory' >/sys/fs/cgroup/cgroup.subtree_control
mkswap -q /dev/nvme1n1
read -ra scripts <names
for name in "${scripts[@]}"; do
    for folder in . ../e2e; do
        [ ! -e "$folder/${name}_test.sh" ] || bash "$folder/${name}_test.sh"
    done
done
