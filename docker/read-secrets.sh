# Sourced: each password that was given as NAME_FILE gets into NAME. Root can read the files; who is started by root has them.
for name in APPLICATION_PASSWORD OWNER_PASSWORD REPLICATION_PASSWORD; do
  file="${name}_FILE"
  if [ -z "${!name:-}" ] && [ -n "${!file:-}" ]; then
    export "$name=$(<"${!file}")"
  fi
done
: "${APPLICATION_PASSWORD:?DATABASE_PASSWORD is empty}" "${OWNER_PASSWORD:?DATABASE_OWNER_PASSWORD is empty}"
