#!/bin/bash
# The two processes of the container: it ends when either does, or when it is told to stop.
set -u
rm -f /run/nginx-stopping
code=1
trap 'code=0' TERM INT
venv/bin/python -m digitrec serve --host unix:/run/app.sock &
app=$!
nginx -g 'daemon off;' > >(cat) & # a pipe of its own: it may be opened as /dev/stdout
nginx=$!
((code)) && wait -n "$app" "$nginx"

# nginx first: it tells those who ask that it closes their connections, and then answers what it
# has accepted.
touch /run/nginx-stopping && sleep 1
kill -QUIT "$nginx" && wait "$nginx"
kill -TERM "$app" && wait "$app"
exit $code
