"""The rule of the database that nobody is born after what is recorded of them (ADR 48).

The other half stands with the trajectory and with the contact. It looks at tables of this floor, so it is
declared here, on a view of the client that is nothing else.
"""

import pgtrigger
from django.conf import settings

from clients.models import Client


class Born(Client):
    """A client, for the rule."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            pgtrigger.Trigger(
                name="born_before_what_is_recorded",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("birth_date"),
                condition=pgtrigger.Condition(
                    "NEW.birth_date IS NOT NULL AND NEW.birth_date IS DISTINCT FROM OLD.birth_date"
                ),
                func=f"""
                    IF EXISTS (SELECT 1 FROM trajectories_trajectory t WHERE t.client_id = NEW.id
                               AND NEW.birth_date > LEAST(t.referred_on, t.enrolled_on))
                        OR EXISTS (SELECT 1 FROM trajectories_contact k WHERE k.client_id = NEW.id
                               AND NEW.birth_date > (k.occurred_at AT TIME ZONE '{settings.TIME_ZONE}')::date)
                        OR EXISTS (SELECT 1 FROM trajectories_job j
                               JOIN trajectories_trajectory t ON t.id = j.trajectory_id
                               WHERE t.client_id = NEW.id AND NEW.birth_date > j.started_on)
                        OR EXISTS (SELECT 1 FROM trajectories_stageperiod s
                               JOIN trajectories_trajectory t ON t.id = s.trajectory_id
                               WHERE t.client_id = NEW.id AND NEW.birth_date > s.started_on) THEN
                        RAISE EXCEPTION USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'client_born_before_what_is_recorded',
                            MESSAGE = 'this client would be born after something that is recorded';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608  # of constants
            )
        ]
