# PostgreSQL with the scripts of this product. Its modes are set here: those of a checkout depend on somebody's umask.
FROM postgres:18
COPY archive-wal.sh create-role.sh read-secrets.sh refuse-gateways.sh restore-base.sh serve-postgres.sh /usr/local/bin/
COPY pg_hba.conf /etc/postgresql/pg_hba.conf
RUN chmod 755 /usr/local/bin/*.sh /etc/postgresql && chmod 644 /etc/postgresql/pg_hba.conf \
    && ln -s /usr/local/bin/create-role.sh /docker-entrypoint-initdb.d/
ENTRYPOINT ["serve-postgres.sh"]
# Errors are logged without the statement and the row: those hold content of client files.
CMD ["postgres", "-c", "hba_file=/etc/postgresql/pg_hba.conf", \
     "-c", "log_min_error_statement=panic", "-c", "log_error_verbosity=terse"]
