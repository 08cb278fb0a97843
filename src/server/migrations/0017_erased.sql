-- What is left of incidents that were erased under the retention policy: what reports count them by. The trail
-- tells of each.

create table erased_incident (
    id text primary key,
    reference text not null unique,
    logged_at bigint not null,
    document text not null,
    seq bigint not null unique
);
create index erased_incident_by_time on erased_incident (logged_at, id);
