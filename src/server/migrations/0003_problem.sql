-- Problems, and which incidents come from them. As everywhere, the document is the state and the
-- entries are the history; a link stands in the document too, and here so that it can be found from
-- the incident.

create table problem (
    id text primary key,
    reference text not null unique,
    version bigint not null,
    changed_seq bigint not null unique,
    status text not null,
    document text not null
);

create table problem_incident (
    problem text not null,
    incident text not null,
    primary key (problem, incident)
);
create index problem_incident_by_incident on problem_incident (incident, problem);

create table problem_counter (
    year bigint primary key,
    counter bigint not null
);

alter table command add column problem text;

alter table audit_entry add column problem text;
create index audit_entry_by_problem on audit_entry (problem, seq);

alter table head add column problems_version bigint not null default 0;
