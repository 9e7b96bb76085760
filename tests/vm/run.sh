#!/usr/bin/env bash
# Runs the tests below tests/vm in an emulated machine of its own, which has what few test machines have: systemd as
# the first process, control groups of version 2, swap, 5-level paging. Its disk is made of this system's release of
# Debian with what is in BUILD installed below /usr/local; nothing is mounted, so root is needed for its owners alone.
#
#   run.sh [NAME…]   tests/vm/NAME_test.sh or tests/e2e/NAME_test.sh (all of tests/vm, and control_groups)
#   ONLY             those of their tests that match the pattern
#   BUILD            folder of the build (build); all that is made goes to $BUILD/vm
#   VM_SECONDS       after which it has hung (3600)
#
# What a test in there may rely on is in guest.sh. The last line is the sum.
set -eu
cd "$(dirname "$0")/../.."
build=$(realpath "${BUILD:-build}")
vm=$build/vm
disk=$vm/root
names=("$@")
[ $# -gt 0 ] || names=(systemd memory paging control_groups)
mkdir -p "$vm"

skip() {
    echo "vm: $*"
    echo "0 passed, 0 failed, 1 skipped"
    exit
}

# Debian's kernel for clouds has the drivers of these disks built in, and needs no initial ones.
kernel=$(compgen -G '/boot/vmlinuz-*-cloud-amd64' | sort -V | tail -n 1) || skip "no cloud kernel in /boot"
[ "$(id -u)" = 0 ] || skip "only root can make its disk"

packages=systemd,systemd-sysv,dbus,procps,jq,libdw1,libgvc6,libyajl2,libprotobuf-c1,libxml2,libsqlite3-0,redis-server

make_system() { # what does not change from run to run
    [ ! -e "$vm/system.tar" ] || return 0
    mmdebstrap --quiet --variant=minbase --include=$packages \
        "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$vm/system.new.tar"
    mv "$vm/system.new.tar" "$vm/system.tar"
}

add_tests() {
    local there=$disk/caulk/tests/vm
    install -d "$disk/caulk/tests/e2e" "$disk/caulk/build/samples" "$there"
    cp tests/e2e/*.sh "$disk/caulk/tests/e2e"
    cp tests/vm/*.sh README.md "$there"
    cp -r "$build/caulk" "$build/libcaulk.so" "$build/e2e" "$disk/caulk/build"
    install -m 644 tests/vm/tests.service "$disk/etc/systemd/system"
    echo "${names[@]}" >"$there/names"
    echo "${ONLY:-}" >"$there/only"
}

make_disks() {
    rm -rf "$disk"
    mkdir "$disk"
    tar -C "$disk" -xf "$vm/system.tar"
    make -s BUILD="$build" DESTDIR="$disk" install 2>"$vm/install.log"
    add_tests
    chroot "$disk" ldconfig
    rm -f "$vm/root.disk" "$vm/swap.disk"
    mke2fs -q -t ext4 -d "$disk" "$vm/root.disk" 2G >/dev/null
    rm -rf "$disk"
    truncate -s 1G "$vm/swap.disk"
}

add_disk=()
disk_of() { # NAME
    add_disk+=(-drive "file=$vm/$1.disk,format=raw,cache=unsafe,if=none,id=$1" -device "nvme,drive=$1,serial=$1")
}

run_machine() {
    disk_of root
    disk_of swap
    timeout "${VM_SECONDS:-3600}" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 2048 -nodefaults \
        -display none -no-reboot -kernel "$kernel" "${add_disk[@]}" -serial "file:$vm/console" -serial "file:$vm/results" \
        -append "root=/dev/nvme0n1 rw console=ttyS0 quiet mitigations=off systemd.unit=tests.service" </dev/null ||
        echo "FAIL the machine ended with status $?"
}

make_system
make_disks
run_machine
tr -d '\r' <"$vm/results" | grep -v ' passed, ' || true
tr -d '\r' <"$vm/results" | awk -v scripts=${#names[@]} '
    / passed, / { done++; gsub(",", ""); passed += $2; failed += $4; skipped += $6 }
    END {
        if (done < scripts)
            failed += scripts - done
        printf "vm: %d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit failed > 0
    }'
