#!/usr/bin/env bash
# A compile with g++: driver, compiler, assembler and linker.
. "$(dirname "$0")/lib.sh"

knows=toplev::main
# Valgrind finds the same blocks lost, to the byte.
explained=(
    [bfd_map_over_sections]="gas frees neither fragments nor relocations of its sections"
    [xstrdup]="gas keeps no pointer to the names of labels"
    [x86_64-linux-gnu-ld.bfd]="ld frees little of what it reads before it ends"
    [collect2]="collect2 frees nothing before it ends"
    [x86_64-linux-gnu-g++-12]="the driver frees little before it ends"
)

load() {
    cat >program.cpp <<'CPP'
#include <functional>
#include <iostream>
#include <map>
#include <string>
int main()
{
    std::map<std::string, std::function<int(int)>> calls;
    calls["next"] = [](int number) { return number + 1; };
    std::cout << calls["next"](41) << "\n";
}
CPP
    "${preload[@]}" g++ -O1 -o program program.cpp
    ./program
    md5sum <program
}

test_daemon() {
    needs g++
    compare_ended
}

run_tests
