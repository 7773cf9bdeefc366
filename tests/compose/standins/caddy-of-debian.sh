#!/bin/sh
# Debian's Caddy is older than `request_buffers` (2.6.4): it has the same under two names. A copy of the configuration
# is put into its words; everything else stays as it is.
set -eu
sed 's/^\([[:space:]]*\)request_buffers \(.*\)$/\1buffer_requests\n\1max_buffer_size \2/' /etc/caddy/Caddyfile > /tmp/Caddyfile
exec /usr/bin/caddy "$1" --config /tmp/Caddyfile --adapter caddyfile
