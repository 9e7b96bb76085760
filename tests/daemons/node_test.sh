#!/usr/bin/env bash
# node, whose JavaScript heap is kept from forked children, serving pages that its pool of threads
# makes, under ab.
. "$(dirname "$0")/lib.sh"

prepare() {
    needs node ab curl
    port=$(free_port)
    cat >serve.js <<'JS'
const http = require("http"), crypto = require("crypto"), zlib = require("zlib");
http.createServer((request, response) => {
    zlib.gzip(Buffer.alloc(5000, "x"), (error, packed) =>
        crypto.pbkdf2("password", "salt", 100, 32, "sha256", (error, key) =>
            response.end(key.toString("hex") + packed.length + "\n")));
}).listen(process.argv[2], "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
JS
    command=(node "$tmp/serve.js" "$port")
}

load() {
    load_http page
}

run_tests
