#!/usr/bin/env bash
# The recipes for fleets, as README and the examples have them, with what of a fleet Debian has. What it has
# not, Pyroscope and Parca, fleet_server.py stands in for; Parca's and Alloy's way of asking is followed here.
. "$(dirname "$0")/lib.sh"
set -o pipefail
examples=$root/cli/share/examples

relayd_dump() { # makes relayd.dump, and the export of it
    tracked -- "$samples/shared_ptr_cycle"
    mv shared_ptr_cycle.1.dump relayd.dump
    "$caulk" export relayd.dump --format=pprof -o relayd.pb.gz
}

# README's commands after "# TITLE" in a block of shell, up to the next title.
readme_commands() { # TITLE
    awk -v title="# $1" '/^```/ { inside = 0 } /^#/ { inside = 0 } index($0, title) == 1 { inside = 1; next } inside' \
        "$root/README.md"
}

# Commands as they stand there, with the machine at hand in a host's place.
run_commands() { # COMMANDS [SED_EXPRESSION]
    [ -n "$1" ] || fail "README has no such commands"
    PATH=${caulk%/*}:$PATH bash -e -o pipefail -c "$(sed "${2:-}" <<<"$1")"
}

is_same_profile() { # FILE
    same "profile" "$(zcat relayd.pb.gz | sha256sum)" "$(zcat "$1" | sha256sum)"
}

# ---- pushed -----------------------------------------------------------------------------------

is_listening() {
    [ -s port ]
}

start_fleet() { # makes $port
    mkdir got
    python3 "$root/tests/e2e/fleet_server.py" got >port &
    own_pids+=($!)
    wait_until is_listening
    port=$(<port)
}

test_pushed_to_pyroscope() {
    relayd_dump
    start_fleet
    run_commands "$(readme_commands "pushed to Pyroscope")" "s|pyroscope:4040|127.0.0.1:$port|"
    same "profiles" 2 "$(find got -name '*.gz' | wc -l)"
    is_same_profile got/0.pb.gz
    is_same_profile got/1.pb.gz
    same "application" relayd "$(jq -r .query.name got/0.json)"
    same "service" "relayd memory" "$(jq -r '"\(.labels.service_name) \(.labels.__name__)"' got/1.json)"
}

test_pushed_to_parca() {
    relayd_dump
    start_fleet
    run_commands "$(readme_commands "pushed to Parca")" "s|parca:7070|127.0.0.1:$port|"
    is_same_profile got/0.pb.gz
    same "labels" '{"__name__":"memory","job":"relayd"}' "$(jq -c .labels got/0.json)"
}

# The stand-in refuses what the real ones would.
test_what_is_no_profile_is_refused() {
    start_fleet
    echo nonsense >file
    exits 22 curl -sf --data-binary @file "http://127.0.0.1:$port/ingest?name=x&format=pprof"
    exits 22 curl -sf --data-binary @file "http://127.0.0.1:$port/ingest?format=pprof"
    exits 22 curl -sf --data-binary @file "http://127.0.0.1:$port/elsewhere"
    same "taken" "" "$(find got -type f)"
}

# ---- pulled -----------------------------------------------------------------------------------

is_serving() {
    address=$(sed -nE 's/.*port ([0-9]+).*/127.0.0.1:\1/p' served) && [ -n "$address" ]
}

serve() { # FOLDER: makes $address
    python3 -u -m http.server --bind 127.0.0.1 --directory "$1" 0 >served 2>&1 &
    own_pids+=($!)
    wait_until is_serving
}

# The command in an example's comment, which leaves the profile in ./profiles.
place_profile() { # EXAMPLE
    local command
    command=$(sed -nE 's/^(#|\/\/) +(caulk export .*)/\2/p' "$1")
    mkdir -p profiles/relayd/debug/pprof
    run_commands "$command" "s|/srv/profiles|profiles|"
}

# Of each job the URLs that Parca asks: target, prefix and path of what is enabled, where its own are kept
# but for what the file says.
parca_urls() {
    /usr/bin/python3 - "$1" <<'PYTHON'
import sys, yaml
own = {"memory": "/debug/pprof/allocs", "block": "/debug/pprof/block", "goroutine": "/debug/pprof/goroutine",
       "mutex": "/debug/pprof/mutex", "process_cpu": "/debug/pprof/profile"}
for job in yaml.safe_load(open(sys.argv[1]))["scrape_configs"]:
    profiling = job["profiling_config"]
    kinds = {name: {"enabled": True, "path": path} | profiling["pprof_config"].get(name, {})
             for name, path in own.items()}
    for target in job["static_configs"][0]["targets"]:
        for kind in kinds.values():
            if kind["enabled"]:
                print("http://" + target + profiling.get("path_prefix", "") + kind["path"])
PYTHON
}

alloy_urls() {
    awk '/__address__/ { match($0, /"__address__" = "[^"]*"/); target = substr($0, RSTART + 17, RLENGTH - 18) }
         /path_prefix/ { split($0, of, "\""); prefix = of[2] }
         /enabled/ { enabled = $3 } /^ *path / { split($0, of, "\""); path = of[2] }
         /^    }/ { if (enabled == "true") print "http://" target prefix path; path = "" }' "$1"
}

each_is_the_profile() { # URLS…
    local url
    for url in "$@"; do
        curl -sSf -o pulled "${url/host:8080/$address}"
        is_same_profile pulled
        ! command -v go >/dev/null || go tool pprof -raw "${url/host:8080/$address}" | grep -q leaked_space
    done
}

test_pulled_by_parca() {
    /usr/bin/python3 -c 'import yaml' || skip "no python3-yaml"
    relayd_dump
    place_profile "$examples/parca.yaml"
    serve profiles
    mapfile -t urls < <(parca_urls "$examples/parca.yaml")
    same "asked for" http://host:8080/relayd/debug/pprof/allocs "${urls[*]}"
    each_is_the_profile "${urls[@]}"
}

test_pulled_by_alloy() {
    relayd_dump
    place_profile "$examples/config.alloy"
    serve profiles
    mapfile -t urls < <(alloy_urls "$examples/config.alloy")
    same "asked for" http://host:8080/relayd/debug/pprof/allocs "${urls[*]}"
    each_is_the_profile "${urls[@]}"
}

# ---- SQL --------------------------------------------------------------------------------------

# Of twenty processes, which are one program: each place is one row, with all of them.
test_sql_over_exports() {
    tracked -- "$samples/refcount_cycle"
    for each in {1..20}; do
        "$caulk" export refcount_cycle.1.dump --format=sqlite -o "$each.db"
        sqlite3 "$each.db" "UPDATE dump SET pid = $each"
    done
    run_commands "$(readme_commands "SQL over many exports")" >rows
    contains rows 'object_create .* 20 '
    same "bytes" $((20 * $(figure refcount_cycle.1.dump .totals.live.bytes))) \
        "$(sqlite3 fleet.db 'SELECT sum(bytes) FROM site')"
}

# ---- metrics ----------------------------------------------------------------------------------

is_exposed() {
    curl -sSf "http://127.0.0.1:$port/metrics" >metrics && grep -q ^caulk_heap_bytes metrics
}

test_node_exporter() {
    command -v prometheus-node-exporter >/dev/null || skip "no prometheus-node-exporter (tests/deps.sh readers)"
    relayd_dump
    mkdir textfiles
    "$caulk" export relayd.dump --format=prometheus -o textfiles/relayd.prom
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    prometheus-node-exporter --web.listen-address="127.0.0.1:$port" --collector.disable-defaults \
        --collector.textfile --collector.textfile.directory=textfiles >log 2>&1 &
    own_pids+=($!)
    wait_until is_exposed
    contains metrics '^node_textfile_scrape_error 0$'
    grep ^caulk_ metrics | grep -c . >exposed
    same "series" "$(grep -c ^caulk_ textfiles/relayd.prom)" "$(<exposed)"
}

run_tests
