#!/usr/bin/env bash
# Graph algorithms beside another implementation's.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

test_dominators_are_those_of_networkx() {
    /usr/bin/python3 "$root/tests/e2e/dominators_with_networkx.py" "$programs/tools/dominators" >agreed
    contains agreed '^600 graphs agree, [1-9][0-9]+ of them'
}

run_tests
