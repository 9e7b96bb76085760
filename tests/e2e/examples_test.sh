#!/usr/bin/env bash
# The examples that are installed, as far as a machine without systemd and GitHub can try them.
. "$(dirname "$0")/lib.sh"
examples=$root/cli/share/examples

test_systemd_accepts_the_drop_in() {
    command -v systemd-analyze >/dev/null || skip "no systemd-analyze"
    mkdir -p units/relayd.service.d
    printf '[Service]\nExecStart=/bin/true\nProtectSystem=strict\nPrivateTmp=yes\n' >units/relayd.service
    cp "$examples/systemd-drop-in.conf" units/relayd.service.d/caulk.conf
    SYSTEMD_UNIT_PATH="$tmp/units:" systemd-analyze verify "$tmp/units/relayd.service" 2>said ||
        fail "$(cat said)"
    lacks said 'caulk\.conf'
    # It is read, and what is wrong in it is said.
    echo 'Nonsense=1' >>units/relayd.service.d/caulk.conf
    SYSTEMD_UNIT_PATH="$tmp/units:" systemd-analyze verify "$tmp/units/relayd.service" 2>said || true
    contains said 'caulk\.conf.*Nonsense'
}

# A program with the drop-in's environment writes the dump that its comment names.
test_the_drop_in_s_environment() {
    sed -n 's/^Environment=//p' "$examples/systemd-drop-in.conf" |
        sed "s|%%|%|g; s|/var/log/caulk|$tmp|; s|=libcaulk.so|=$tracker|; s|log=syslog|log=$tmp/log:at_exit=yes|" >environment
    same "variables" 2 "$(wc -l <environment)"
    mapfile -t variables <environment
    env "${variables[@]}" "$samples/lost_ring"
    "$caulk" analyze "$tmp"/lost_ring.*.1.dump >analysis
    contains analysis '^C1 '
}

# The steps of the job that run caulk, one after another, on a program that leaks and on one that doesn't.
test_github_s_job() {
    local yaml=(/usr/bin/python3 -c 'import sys, yaml
for step in yaml.safe_load(open(sys.argv[1]))["jobs"]["leaks"]["steps"]:
    if step.get("name") == sys.argv[2]: print(step["run"])')
    "${yaml[@]}" "$examples/github-actions.yml" "Run the tests under caulk" >run || skip "no python3-yaml"
    "${yaml[@]}" "$examples/github-actions.yml" "Write what leaks" >"write"
    mkdir bin
    ln -s "$caulk" bin/caulk
    export PATH=$tmp/bin:$PATH RUNNER_TEMP=$tmp
    TESTS=$samples/lost_ring bash -e run
    exits 1 bash -e write >analysis
    contains analysis '^C1 '
    same "results in SARIF" true "$(jq '.runs[0].results | length > 0' leaks.sarif)"
    rm leaks.dump
    TESTS=$samples/no_leak bash -e run
    bash -e write >analysis
}

run_tests
