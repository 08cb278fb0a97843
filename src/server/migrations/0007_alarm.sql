-- Alarms that were raised, and when to look at each incident again. An incident whose moment is 0 has
-- changed since it was looked at. What the desk itself is alarmed about has no incident: ''.

create table alarm_watch (
    incident text primary key,
    next_at bigint not null
);
create index alarm_watch_by_time on alarm_watch (next_at);
insert into alarm_watch (incident, next_at) select id, 0 from incident where ended_rank = 0;

create table alarm (
    id text primary key,
    incident text not null,
    state text not null,
    raised_at bigint not null,
    due_at bigint not null,
    is_passed bigint not null,
    again_at bigint,
    document text not null
);
create index alarm_by_incident on alarm (incident, state);
create index alarm_by_state on alarm (state, raised_at, id);
create index alarm_by_again on alarm (again_at);
