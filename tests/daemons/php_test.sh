#!/usr/bin/env bash
# PHP, which loads its extensions past any preloaded allocator, as a web server under ab.
. "$(dirname "$0")/lib.sh"

knows=zend_startup_module_ex
# What describes a function without parameters is held by a pointer past its block's end alone.
explained=([zend_register_functions]="held by pointers to one past their end, which are none")

prepare() {
    needs php ab curl
    port=$(free_port)
    cat >index.php <<'PHP'
<?php
$counts = [];
for ($i = 0; $i < 2000; $i++)
    $counts["key" . $i % 100][] = hash("sha256", $i);
echo json_encode($counts);
PHP
    command=(php -S "127.0.0.1:$port" -t "$tmp")
}

load() {
    load_http index.php
}

run_tests
