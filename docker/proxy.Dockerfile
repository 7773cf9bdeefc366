# Caddy with the configuration of this product. Its mode is set here: that of a checkout depends on somebody's umask.
FROM caddy:2
COPY Caddyfile /etc/caddy/Caddyfile
RUN chmod 755 /etc/caddy && chmod 644 /etc/caddy/Caddyfile
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
