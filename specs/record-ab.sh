#!/bin/sh
# Records ab-loopback.pcap: two runs of ab (apache2-utils) against nginx on loopback, with silence between them.
# Needs ab, nginx, dumpcap and the right to capture on "lo" (root, or the group wireshark). Takes about half a minute.
# usage: record-ab.sh [FILE] [PORT]
set -eu

file=${1:-$(dirname "$0")/ab-loopback.pcap}
port=${2:-8080}
requests=80
dir=$(mktemp -d)
capture=
server=

finish() {
  [ -z "$capture" ] || kill "$capture" 2>/dev/null || true
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  wait
  rm -rf "$dir"
}
trap finish EXIT INT TERM

# The server answers ten requests a second and keeps the others waiting: so a run of ab takes seconds, not milliseconds,
# and the file stays small.
mkdir "$dir/www"
echo 'Hello from nginx' > "$dir/www/index.html"
cat > "$dir/nginx.conf" <<CONF
daemon off;
pid $dir/nginx.pid;
error_log stderr error;
events {}
http {
  access_log off;
  client_body_temp_path $dir/t1; proxy_temp_path $dir/t2; fastcgi_temp_path $dir/t3; uwsgi_temp_path $dir/t4; scgi_temp_path $dir/t5;
  limit_req_zone \$server_port zone=pace:64k rate=10r/s;
  server {
    listen 127.0.0.1:$port;
    location / { root $dir/www; limit_req zone=pace burst=20; }
  }
}
CONF
chmod -R a+rX "$dir"
nginx -e stderr -c "$dir/nginx.conf" &
server=$!

# 96 bytes of each packet: the headers and the first bytes of the request. -P = classic pcap.
dumpcap -q -P -i lo -s 96 -f "tcp port $port" -w "$dir/ab.pcap" 2>"$dir/dumpcap.log" &
capture=$!
sleep 2

ab -q -n "$requests" -c 1 "http://127.0.0.1:$port/" > "$dir/ab1.txt"
sleep 10
ab -q -n "$requests" -c 1 "http://127.0.0.1:$port/" > "$dir/ab2.txt"
sleep 2

kill -INT "$capture"
wait "$capture" || true
capture=
grep -h -E 'Complete requests|Failed requests|Time taken' "$dir/ab1.txt" "$dir/ab2.txt"
mv "$dir/ab.pcap" "$file"
chmod 644 "$file"
ls -l "$file"
