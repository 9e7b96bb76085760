#!/usr/bin/env bash
# A Python FTP server on a PyFilesystem, mirrored by lftp over three connections.
. "$(dirname "$0")/lib.sh"

knows=_PyEval_EvalFrameDefault

prepare() {
    needs lftp
    /usr/bin/python3 -c 'import fs, pyftpdlib' 2>/dev/null || skip "no python3-fs, python3-pyftpdlib"
    port=$(free_port)
    make_folder served
    command=(/usr/bin/python3 "$root/tests/daemons/serve_ftp.py" "$port" "$tmp/served")
}

load() {
    load_ftp
}

run_tests
