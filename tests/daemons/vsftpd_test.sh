#!/usr/bin/env bash
# vsftpd, a process for each session, mirrored by lftp over three connections.
. "$(dirname "$0")/lib.sh"

with_children=1
may_refuse+='|no dump: clone: ' # of a session that has forbidden itself all processes

prepare() {
    needs vsftpd lftp
    [ "$(id -u)" = 0 ] || skip "vsftpd is for root"
    port=$(free_port)
    make_folder served
    mkdir -m 755 empty
    chmod 1777 "$tmp" # sessions are another user's, each in a root of its own
    cat >vsftpd.conf <<CONF
listen=YES
listen_address=127.0.0.1
listen_port=$port
background=NO
anonymous_enable=YES
local_enable=NO
no_anon_password=YES
anon_root=$tmp/served
ftp_username=games
nopriv_user=nobody
secure_chroot_dir=$tmp/empty
xferlog_enable=NO
seccomp_sandbox=NO
isolate=NO
CONF
    command=(vsftpd "$tmp/vsftpd.conf")
}

load() {
    load_ftp
}

run_tests
