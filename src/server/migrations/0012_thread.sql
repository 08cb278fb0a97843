-- What a message has in common with others about the same matter, whose deadline was moved meanwhile.

alter table delivery add column thread text;
create index delivery_by_thread on delivery (thread, created_at);
