# Medians and ratios of the runs that run.sh recorded, one object a run.

def median: sort | if length == 0 then null else .[(length - 1) / 2 | floor] end;
def against($base): if . == null or ($base // 0) == 0 then null else . / $base end;

# What a way cost in a workload: medians, or that it fails.
def summary:
    map(select(.kept | not)) as $timed
    | if any(.status != 0) then { fails: map(.status | select(. != 0))[0] }
      else {
          cpu_seconds: $timed | map(.cpu / .amount) | median,
          wall_seconds: $timed | map(.wall) | median,
          peak_bytes: $timed | map(.peak) | median,
          figure: $timed | map(.figure) | median,
          output_bytes: map(select(.kept) | .output) | median
      } end;

# A server's wall time is as long as its client takes: there the figure is what counts.
def ratios($base):
    if .fails then . else . + { ratio: {
        cpu: .cpu_seconds | against($base.cpu_seconds),
        wall: .wall_seconds | against($base.wall_seconds),
        peak: .peak_bytes | against($base.peak_bytes),
        figure: .figure | against($base.figure)
    } } end;

. as $records
| {
    schema: "caulk.bench/1", date: $date, commit: $commit, machine: $machine, load: $load,
    runs: ($runs | tonumber), ways: $ways,
    workloads: [
        $units | to_entries[] | .key as $name | .value as $unit
        | {
            name: $name, unit: $unit,
            ways: (
                [$records[] | select(.workload == $name)] | group_by(.size)
                | map(
                    .[0].size as $size
                    | (map(select(.way == "bare")) | summary) as $base
                    | group_by(.way)[]
                    | { way: .[0].way, size: $size } + (summary | ratios($base))
                )
            )
        }
    ]
}
