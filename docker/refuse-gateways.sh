#!/bin/bash
# Prints lines of pg_hba.conf that refuse this container's gateways: `refuse-gateways.sh ROUTES [ROUTES_OF_IPV6]`, in the
# form of /proc/net/route and /proc/net/ipv6_route. Docker's own proxy brings in who reached a published port, and shows
# the gateway's address for theirs: without these lines that would be an address of the network of the containers.
set -euo pipefail
while read -r _device to via _; do
  if [ "$to" = 00000000 ] && [ "$via" != 00000000 ]; then # as the kernel keeps it, the last byte first
    printf 'host all all %d.%d.%d.%d/32 reject\n' "0x${via:6:2}" "0x${via:4:2}" "0x${via:2:2}" "0x${via:0:2}"
  fi
done < "$1"
none=00000000000000000000000000000000
if [ -e "${2:-}" ]; then
  while read -r to bits _from _bits via _; do
    if [ "$to$bits" = "${none}00" ] && [ "$via" != "$none" ]; then
      printf 'host all all %s/128 reject\n' "$(sed 's/..../&:/g; s/:$//' <<< "$via")"
    fi
  done < "$2"
fi
