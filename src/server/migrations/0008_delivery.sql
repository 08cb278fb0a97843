-- Everything that goes out to people. A row is one recipient of one subject; its identity follows from
-- the two, so that it can be written twice. Whoever works on it holds it until the lease is over.

create table delivery (
    id text primary key,
    subject_kind text not null,
    subject text not null,
    incident text,
    recipient text not null,
    state text not null,
    created_at bigint not null,
    next_at bigint,
    lease_until bigint,
    leased_by text,
    document text not null
);
create index delivery_by_next on delivery (next_at);
create index delivery_by_recipient on delivery (recipient, next_at);
create index delivery_by_subject on delivery (subject);
create index delivery_by_time on delivery (created_at, id);
create index delivery_by_incident on delivery (incident, created_at, id);
