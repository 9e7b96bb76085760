#!/usr/bin/env bash
# Looks for every program and header that `make demo` or `make check` needs, and installs what is
# missing where that is possible: on Debian and its relatives as root or with sudo -n. Elsewhere it
# prints the command to type. Says nothing where nothing is missing.
#
#   deps.sh demo     what builds and runs the demo
#   deps.sh check    that, and what the tests need
#   deps.sh daemons  that, and the daemons of `make check-daemons`
#   deps.sh vm       what check needs, and the emulator of `make check-vm`, its kernel and what makes its disk
#   deps.sh readers  that, and the large programs that exports are for: Go's pprof, Chromium, Prometheus
#   deps.sh bench    what check needs, and the programs and the peers that `make bench` measures
#
# Exit status: 0 all there; 1 something is missing and was not installed; 2 wrong usage.
set -u

# What is looked for, from which set on it is needed, and what it is called by the package managers.
# "program NAME", "header NAME" (as in #include), "library NAME" (as in -lNAME) and, where dpkg is the package
# manager, "package NAME".
table='
demo  program gcc                | gcc                | gcc                     | gcc               | gcc                   | build-base
demo  program g++                | g++                | gcc-c++                 | gcc               | gcc-c++               | build-base
demo  program make               | make               | make                    | make              | make                  | make
demo  header  stdio.h            | libc6-dev          | glibc-devel             | glibc             | glibc-devel           | build-base
demo  header  graphviz/cgraph.h  | libgraphviz-dev    | graphviz-devel          | graphviz          | graphviz-devel        | graphviz-dev
demo  program dot                | graphviz           | graphviz                | graphviz          | graphviz              | graphviz
demo  header  elfutils/libdwfl.h | libdw-dev          | elfutils-devel          | libelf            | libdw-devel           | elfutils-dev
demo  header  libelf.h           | libelf-dev         | elfutils-libelf-devel   | libelf            | libelf-devel          | elfutils-dev
demo  header  xxhash.h           | libxxhash-dev      | xxhash-devel            | xxhash            | xxhash-devel          | xxhash-dev
demo  header  uthash.h           | uthash-dev         | uthash-devel            | uthash            | uthash-devel          | uthash-dev
demo  header  yajl/yajl_gen.h    | libyajl-dev        | yajl-devel              | yajl              | libyajl-devel         | yajl-dev
demo  header  zlib.h             | zlib1g-dev         | zlib-devel              | zlib              | zlib-devel            | zlib-dev
demo  header  sqlite3.h          | libsqlite3-dev     | sqlite-devel            | sqlite            | sqlite3-devel         | sqlite-dev
demo  file /usr/include/libxml2/libxml/xmlwriter.h | libxml2-dev | libxml2-devel | libxml2           | libxml2-devel         | libxml2-dev
demo  header  protobuf-c/protobuf-c.h | libprotobuf-c-dev | protobuf-c-devel    | protobuf-c        | protobuf-c-devel      | protobuf-c-dev
demo  program protoc-c           | protobuf-c-compiler | protobuf-c-compiler    | protobuf-c        | protobuf-c            | protobuf-c-compiler
demo  header  libiberty/demangle.h | libiberty-dev    | binutils-devel          | binutils          | binutils-devel        | binutils-dev
check package build-essential    | build-essential    |                         |                   |                       |
check package debhelper          | debhelper          |                         |                   |                       |
check package lintian            | lintian            |                         |                   |                       |
check header  libunwind.h        | libunwind-dev      | libunwind-devel         | libunwind         | libunwind-devel       | libunwind-dev
check file /usr/include/glib-2.0/glib-object.h | libglib2.0-dev | glib2-devel | glib2           | glib2-devel           | glib-dev
check header  cmocka.h           | libcmocka-dev      | libcmocka-devel         | cmocka            | libcmocka-devel       | cmocka-dev
check program readelf            | binutils           | binutils                | binutils          | binutils              | binutils
check program git                | git                | git                     | git               | git                   | git
check program objcopy            | binutils           | binutils                | binutils          | binutils              | binutils
check file /usr/lib*/*/libdebuginfod.so.1 | libdebuginfod1 | elfutils-debuginfod-client | libelf | libdebuginfod1 | libelf
check module networkx            | python3-networkx   | python3-networkx        | python-networkx   | python3-networkx      | py3-networkx
check program jq                 | jq                 | jq                      | jq                | jq                    | jq
check program python3            | python3            | python3                 | python            | python3               | python3
check program valgrind           | valgrind           | valgrind                | valgrind          | valgrind              | valgrind
check program clang              | clang              | clang                   | clang             | clang                 | clang
check fuzzer  clang              | libclang-rt-dev    | compiler-rt             | compiler-rt       | clang                 | compiler-rt
check program clang-format       | clang-format       | clang-tools-extra       | clang             | clang                 | clang-extra-tools
check program shellcheck         | shellcheck         | ShellCheck              | shellcheck        | ShellCheck            | shellcheck
check program scdoc              | scdoc              | scdoc                   | scdoc             | scdoc                 | scdoc
check module yaml                | python3-yaml       | python3-pyyaml          | python-yaml       | python3-PyYAML        | py3-yaml
check program man                | man-db             | man-db                  | man-db            | man                   | man-db
check program mandoc             | mandoc             | mandoc                  | mandoc            | mandoc                | mandoc
check program zsh                | zsh                | zsh                     | zsh               | zsh                   | zsh
check program fish               | fish               | fish                    | fish              | fish                  | fish
check program xdot               | xdot               | python3-xdot            | xdot              | python3-xdot          | xdot
check program Xvfb               | xvfb               | xorg-x11-server-Xvfb    | xorg-server-xvfb  | xorg-x11-server-Xvfb  | xvfb
check program xauth              | xauth              | xorg-x11-xauth          | xorg-xauth        | xauth                 | xauth
check program xmllint            | libxml2-utils      | libxml2                 | libxml2           | libxml2-tools         | libxml2-utils
check program sqlite3            | sqlite3            | sqlite                  | sqlite            | sqlite3               | sqlite
check program heaptrack_print    | heaptrack          | heaptrack               | heaptrack         | heaptrack             | heaptrack
check program redis-server       | redis-server       | redis                   | redis             | redis                 | redis
check program redis-benchmark    | redis-tools        | redis                   | redis             | redis                 | redis
check program nginx              | nginx-light        | nginx                   | nginx             | nginx                 | nginx
check program memcached          | memcached          | memcached               | memcached         | memcached             | memcached
check program memcslap           | libmemcached-tools | libmemcached-awesome-tools | libmemcached   | libmemcached          | libmemcached
check program ab                 | apache2-utils      | httpd-tools             | apache            | apache2-utils         | apache2-utils
check program curl               | curl               | curl                    | curl              | curl                  | curl
daemons program apache2          | apache2            | httpd                   | apache            | apache2               | apache2
daemons file /usr/lib/apache2/modules/mod_xsendfile.so | libapache2-mod-xsendfile | mod_xsendfile | mod_xsendfile | apache2-mod_xsendfile | apache2-mod-xsendfile
daemons program haproxy          | haproxy            | haproxy                 | haproxy           | haproxy               | haproxy
daemons file /usr/lib/postgresql/*/bin/pgbench | postgresql | postgresql-contrib   | postgresql        | postgresql-contrib    | postgresql
daemons program mariadbd         | mariadb-server     | mariadb-server          | mariadb           | mariadb               | mariadb
daemons program mysqlslap        | mariadb-client     | mariadb                 | mariadb-clients   | mariadb-client        | mariadb-client
check module pyftpdlib           | python3-pyftpdlib  | python3-pyftpdlib       | python-pyftpdlib  | python3-pyftpdlib     | py3-pyftpdlib
check module fs                  | python3-fs         | python3-fs              | python-fs         | python3-fs            | py3-fs
daemons program lftp             | lftp               | lftp                    | lftp              | lftp                  | lftp
daemons program syslog-ng        | syslog-ng-core     | syslog-ng               | syslog-ng         | syslog-ng             | syslog-ng
daemons program logger           | bsdutils           | util-linux              | util-linux        | util-linux            | util-linux-misc
daemons program vsftpd           | vsftpd             | vsftpd                  | vsftpd            | vsftpd                | vsftpd
daemons program named            | bind9              | bind                    | bind              | bind                  | bind
daemons program unbound          | unbound            | unbound                 | unbound           | unbound               | unbound
daemons program sshd             | openssh-server     | openssh-server          | openssh           | openssh-server        | openssh-server
daemons program ssh              | openssh-client     | openssh-clients         | openssh           | openssh-clients       | openssh-client
daemons program php              | php-cli            | php-cli                 | php               | php8-cli              | php-cli
daemons program node             | nodejs             | nodejs                  | nodejs            | nodejs                | nodejs
check program pgrep              | procps             | procps-ng               | procps-ng         | procps                | procps
check file /usr/lib*/*/libtcmalloc_minimal.so.4 | libtcmalloc-minimal4 | gperftools-libs | gperftools | gperftools | gperftools
check library mimalloc           | libmimalloc-dev    | mimalloc-devel          | mimalloc          | mimalloc-devel        | mimalloc-dev
check library jemalloc           | libjemalloc-dev    | jemalloc-devel          | jemalloc          | jemalloc-devel        | jemalloc-dev
check library talloc             | libtalloc-dev      | libtalloc-devel         | talloc            | libtalloc-devel       | talloc-dev
bench program gcore             | gdb                | gdb                     | gdb               | gdb                   | gdb
bench program google-pprof      | google-perftools   | gperftools              | gperftools        | gperftools            | gperftools
bench program perl              | perl               | perl-interpreter        | perl              | perl                  | perl
vm program qemu-system-x86_64 | qemu-system-x86   |                         |                   |                       |
vm program mmdebstrap           | mmdebstrap         |                         |                   |                       |
vm file /boot/vmlinuz-*-cloud-amd64 | linux-image-cloud-amd64 |                |                   |                       |
readers program go              | golang-go          | golang                  | go                | go                    | go
readers program promtool        | prometheus         | golang-github-prometheus | prometheus       | golang-github-prometheus-prometheus | prometheus
readers program prometheus-node-exporter | prometheus-node-exporter | golang-github-prometheus-node-exporter | prometheus-node-exporter | golang-github-prometheus-node_exporter | prometheus-node-exporter
readers program chromium        | chromium           | chromium                | chromium          | chromium              | chromium
readers program node            | nodejs             | nodejs                  | nodejs            | nodejs                | nodejs
readers file /usr/share/nodejs/ws/package.json | node-ws | nodejs-ws            | nodejs            | nodejs                | nodejs
bench program wrk               | wrk                | wrk                     | wrk               | wrk                   | wrk
'

have() {
    command -v "$1" >/dev/null
}

found() { # KIND NAME
    case $1 in
    program) PATH=$PATH:/usr/sbin:/sbin command -v "$2" >/dev/null ;;
    header) echo "#include <$2>" | gcc -E -x c - >/dev/null 2>&1 ;;
    library) echo 'int main(void) { return 0; }' | gcc -x c - -o /dev/null -l"$2" 2>/dev/null ;;
    package) ! have dpkg-query || dpkg-query -W -f '${Status}' "$2" 2>/dev/null | grep -q ' installed$' ;;
    file) compgen -G "$2" >/dev/null ;;
    module) /usr/bin/python3 -c "import $2" 2>/dev/null ;;
    fuzzer) echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
        "$2" -x c - -o /dev/null -fsanitize=fuzzer 2>/dev/null ;;
    esac
}

sets_of() { # SET: the sets that it holds
    case $1 in
    demo) echo demo ;;
    check) echo demo check ;;
    *) echo demo check "$1" ;;
    esac
}

# The names in the given column of the table for whatever is missing, each once.
missing() { # SET COLUMN
    local set kind name packages
    while IFS='|' read -r probe packages; do
        read -r set kind name <<<"$probe"
        [ -n "$set" ] || continue
        [[ " $(sets_of "$1") " == *" $set "* ]] || continue
        found "$kind" "$name" || cut -d '|' -f "$2" <<<"$packages"
    done <<<"$table" | tr -d ' ' | sort -u | xargs
}

# Debian starts a package's service when it is installed; we want redis and nginx as programs only.
# policy-rc.d is Debian's way to say so; one that the administrator wrote stays.
policy=/usr/sbin/policy-rc.d
install_debian() { # PACKAGES
    local sudo=()
    [ "$(id -u)" = 0 ] || sudo=(sudo -n)
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee $policy >/dev/null
        "${sudo[@]}" chmod 755 $policy
        # shellcheck disable=SC2064
        trap "${sudo[*]} rm -f $policy" EXIT
    fi
    local apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
    "${apt[@]}" update && "${apt[@]}" install --no-install-recommends -y "$@" >/dev/null
}

ask_for() { # COMMAND PACKAGES
    echo "caulk: something is missing; please run: $*" >&2
    exit 1
}

set=${1:-}
case $set in
demo | check | daemons | vm | readers | bench) ;;
*) echo "usage: deps.sh demo|check|daemons|vm|readers|bench" >&2; exit 2 ;;
esac

read -ra names <<<"$(missing "$set" 1)"
[ ${#names[@]} -gt 0 ] || exit 0

prefix=''
[ "$(id -u)" = 0 ] || prefix='sudo '
if have apt-get; then
    if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
        ask_for "${prefix}apt-get install --no-install-recommends ${names[*]}"
    fi
    echo "caulk: installing ${names[*]}" >&2
    install_debian "${names[@]}" || exit 1
    left=$(missing "$set" 1)
    [ -z "$left" ] || { echo "caulk: still missing after installing: $left" >&2; exit 1; }
elif have dnf; then
    ask_for "${prefix}dnf install $(missing "$set" 2)"
elif have pacman; then
    ask_for "${prefix}pacman -S --needed $(missing "$set" 3)"
elif have zypper; then
    ask_for "${prefix}zypper install $(missing "$set" 4)"
elif have apk; then
    ask_for "${prefix}apk add $(missing "$set" 5)"
else
    ask_for "your package manager for what Debian calls ${names[*]}"
fi
