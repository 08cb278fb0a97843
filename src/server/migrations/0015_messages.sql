-- The entry with which the trail begins to tell of messages: who was told, by what, and what came of it.
-- Messages that are older have no entry; how many there were is in that first one.

alter table head add column messages_from bigint not null default 0;
