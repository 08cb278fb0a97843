-- The orders in which incidents are listed, so that a page is read off an index: the open ones first, then
-- those that have ended, the last first. `due_at` stays the nearest deadline, by which the auditor counts;
-- `listed_due_at` is the nearest clock that lists show (LM-LISTED). All of it is worked out from the
-- incidents when the index is made anew.

alter table incident add column listed_due_at bigint not null default 0;
alter table incident add column acknowledged bigint not null default 0;
alter table incident add column severity_rank bigint not null default 0;
alter table incident add column priority bigint not null default 0;
alter table incident add column newest_rank bigint not null default 0;
create index incident_by_listed_due on incident (listed_due_at, id);
create index incident_by_recent on incident (ended_rank, listed_due_at, id);
create index incident_by_urgency on incident (ended_rank, acknowledged, listed_due_at, id);
create index incident_by_severity on incident (ended_rank, severity_rank, listed_due_at, id);
create index incident_by_priority on incident (ended_rank, priority, listed_due_at, id);
create index incident_by_newest on incident (ended_rank, newest_rank, listed_due_at, id);
drop index incident_by_due;
