-- The oldest form of the tables whose servers may go on writing beside this one. A change that only adds
-- leaves it as it is; one that takes something away raises it, once no older server runs.

alter table head add column oldest_form bigint not null default 0;

-- When it was noticed that the database holds less than it had acknowledged; absent if that never was.

alter table head add column lost_at bigint;
