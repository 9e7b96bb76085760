#!/usr/bin/env bash
# Apache httpd's event workers, which block all signals, with mod_xsendfile, under ab.
. "$(dirname "$0")/lib.sh"

knows=ap_run_mpm
with_children=1
modules=/usr/lib/apache2/modules

prepare() {
    needs apache2 ab curl "$modules/mod_xsendfile.so"
    port=$(free_port)
    mkdir -m 755 html files
    seq 50000 >files/numbers
    echo small >html/page
    cat >httpd.conf <<CONF
ServerRoot $tmp
ServerName localhost
Listen 127.0.0.1:$port
PidFile $tmp/httpd.pid
ErrorLog $tmp/error.log
DefaultRuntimeDir $tmp
Mutex file:$tmp default
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule headers_module $modules/mod_headers.so
LoadModule xsendfile_module $modules/mod_xsendfile.so
User nobody
Group nogroup
StartServers 2
ThreadsPerChild 8
MinSpareThreads 8
MaxSpareThreads 64
MaxRequestWorkers 64
DocumentRoot $tmp/html
<Directory $tmp/html>
    Require all granted
    XSendFile on
    XSendFilePath $tmp/files
    Header set X-Sendfile $tmp/files/numbers
</Directory>
CONF
    [ "$(id -u)" = 0 ] || sed -i '/^User\|^Group/d' httpd.conf
    command=(apache2 -f "$tmp/httpd.conf" -DFOREGROUND)
}

load() {
    load_http page
}

run_tests
