-- What is asked often is read off an index: the list of incidents in a status or of an organisation, the page of
-- deliveries in a state, and the holds that are over. The order that a list asks for is within each. Most messages
-- are done with, so what is still to be done has an index of itself alone.

create index incident_by_status on incident (status, ended_rank, listed_due_at, id);
create index incident_by_status_changed on incident (status, changed_seq);
create index incident_by_status_due on incident (status, listed_due_at, id);
create index incident_by_organisation on incident (organisation, ended_rank, listed_due_at, id);
create index incident_by_organisation_changed on incident (organisation, changed_seq);
create index incident_by_organisation_due on incident (organisation, listed_due_at, id);
create index delivery_by_lease on delivery (lease_until) where lease_until is not null;
create index delivery_by_state_and_time on delivery (state, created_at, id);
create index delivery_untold on delivery (untold, id);
drop index delivery_by_next;
create index delivery_by_next on delivery (next_at) where next_at is not null;
drop index delivery_by_state;
drop index delivery_by_untold;
