"""Removes a file with its history, with the rights of the owner: only what a person approved, when it is due.

The application may call ips_destroy_file and nothing else of this. The tables are found by their foreign keys,
so a new table about clients is emptied as well; a history table is named after its table.
"""

from django.db import migrations

ADD_COUNTS = """
    CREATE FUNCTION ips_add_counts(one jsonb, other jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
        SELECT COALESCE(jsonb_object_agg(key, total), '{}')
        FROM (SELECT key, SUM(value::bigint) AS total
              FROM (SELECT * FROM jsonb_each_text(one) UNION ALL SELECT * FROM jsonb_each_text(other)) AS counts
              GROUP BY key) AS totals
    $$
"""
# `ids` may hold rows that were deleted before: of those only history is left.
REMOVE_ROWS = """
    CREATE FUNCTION ips_remove_rows(target regclass, ids bigint[]) RETURNS jsonb
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        history regclass := to_regclass(target::text || 'history');
        removed jsonb := '{}';
        link record;
        child_history regclass;
        children bigint[];
        gone bigint[];
        names uuid[];
        number bigint;
    BEGIN
        IF cardinality(ids) = 0 THEN
            RETURN removed;
        END IF;
        FOR link IN
            SELECT c.conrelid::regclass AS child, a.attname AS field
            FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            WHERE c.contype = 'f' AND c.confrelid = target AND c.conrelid <> target
            ORDER BY 1, 2
        LOOP
            EXECUTE format('SELECT COALESCE(array_agg(id), ''{}'') FROM %s WHERE %I = ANY ($1)',
                           link.child, link.field) INTO children USING ids;
            child_history := to_regclass(link.child::text || 'history');
            IF child_history IS NOT NULL THEN
                EXECUTE format('SELECT COALESCE(array_agg(DISTINCT pgh_obj_id), ''{}'') FROM %s h'
                               ' WHERE %I = ANY ($1) AND NOT EXISTS (SELECT FROM %s WHERE id = h.pgh_obj_id)',
                               child_history, link.field, link.child) INTO gone USING ids;
                children := children || gone;
            END IF;
            removed := ips_add_counts(removed, ips_remove_rows(link.child, children));
            IF child_history IS NOT NULL THEN  -- what stood here of rows that are another client's now
                EXECUTE format('DELETE FROM %s WHERE %I = ANY ($1)', child_history, link.field) USING ids;
                GET DIAGNOSTICS number = ROW_COUNT;
                removed := ips_add_counts(removed, jsonb_build_object(child_history::text, number));
            END IF;
        END LOOP;
        IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = target AND attname = 'public_id') THEN
            EXECUTE format('SELECT array_agg(public_id) FROM %s WHERE id = ANY ($1)', target)
                INTO names USING ids;
            IF history IS NOT NULL THEN
                EXECUTE format('SELECT $2 || array_agg(DISTINCT public_id) FROM %s WHERE pgh_obj_id = ANY ($1)',
                               history) INTO names USING ids, names;
            END IF;
            DELETE FROM staff_auditevent WHERE target_id = ANY (names);
            GET DIAGNOSTICS number = ROW_COUNT;
            removed := ips_add_counts(removed, jsonb_build_object('staff_auditevent', number));
        END IF;
        IF history IS NOT NULL THEN
            EXECUTE format('DELETE FROM %s WHERE pgh_obj_id = ANY ($1)', history) USING ids;
            GET DIAGNOSTICS number = ROW_COUNT;
            removed := ips_add_counts(removed, jsonb_build_object(history::text, number));
        END IF;
        EXECUTE format('DELETE FROM %s WHERE id = ANY ($1)', target) USING ids;
        GET DIAGNOSTICS number = ROW_COUNT;
        RETURN ips_add_counts(removed, jsonb_build_object(target::text, number));
    END $$
"""
# The triggers that keep history and forbid its removal rest meanwhile, for the owner only.
REMOVE_FILE = """
    CREATE FUNCTION ips_remove_file(file bigint) RETURNS jsonb
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
        removed jsonb;
        client text := (SELECT client_number FROM clients_client WHERE id = file);
        reviews bigint[] := (SELECT COALESCE(array_agg(r.id), '{}') FROM clients_accessreview r
            JOIN clients_client c ON c.public_id = r.client_id WHERE c.id = file);
        number bigint;
    BEGIN
        PERFORM set_config('pgtrigger.ignore', array_agg(tgname)::text, true) FROM pg_trigger
            WHERE tgname ~ '^pgtrigger_(append_only|removed_delete)_';
        UPDATE trajectories_importrun SET report = jsonb_set(report, '{refusals}', '[]')
            WHERE report ? 'refusals' AND position(client IN (report -> 'refusals')::text) > 0;
        GET DIAGNOSTICS number = ROW_COUNT;
        removed := ips_remove_rows('clients_accessreview', reviews);  -- these know the client by identifier
        removed := ips_add_counts(removed, ips_remove_rows('clients_client', ARRAY[file]));
        PERFORM set_config('pgtrigger.ignore', '', true);
        SET CONSTRAINTS ALL IMMEDIATE;  -- a row that still points here refuses now, not after the certificate
        RETURN ips_add_counts(removed, jsonb_build_object('trajectories_importrun', number));
    END $$
"""
DESTROY_FILE = """
    CREATE FUNCTION ips_destroy_file(proposal uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        file bigint;
    BEGIN
        SELECT p.client_id INTO file
            FROM clients_destructionproposal p JOIN clients_client c ON c.id = p.client_id
            WHERE p.public_id = proposal AND p.state = 'in_uitvoering' AND p.approved_by_id IS NOT NULL
              AND p.destroy_after <= now() AND p.ends_on < current_date
              AND p.approved_at <= p.destroy_after - interval '7 days'
            FOR UPDATE;
        IF file IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = 'a file is destroyed when a person approved it and its time has come';
        END IF;
        IF EXISTS (SELECT FROM clients_legalhold h WHERE h.client_id = file AND h.lifted_at IS NULL
                   AND COALESCE(h.until, 'infinity') >= current_date)
           OR EXISTS (SELECT FROM trajectories_trajectory t WHERE t.client_id = file
                      AND COALESCE(t.ended_on, 'infinity') >= current_date)
           OR EXISTS (SELECT FROM clients_assignment a WHERE a.client_id = file
                      AND COALESCE(a.ended_on, 'infinity') >= current_date) THEN
            RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
                MESSAGE = 'this file is on hold or in use';
        END IF;
        RETURN ips_remove_file(file);
    END $$
"""
FUNCTIONS = {
    "ips_add_counts(jsonb, jsonb)": ADD_COUNTS,
    "ips_remove_rows(regclass, bigint[])": REMOVE_ROWS,
    "ips_remove_file(bigint)": REMOVE_FILE,
}


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0007_regimes"),
        ("staff", "0005_access_seal"),
        ("trajectories", "0003_keep_history"),
    ]

    operations = [
        *(
            migrations.RunSQL(
                [body, f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC"], reverse_sql=f"DROP FUNCTION {name}"
            )
            for name, body in FUNCTIONS.items()
        ),
        migrations.RunSQL(DESTROY_FILE, reverse_sql="DROP FUNCTION ips_destroy_file(uuid)"),
    ]
