-- How far back an incident has ended: 0 while it is open, so that a list of what is worth loading begins
-- with the open ones and goes on with those that ended last, however many ended long ago. It is worked
-- out from the incidents when the index is made anew.

alter table incident add column ended_rank bigint not null default 0;
create index incident_by_end on incident (ended_rank, due_at, id);
