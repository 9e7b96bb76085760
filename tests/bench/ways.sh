# shellcheck shell=bash
# The ways to run a program: alone, under the tracker, under each peer. Sourced by run.sh.
#
# way_NAME COMMAND… runs COMMAND by `measured`, and may leave output in the folder $out. Where $keep
# is set it leaves the output that it is used for; otherwise it is being timed, and leaves out what
# it would write at the end where that is an option. lacks_NAME says what is missing for the way, and
# nothing where all is there. To add a way, add both functions and its name below.

# shellcheck disable=SC2034,SC2154 # run.sh reads what this file sets, and the other way round

ways=(bare caulk sampled caller heaptrack lsan lsan_full jemalloc_512k jemalloc_all gperftools valgrind)

# These take ten times as long and more: they run on a shortened workload, next to a bare run of that.
declare -A size_of=([lsan_full]=short [jemalloc_all]=short [gperftools]=short [valgrind]=short)

library() { # SONAME: where the loader finds it
    /sbin/ldconfig -p | awk -v name="$1" '$1 == name { print $NF; exit }'
}

# Each way goes through env, the bare one too, so that all start alike.
way_bare() {
    measured env "$@"
}
lacks_bare() {
    :
}

caulk_with() { # OPTIONS COMMAND…
    local options=log=none:dump=$out/%p.dump:$1
    shift
    measured env CAULK_OPTIONS="$options${keep:+:at_exit=yes}" LD_PRELOAD="$build/libcaulk.so" "$@"
}
way_caulk() {
    caulk_with stacks=full "$@"
}
way_sampled() {
    caulk_with stacks=sampled "$@"
}
way_caller() {
    caulk_with stacks=caller "$@"
}
lacks_caulk() {
    :
}
lacks_sampled() {
    :
}
lacks_caller() {
    :
}

# The preloaded library alone. The command pipes its raw output through an interpreter, which would
# double the CPU time.
heaptrack_library=$(find /usr/lib /usr/local/lib -name libheaptrack_preload.so 2>/dev/null | head -n 1)
way_heaptrack() {
    measured env DUMP_HEAPTRACK_OUTPUT="$out/heaptrack.\$\$" LD_PRELOAD="$heaptrack_library" "$@"
}
lacks_heaptrack() {
    [ -n "$heaptrack_library" ] || echo heaptrack
}

# As compiled with -fsanitize=leak, by default: frame pointers are followed, so in programs without
# them the stacks are wrong or short. Its search for leaks at the end is left out.
lsan_library=$(library liblsan.so.0)
way_lsan() {
    measured env LSAN_OPTIONS=leak_check_at_exit=0 LD_PRELOAD="$lsan_library" "$@"
}
lacks_lsan() {
    [ -n "$lsan_library" ] || echo "gcc's liblsan"
}
way_lsan_full() {
    measured env LSAN_OPTIONS=leak_check_at_exit=0:fast_unwind_on_malloc=0:malloc_context_size=64 \
        LD_PRELOAD="$lsan_library" "$@"
}
lacks_lsan_full() {
    lacks_lsan
}

jemalloc_library=$(library libjemalloc.so.2)
jemalloc_with() { # LOGARITHM_OF_INTERVAL COMMAND…
    local options="prof:true,prof_prefix:$out/jeprof,lg_prof_sample:$1${keep:+,prof_final:true}"
    shift
    measured env MALLOC_CONF="$options" LD_PRELOAD="$jemalloc_library" "$@"
}
way_jemalloc_512k() {
    jemalloc_with 19 "$@"
}
way_jemalloc_all() {
    jemalloc_with 0 "$@"
}
lacks_jemalloc_512k() {
    [ -n "$jemalloc_library" ] || { echo jemalloc && return; }
    ! MALLOC_CONF=prof:true LD_PRELOAD=$jemalloc_library /bin/true 2>&1 | grep -q . ||
        echo "jemalloc with its profiler compiled in"
}
lacks_jemalloc_all() {
    lacks_jemalloc_512k
}

gperftools_library=$(library libtcmalloc.so.4)
way_gperftools() {
    measured env HEAPPROFILE="$out/heap" LD_PRELOAD="$gperftools_library" "$@"
}
lacks_gperftools() {
    [ -n "$gperftools_library" ] || echo "gperftools (google-perftools)"
}

way_valgrind() {
    measured env valgrind --quiet --leak-check=no --log-file="$out/valgrind.%p" "$@"
}
lacks_valgrind() {
    command -v valgrind >/dev/null || echo valgrind
}
