-- The tables of a desk. Portable: text and bigint only, ids and JSON as text, instants as
-- milliseconds since 1970 in UTC. The incident's document is its state; the entries are its history.

create table head (
    id bigint primary key check (id = 1),
    epoch text not null,
    seq bigint not null,
    hash text not null,
    changed_seq bigint not null,
    directory_version bigint not null,
    sessions_version bigint not null
);

create table incident (
    id text primary key,
    reference text not null unique,
    version bigint not null,
    changed_seq bigint not null unique,
    status text not null,
    organisation text not null,
    aware_at bigint not null,
    due_at bigint not null,
    trend_key text,
    document text not null
);
create index incident_by_due on incident (due_at, id);
create index incident_by_trend on incident (trend_key, aware_at);

create table reference_counter (
    year bigint primary key,
    counter bigint not null
);

create table command (
    id text primary key,
    person text not null,
    fingerprint text not null,
    incident text,
    seq bigint not null
);

create table audit_entry (
    seq bigint primary key,
    incident text,
    body text not null,
    hash text not null
);
create index audit_entry_by_incident on audit_entry (incident, seq);

create table directory (
    name text primary key check (name in ('loaded', 'current')),
    version bigint not null,
    document text not null
);

create table session (
    id text primary key,
    hash text not null unique,
    person text not null,
    created_at bigint not null,
    ends_at bigint not null,
    revoked_at bigint
);
