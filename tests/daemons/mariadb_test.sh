#!/usr/bin/env bash
# MariaDB, which reserves 8 TB of address space, under mysqlslap.
. "$(dirname "$0")/lib.sh"

knows=my_malloc

prepare() {
    needs mariadbd mariadb-install-db mysqlslap mysql mysqladmin
    mariadb-install-db --no-defaults --datadir="$tmp/data" --skip-test-db \
        --auth-root-authentication-method=normal ${as_nobody:+--user=nobody} >install.out 2>&1
    command=("${as_nobody[@]}" mariadbd --no-defaults --datadir="$tmp/data" --skip-networking
        --socket="$tmp/socket" --pid-file="$tmp/pid" --innodb-buffer-pool-size=64M)
    connection=(--no-defaults --socket="$tmp/socket" --user=root)
}

is_ready() {
    mysqladmin "${connection[@]}" ping
}

load() {
    mysqlslap "${connection[@]}" --auto-generate-sql --concurrency=8 --number-of-queries=2000 >speed
    mysql "${connection[@]}" -N -e 'create or replace table mysql.numbers engine=innodb
        select seq from seq_1_to_20000; select count(*), sum(seq) from mysql.numbers' --database=mysql
}

run_tests
